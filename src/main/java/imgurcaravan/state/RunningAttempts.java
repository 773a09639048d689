package imgurcaravan.state;

import imgurcaravan.run.OwnerLock;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The attempts to download images that are running in the processes that share the state file, at most one for each
 * image, and how many attempts ended with their process.
 *
 * <p>An attempt is noted before its request, and its note is deleted when it ends, however it ends. A note whose owner
 * is dead is that of an attempt that never ended: the image may be what killed the process. Such an image must be
 * downloaded alone, so that no other is suspected if the process dies again; the count of its unended attempts is kept
 * until it is in place or recorded as failed. Thread-safe; every method throws {@link StateException}.
 */
public final class RunningAttempts {

    /** After so many attempts that ended with their process an image is given up. */
    public static final int MOST_UNENDED = 3;

    private final StateFile state;
    private final Duration lease;
    private final Clock clock;
    private final Set<String> here = ConcurrentHashMap.newKeySet();

    /** How the wish to begin an attempt is answered. */
    public enum Start {
        /** It has begun. */
        BEGUN,
        /** Another attempt at the image is running, possibly in another process. */
        HELD,
        /** An attempt ended with its process: this one has to be alone. */
        SUSPECT,
        /** {@value #MOST_UNENDED} attempts ended with their process. */
        GIVEN_UP
    }

    /** A row of the table; the owner is null while no attempt is running. */
    private record Note(String owner, long leaseEnd, int unended) {}

    /** @param lease after which time an attempt counts as ended, even if its process is alive, but hangs */
    public RunningAttempts(StateFile state, Duration lease, Clock clock) {
        this.state = state;
        this.lease = lease;
        this.clock = clock;
    }

    /** Times are in milliseconds since 1970. */
    static void createTable(StateConnection sql) throws SQLException {
        sql.execute("CREATE TABLE attempt (image_id TEXT NOT NULL PRIMARY KEY, owner TEXT,"
                + " lease_end INTEGER NOT NULL, unended INTEGER NOT NULL) WITHOUT ROWID");
    }

    /**
     * Begins an attempt if that is possible; it must be {@linkplain #end ended}.
     *
     * @param alone whether no other download is in flight in this process
     * @param takeOver whether the queue has taken the image from the process that was downloading it
     */
    public Start begin(String imageId, boolean alone, boolean takeOver) {
        if (!here.add(imageId)) {
            return Start.HELD;
        }
        Start start = null;
        try {
            start = state.write(sql -> begin(sql, imageId, alone, takeOver));
            return start;
        } finally {
            if (start != Start.BEGUN) {
                here.remove(imageId);
            }
        }
    }

    private Start begin(StateConnection sql, String imageId, boolean alone, boolean takeOver) throws SQLException {
        Note note = find(sql, imageId).orElse(new Note(null, 0, 0));
        int unended = note.unended();
        // A note of this process is one that could not be deleted.
        if (note.owner() != null && !note.owner().equals(state.owner())) {
            if (isDead(note.owner())) {
                unended++;
            } else if (!takeOver && clock.millis() < note.leaseEnd()) {
                return Start.HELD;
            }
        }
        boolean givenUp = unended >= MOST_UNENDED;
        if (!givenUp && unended > 0 && !alone) {
            return Start.SUSPECT;
        }
        sql.update(
                "INSERT OR REPLACE INTO attempt (image_id, owner, lease_end, unended) VALUES (?, ?, ?, ?)",
                imageId,
                givenUp ? null : state.owner(),
                clock.millis() + lease.toMillis(),
                unended);
        return givenUp ? Start.GIVEN_UP : Start.BEGUN;
    }

    private static Optional<Note> find(StateConnection sql, String imageId) throws SQLException {
        return sql.first(
                "SELECT owner, lease_end, unended FROM attempt WHERE image_id = ?",
                row -> new Note(row.getString("owner"), row.getLong("lease_end"), row.getInt("unended")),
                imageId);
    }

    private boolean isDead(String owner) throws SQLException {
        try {
            return OwnerLock.isDead(state.folder(), owner, () -> {});
        } catch (IOException e) {
            throw new SQLException(e);
        }
    }

    /** Ends an attempt that has begun here, whether the image is in place or not. */
    public void end(String imageId) {
        try {
            String owner = state.owner();
            boolean noted = state.read(
                    sql -> sql.exists("SELECT 1 FROM attempt WHERE image_id = ? AND owner = ?", imageId, owner));
            if (noted) {
                state.write(sql -> end(sql, "image_id = ? AND owner = ?", imageId, owner));
            }
        } finally {
            here.remove(imageId);
        }
    }

    /** Ends all attempts of a process that stops. */
    static void endAll(StateConnection sql, String owner) throws SQLException {
        synchronized (sql) {
            if (sql.exists("SELECT 1 FROM attempt WHERE owner = ?", owner)) {
                sql.transaction(table -> end(table, "owner = ?", owner));
            }
        }
    }

    private static int end(StateConnection sql, String which, Object... values) throws SQLException {
        return sql.update("DELETE FROM attempt WHERE unended = 0 AND " + which, values)
                + sql.update("UPDATE attempt SET owner = NULL WHERE " + which, values);
    }

    /** Deletes the note of an image that is in place. */
    static void succeeded(StateConnection sql, String imageId) throws SQLException {
        sql.update("DELETE FROM attempt WHERE image_id = ?", imageId);
    }

    /** Deletes the note of an image that failed, unless an attempt is running: later ones are counted anew. */
    static void failed(StateConnection sql, String imageId) throws SQLException {
        sql.update("DELETE FROM attempt WHERE image_id = ? AND owner IS NULL", imageId);
    }

    /** Whether there is a note of an image. */
    static boolean isNoted(StateConnection sql, String imageId) throws SQLException {
        return find(sql, imageId).isPresent();
    }
}
