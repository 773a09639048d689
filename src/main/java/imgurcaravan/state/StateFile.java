package imgurcaravan.state;

import imgurcaravan.http.FailureReasons;
import imgurcaravan.run.OwnerLock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * One SQLite file that holds all state, survives the process however it ends, and may be shared by several processes.
 *
 * <p>It is SQLite because H2's MVStore locks its file to one process, Camel's {@code FileIdempotentRepository} scans
 * its file for entries missing in its small cache, and its {@code JdbcMessageIdRepository} needs Spring. The file is in
 * WAL mode, so readers never wait for a writer.
 *
 * <p>It is opened at its first use, or by {@link #open}. A file that is deleted or replaced while in use is reopened or
 * recreated, but its folder is not: that may be on a disk which is temporarily missing. Thread-safe.
 */
public final class StateFile implements AutoCloseable {

    private static final Duration OPENING = Duration.ofSeconds(60);

    /** A file lock belongs to the whole JVM, so threads need a lock of their own. */
    private static final ReentrantLock OPENING_HERE = new ReentrantLock();

    private final Path file;
    private volatile Session session;
    private volatile OwnerLock lock;
    private volatile boolean closed;

    public StateFile(Path file) {
        this.file = file;
    }

    public Path path() {
        return file;
    }

    /**
     * Opens the file, and creates it and its folder if they are missing. A closed file may be opened again.
     *
     * @throws IOException if it cannot be read or written, or is not a state file; the message says why in one line
     */
    public synchronized void open() throws IOException {
        closed = false;
        if (session == null) {
            if (!Files.isDirectory(folder())) {
                Files.createDirectories(folder());
            }
            session = newSession();
        }
    }

    /**
     * Runs work that only reads.
     *
     * @throws StateException if the file cannot be read
     */
    <T> T read(StateConnection.Work<T> work) {
        return run(Session::reader, reader -> reader.read(work));
    }

    /**
     * Runs work in a transaction, which survives a crash of the process from then on.
     *
     * @throws StateException if the file cannot be written
     */
    <T> T write(StateConnection.Work<T> work) {
        return run(Session::writer, writer -> writer.transaction(work));
    }

    /**
     * Runs work in a transaction, which survives a power failure from then on.
     *
     * @throws StateException if the file cannot be written
     */
    <T> T writeDurably(StateConnection.Work<T> work) {
        return run(Session::writer, writer -> writer.durableTransaction(work));
    }

    private <T> T run(Function<Session, StateConnection> side, StateConnection.Work<T> work) {
        try {
            StateConnection connection = side.apply(current());
            synchronized (connection) {
                return work.run(connection);
            }
        } catch (SQLException | IOException e) {
            throw failure(e);
        }
    }

    /** The owner of what this process writes, which other processes can see alive beside the file. */
    String owner() {
        return lock.owner();
    }

    Path folder() {
        return file.toAbsolutePath().getParent();
    }

    private StateException failure(Exception e) {
        return new StateException("the state file " + file + " cannot be used: " + reason(e), e);
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
        if (current != null && current.isInPlace(file)) {
            return current;
        }
        synchronized (this) {
            if (closed) {
                throw new IOException("closed");
            }
            if (session == null) {
                open();
            } else if (!session.isInPlace(file)) {
                // The old session is not closed: that would delete the new file's -wal and -shm files by their names.
                session = newSession();
            }
            return session;
        }
    }

    @Override
    public void close() {
        // First of all, because a thread that waits to open it holds the monitor.
        closed = true;
        try {
            closeSession();
        } catch (SQLException | IOException e) {
            throw failure(e);
        }
    }

    private synchronized void closeSession() throws SQLException, IOException {
        Session last = session;
        session = null;
        try (OwnerLock ending = lock) {
            if (last != null && last.isInPlace(file)) {
                last.close(ending.owner());
            }
        }
    }

    /** Opens the file while no other process does: of two processes that create it, one would delete the other's. */
    private Session newSession() throws IOException {
        if (!Files.isDirectory(folder())) {
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
            // Those of a file that was deleted.
            Files.deleteIfExists(companion("-wal"));
            Files.deleteIfExists(companion("-shm"));
            Files.deleteIfExists(companion("-journal"));
        }
        StateConnection writer = new StateConnection(file);
        try {
            StateSchema.prepare(writer);
            if (lock == null || !lock.isInPlace()) {
                lock = OwnerLock.take(folder());
            }
            return new Session(new StateConnection(file), writer, key(file));
        } catch (SQLException | IOException e) {
            writer.close();
            throw e;
        }
    }

    /** Identifies a file even if another takes its name; null if the operating system does not support that. */
    private static Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /** The file, opened twice: a reader need not wait for the thread that writes. */
    private record Session(StateConnection reader, StateConnection writer, Object fileKey) {

        /** @throws IOException if that cannot be determined */
        boolean isInPlace(Path file) throws IOException {
            try {
                return Objects.equals(fileKey, key(file));
            } catch (NoSuchFileException e) {
                return false;
            }
        }

        void close(String owner) throws SQLException {
            try (writer;
                    reader) {
                RunningAttempts.endAll(writer, owner);
            }
        }
    }
}
