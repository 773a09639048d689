package imgurcaravan.image;

import imgurcaravan.http.FailureReasons;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * A set of ids in one SQLite file, which outlasts the process however it ends and which several processes may share.
 *
 * <p>SQLite, as H2's MVStore locks its file to one process, Camel's {@code FileIdempotentRepository} scans its file for
 * what its small cache has not, and its {@code JdbcMessageIdRepository} needs Spring. The file is in WAL mode, so that
 * look-ups never wait for a writer. Of a crash of the process nothing is lost; of a power failure the last entries may
 * be, whose files are in place.
 *
 * <p>A file that somebody deletes or replaces while it is in use is opened, or made, anew, but not its folder: that may
 * be on a disk which is gone for a while. Thread-safe.
 */
final class ArchiveFile implements AutoCloseable {

    /** Marks the file as ours in its header: "Carv". */
    static final int APPLICATION_ID = 0x43617276;

    /** Of the table below; a later layout has a higher number. */
    private static final int LAYOUT = 1;

    private static final int BUSY_MILLIS = 5_000;
    private static final Duration OPENING = Duration.ofSeconds(60);

    /** A lock of the operating system is the whole JVM's, so that threads need one of their own. */
    private static final ReentrantLock OPENING_HERE = new ReentrantLock();

    private final Path file;
    private volatile Session session;
    private volatile boolean closed;

    private ArchiveFile(Path file) {
        this.file = file;
    }

    /**
     * Opens the file, and makes it where there is none.
     *
     * @throws IOException if it cannot be read or written, or is no archive; the message says why in one line
     */
    static ArchiveFile open(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        ArchiveFile archive = new ArchiveFile(file);
        archive.session = archive.newSession();
        return archive;
    }

    /** @throws ArchiveException if the file cannot be read */
    boolean contains(String id) {
        try {
            Session current = current();
            synchronized (current.reader) {
                current.find.setString(1, id);
                try (ResultSet found = current.find.executeQuery()) {
                    return found.next();
                }
            }
        } catch (SQLException | IOException e) {
            throw failure(e);
        }
    }

    /**
     * Adds an id.
     *
     * @return whether it was not there before
     * @throws ArchiveException if the file cannot be written
     */
    boolean add(String id) {
        try {
            Session current = current();
            synchronized (current.writer) {
                return update(current.insert, id);
            }
        } catch (SQLException | IOException e) {
            throw failure(e);
        }
    }

    /**
     * Removes an id.
     *
     * @return whether it was there
     * @throws ArchiveException if the file cannot be written
     */
    boolean remove(String id) {
        try {
            Session current = current();
            synchronized (current.writer) {
                return update(current.delete, id);
            }
        } catch (SQLException | IOException e) {
            throw failure(e);
        }
    }

    private static boolean update(PreparedStatement statement, String id) throws SQLException {
        statement.setString(1, id);
        return statement.executeUpdate() > 0;
    }

    /** @throws ArchiveException if the file cannot be written */
    void clear() {
        try {
            Session current = current();
            synchronized (current.writer) {
                execute(current.writer, "DELETE FROM image");
            }
        } catch (SQLException | IOException e) {
            throw failure(e);
        }
    }

    private ArchiveException failure(Exception e) {
        return new ArchiveException("the archive " + file + " cannot be used: " + reason(e), e);
    }

