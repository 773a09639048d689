package imgurcaravan.state;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.sqlite.jdbc4.JDBC4Connection;

/** One connection to the state file with its prepared statements; callers must hold its monitor. */
final class StateConnection implements AutoCloseable {

    private static final int BUSY_MILLIS = 5_000;

    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    /** Work on the tables. */
    interface Work<T> {
        T run(StateConnection sql) throws SQLException;
    }

    /** Reads one row of a result. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    StateConnection(Path file) throws SQLException {
        // A path with a folder cannot be mistaken for a special name of SQLite, such as :memory:.
        Path path = file.getParent() == null ? Path.of(".").resolve(file) : file;
        connection = new JDBC4Connection("jdbc:sqlite:" + path, path.toString(), new Properties());
        execute("PRAGMA busy_timeout=" + BUSY_MILLIS);
        // A crash of the process loses nothing; a power failure may lose the last transactions.
        execute("PRAGMA synchronous=NORMAL");
    }

    /** Runs work in a transaction that never waits for a lock once it has begun. */
    <T> T transaction(Work<T> work) throws SQLException {
        try {
            prepared("BEGIN IMMEDIATE").execute();
            T result = work.run(this);
            prepared("COMMIT").execute();
            return result;
        } catch (SQLException | RuntimeException | Error e) {
            closeStatements(e);
            rollBack(e);
            throw e;
        }
    }

    /** Runs work that only reads. */
    <T> T read(Work<T> work) throws SQLException {
        try {
            return work.run(this);
        } catch (SQLException e) {
            closeStatements(e);
            throw e;
        }
    }

    /** The driver finalizes a statement at some failures, such as those of a disk; it is of no use from then on. */
    private void closeStatements(Throwable failure) {
        for (PreparedStatement statement : statements.values()) {
            try {
                statement.close();
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
        }
        statements.clear();
    }

    private void rollBack(Throwable failure) {
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            // After some failures SQLite has rolled back by itself.
            failure.addSuppressed(e);
        }
    }

    /** Like {@link #transaction}, but returns only when it is on disk: it survives a power failure. */
    <T> T durableTransaction(Work<T> work) throws SQLException {
        execute("PRAGMA synchronous=FULL");
        try {
            return transaction(work);
        } finally {
            execute("PRAGMA synchronous=NORMAL");
        }
    }

    /** Executes a statement without caching it, which pragmas need as they take effect when they are prepared. */
    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Executes a statement and returns how many rows it changed. */
    int update(String sql, Object... values) throws SQLException {
        return bind(sql, values).executeUpdate();
    }

    /** Reads the first row, if any. */
    <T> Optional<T> first(String sql, Row<T> row, Object... values) throws SQLException {
        try (ResultSet result = bind(sql, values).executeQuery()) {
            return result.next() ? Optional.of(row.read(result)) : Optional.empty();
        }
    }

    /** Reads all rows. */
    <T> List<T> all(String sql, Row<T> row, Object... values) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (ResultSet result = bind(sql, values).executeQuery()) {
            while (result.next()) {
                rows.add(row.read(result));
            }
        }
        return rows;
    }

    /** Whether there is a row. */
    boolean exists(String sql, Object... values) throws SQLException {
        try (ResultSet result = bind(sql, values).executeQuery()) {
            return result.next();
        }
    }

    /** Reads a number, such as a count. */
    long number(String sql, Object... values) throws SQLException {
        return first(sql, row -> row.getLong(1), values).orElse(0L);
    }

    private PreparedStatement bind(String sql, Object... values) throws SQLException {
        PreparedStatement statement = prepared(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    private PreparedStatement prepared(String sql) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        return statement;
    }

    @Override
    public synchronized void close() throws SQLException {
        try (connection) {
            for (PreparedStatement statement : statements.values()) {
                statement.close();
            }
        }
    }
}
