package imgurcaravan.deadletter;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file of lines that is locked against other threads and processes for as long as it is open.
 *
 * <p>Everything goes through one channel: to open the file a second time and close it again would drop the lock (POSIX).
 */
final class LineFile implements Closeable {

    /** Longer than any dead letter; a file with longer lines is something else. */
    static final int MAX_LINE = 65_536;

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final long LOCK_RETRY_NANOS = Duration.ofMillis(5).toNanos();

    private static final ReentrantLock SHARED = new ReentrantLock();
    private static final Set<Path> OWNED = ConcurrentHashMap.newKeySet();

    private final FileChannel channel;
    private final Runnable release;

    private LineFile(FileChannel channel, Runnable release) {
        this.channel = channel;
        this.release = release;
    }

    /**
     * Opens a file that many share, each for a moment, and makes it where it is missing. The thread that opens it has to
     * close it.
     *
     * @throws IOException if that is not possible, or somebody else holds its lock for longer than 30 s
     */
    static LineFile shared(Path file) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            Files.createDirectories(parent);
        }
        long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
        if (!lockHere()) {
            throw locked(file);
        }
        try {
            FileChannel channel = open(file);
            try {
                while (!isLocked(channel)) {
                    if (System.nanoTime() - deadline > 0) {
                        throw locked(file);
                    }
                    LockSupport.parkNanos(LOCK_RETRY_NANOS);
                }
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            return new LineFile(channel, SHARED::unlock);
        } catch (IOException | RuntimeException e) {
            SHARED.unlock();
            throw e;
        }
    }

    private static boolean lockHere() {
        try {
            return SHARED.tryLock(LONGEST_WAIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static IOException locked(Path file) {
        return new IOException(file + " is locked by another process");
    }

    /** Opens a file that only one has, for as long as it likes, and makes it where it is missing; empty if it is taken. */
    static Optional<LineFile> owned(Path file) throws IOException {
        Path key = file.toAbsolutePath().normalize();
        if (!OWNED.add(key)) {
            return Optional.empty();
        }
        try {
            FileChannel channel = open(file);
            if (isLocked(channel)) {
                return Optional.of(new LineFile(channel, () -> OWNED.remove(key)));
            }
            channel.close();
        } catch (IOException | RuntimeException e) {
            OWNED.remove(key);
            throw e;
        }
        OWNED.remove(key);
        return Optional.empty();
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        FileLock lock = channel.tryLock();
        return lock != null;
    }

    /** Adds one line, whole or not at all, and flushes it to disk. */
    void append(byte[] line) throws IOException {
        try (Appender appender = appender()) {
            appender.add(line);
        }
    }

    /** Adds lines behind what is there; a line that broke off there is ended first. */
    Appender appender() throws IOException {
        return new Appender();
    }

    Reader reader() throws IOException {
        return new Reader();
    }

    void truncate() throws IOException {
        channel.truncate(0);
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            release.run();
        }
    }

    /** Adds lines with a buffer between; when that fails, nothing of them stays. */
    final class Appender implements Closeable {

        private final ByteBuffer buffer = ByteBuffer.allocate(MAX_LINE + 2);
        private final long start = channel.size();
        private long end = start;

        private Appender() throws IOException {
            ByteBuffer last = ByteBuffer.allocate(1);
            if (start > 0 && channel.read(last, start - 1) == 1 && last.get(0) != '\n') {
                buffer.put((byte) '\n');
            }
        }

        void add(byte[] line) throws IOException {
            if (line.length > MAX_LINE) {
                throw new IOException("a line of more than " + MAX_LINE + " bytes");
            }
            if (buffer.remaining() <= line.length) {
                drain();
            }
            buffer.put(line).put((byte) '\n');
        }

        private void drain() throws IOException {
            buffer.flip();
            try {
                while (buffer.hasRemaining()) {
                    end += channel.write(buffer, end);
                }
            } catch (IOException e) {
                undo(e);
                throw e;
            }
            buffer.clear();
        }

        /** Takes back what this has added. */
        void undo() throws IOException {
            buffer.clear();
            channel.truncate(start);
        }

        private void undo(IOException failure) {
            try {
                undo();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }

        /** Flushes all to disk. */
        @Override
        public void close() throws IOException {
            drain();
            try {
                channel.force(false);
            } catch (IOException e) {
                undo(e);
                throw e;
            }
        }
    }

    /** Reads the lines that are there now, one by one, blank ones left out. */
    final class Reader {

        private final ByteBuffer buffer = ByteBuffer.allocate(MAX_LINE + 1).limit(0);
        private final long end = channel.size();
        private long position;

        private Reader() throws IOException {}

        /** The next line without its end, or null. */
        byte[] next() throws IOException {
            while (true) {
                int length = length();
                if (length < 0) {
                    return null;
                }
                byte[] line = new byte[length];
                buffer.get(line);
                if (buffer.hasRemaining()) {
                    buffer.get();
                }
                if (!isBlank(line)) {
                    return line;
                }
            }
        }

        /** How long the line at the start of the buffer is, -1 if there is none; the last one may lack its end. */
        private int length() throws IOException {
            int scanned = 0;
            while (true) {
                for (; scanned < buffer.remaining(); scanned++) {
                    if (buffer.get(buffer.position() + scanned) == '\n') {
                        return scanned;
                    }
                }
                if (scanned > MAX_LINE) {
                    throw new IOException("it has a line of more than " + MAX_LINE + " bytes, so it is no such file");
                }
                if (position >= end) {
                    return scanned == 0 ? -1 : scanned;
                }
                fill();
            }
        }

        private void fill() throws IOException {
            buffer.compact();
            int read = channel.read(buffer, position);
            position = read < 0 ? end : position + read;
            buffer.flip();
        }

        private static boolean isBlank(byte[] line) {
            for (byte b : line) {
                if (b > ' ' || b < 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