    private static String reason(Exception e) {
        if (e instanceof SQLException) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return FailureReasons.printable(cause.getMessage());
        }
        return FailureReasons.of(e);
    }

    private Session current() throws IOException {
        Session current = session;
        if (current.isInPlace(file)) {
            return current;
        }
        synchronized (this) {
            if (closed) {
                throw new IOException("closed");
            }
            if (!session.isInPlace(file)) {
                // The old session is left as it is: to close it would delete the new file's companions by their names.
                session = newSession();
            }
            return session;
        }
    }

    @Override
    public void close() {
        // First of all, as whoever waits to open it holds the monitor.
        closed = true;
        try {
            closeSession();
        } catch (SQLException | IOException e) {
            throw failure(e);
        }
    }

    private synchronized void closeSession() throws SQLException, IOException {
        if (session.isInPlace(file)) {
            session.close();
        }
    }

    /** Opens the file while no other process opens it, as of two that make it one would delete the other's. */
    private Session newSession() throws IOException {
        if (!Files.isDirectory(file.toAbsolutePath().getParent())) {
            throw new IOException("its folder is not there");
        }
        Path guard = companion("-lock");
        try {
            if (!OPENING_HERE.tryLock(OPENING.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("another thread has been opening it for " + OPENING.toSeconds() + " s");
            }
            try (FileChannel channel = FileChannel.open(guard, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock(channel);
                return openLocked();
            } finally {
                OPENING_HERE.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while it was being opened").initCause(e);
        } catch (SQLException e) {
            throw new IOException(reason(e), e);
        }
    }

    /** Locks the file until it is closed. */
    private void lock(FileChannel channel) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + OPENING.toNanos();
        while (channel.tryLock() == null) {
            if (closed) {
                throw new IOException("closed");
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("another process has been opening it for " + OPENING.toSeconds() + " s");
            }
            Thread.sleep(5);
        }
    }

    private Path companion(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private Session openLocked() throws IOException, SQLException {
        if (!Files.exists(file)) {
            // Those of a file that somebody deleted.
            Files.deleteIfExists(companion("-wal"));
            Files.deleteIfExists(companion("-shm"));
            Files.deleteIfExists(companion("-journal"));
        }
        Connection writer = connect();
        try {
            prepareFile(writer);
            Connection reader = connect();
            return new Session(reader, writer, key(file));
        } catch (SQLException | IOException e) {
            writer.close();
            throw e;
        }
    }

    private Connection connect() throws SQLException {
        // With a path that has a folder, no file's name is taken for one of SQLite's own, such as :memory:.
        Path path = file.getParent() == null ? Path.of(".").resolve(file) : file;
        Connection connection = new JDBC4Connection("jdbc:sqlite:" + path, path.toString(), new Properties());
        execute(connection, "PRAGMA busy_timeout=" + BUSY_MILLIS);
        execute(connection, "PRAGMA synchronous=NORMAL");
        return connection;
    }

    private static void prepareFile(Connection writer) throws SQLException, IOException {
        int owner = number(writer, "PRAGMA application_id");
        if (owner == 0 && number(writer, "SELECT count(*) FROM sqlite_master") == 0) {
            execute(writer, "PRAGMA journal_mode=WAL");
            execute(writer, "BEGIN IMMEDIATE");
            execute(writer, "CREATE TABLE image (id TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID");
            execute(writer, "PRAGMA application_id=" + APPLICATION_ID);
            execute(writer, "PRAGMA user_version=" + LAYOUT);
            execute(writer, "COMMIT");
            return;
        }
        if (owner != APPLICATION_ID) {
            throw new IOException("it is the database of another program");
        }
        int layout = number(writer, "PRAGMA user_version");
        if (layout != LAYOUT) {
            throw new IOException("it is an archive of layout " + layout + ", and this version knows " + LAYOUT);
        }
        execute(writer, "PRAGMA journal_mode=WAL");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.getInt(1);
        }
    }

    /** Tells a file from another under the same name; null where the operating system does not. */
    private static Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /** The file, opened twice: a look-up has no need to wait for the thread that writes. */
    private static final class Session {

        private final Connection reader;
        private final Connection writer;
        private final PreparedStatement find;
        private final PreparedStatement insert;
        private final PreparedStatement delete;
        private final Object key;

        Session(Connection reader, Connection writer, Object key) throws SQLException {
            this.reader = reader;
            this.writer = writer;
            this.key = key;
            find = reader.prepareStatement("SELECT 1 FROM image WHERE id = ?");
            insert = writer.prepareStatement("INSERT OR IGNORE INTO image (id) VALUES (?)");
            delete = writer.prepareStatement("DELETE FROM image WHERE id = ?");
        }

        /** @throws IOException if that cannot be told */
        boolean isInPlace(Path file) throws IOException {
            try {
                return Objects.equals(key, key(file));
            } catch (NoSuchFileException e) {
                return false;
            }
        }

        void close() throws SQLException {
            try (Connection first = reader;
                    Connection second = writer) {
                synchronized (first) {
                    find.close();
                }
                synchronized (second) {
                    insert.close();
                    delete.close();
                }
            }
        }
    }
}
