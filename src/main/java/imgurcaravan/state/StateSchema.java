package imgurcaravan.state;

import java.io.IOException;
import java.sql.SQLException;

/** Creates the tables of the state file, and migrates a file of an earlier version. */
final class StateSchema {

    /** Marks the file as ours in its header: "Carv". */
    static final int APPLICATION_ID = 0x43617276;

    /**
     * Version 0.1.0 had version 1: the table {@code image} with the column {@code id}. Version 2 had no table
     * {@code attempt}.
     */
    static final int VERSION = 3;

    private StateSchema() {}

    /**
     * Creates all tables in an empty file, and the missing ones in a file of an earlier version.
     *
     * @throws IOException if the file is that of another program or of a later version
     */
    static void prepare(StateConnection sql) throws SQLException, IOException {
        long owner = sql.number("PRAGMA application_id");
        boolean empty = owner == 0 && sql.number("SELECT count(*) FROM sqlite_master") == 0;
        if (!empty && owner != APPLICATION_ID) {
            throw new IOException("it is the database of another program");
        }
        long version = sql.number("PRAGMA user_version");
        if (!empty && (version < 1 || version > VERSION)) {
            throw new IOException(
                    "it has version " + version + " of the layout, and this program knows those up to " + VERSION);
        }
        sql.execute("PRAGMA journal_mode=WAL");
        if (empty || version < VERSION) {
            sql.transaction(tables -> {
                if (empty) {
                    tables.execute("CREATE TABLE image (id TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID");
                    tables.execute("PRAGMA application_id=" + APPLICATION_ID);
                }
                if (empty || version < 2) {
                    toVersion2(tables);
                }
                RunningAttempts.createTable(tables);
                tables.execute("PRAGMA user_version=" + VERSION);
                return null;
            });
        }
    }

    /** Times are in milliseconds since 1970. */
    private static void toVersion2(StateConnection sql) throws SQLException {
        // All null for an image of version 1. Adding columns does not rewrite rows, however many there are.
        sql.execute("ALTER TABLE image ADD COLUMN file TEXT");
        sql.execute("ALTER TABLE image ADD COLUMN bytes INTEGER");
        sql.execute("ALTER TABLE image ADD COLUMN url TEXT");
        sql.execute("ALTER TABLE image ADD COLUMN time INTEGER");
        sql.execute("CREATE TABLE failed_image ("
                + "key TEXT NOT NULL PRIMARY KEY, image_id TEXT, message TEXT, reason TEXT NOT NULL,"
                + " class TEXT NOT NULL, attempts INTEGER NOT NULL, failures INTEGER NOT NULL,"
                + " first_time INTEGER NOT NULL, last_time INTEGER NOT NULL, temporary_since INTEGER,"
                + " retry_time INTEGER NOT NULL, given_up INTEGER NOT NULL) WITHOUT ROWID");
        sql.execute("CREATE INDEX failed_image_by_time ON failed_image (first_time, key)");
        sql.execute("CREATE TABLE api_budget ("
                + "id INTEGER PRIMARY KEY CHECK (id = 1), remaining REAL NOT NULL, time INTEGER NOT NULL)");
        sql.execute("CREATE TABLE poll ("
                + "number INTEGER PRIMARY KEY, id TEXT NOT NULL, start_time INTEGER NOT NULL, millis INTEGER NOT NULL,"
                + " listed INTEGER NOT NULL, downloaded INTEGER NOT NULL, known INTEGER NOT NULL,"
                + " failed INTEGER NOT NULL, skipped INTEGER NOT NULL, unfinished INTEGER NOT NULL,"
                + " postponed INTEGER NOT NULL, bytes INTEGER NOT NULL, readable INTEGER NOT NULL,"
                + " cut_short INTEGER NOT NULL)");
    }
}
