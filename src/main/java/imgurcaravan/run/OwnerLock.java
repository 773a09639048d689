package imgurcaravan.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;

/**
 * Shows the processes that share a folder whether an owner of files or rows is alive: it holds a lock on a file of its
 * own there, {@code <owner>.lock}.
 *
 * <p>The operating system drops the lock when the process dies, however it dies. An owner is a part of a process, as
 * there may be several Camel contexts in one.
 */
public final class OwnerLock implements AutoCloseable {

    /** What the name of an owner looks like. */
    public static final String OWNER = "[0-9a-f]{16}";

    private static final String SUFFIX = ".lock";

    /**
     * The prefix of this process's owners. Opening and closing one of its own lock files would drop the lock (POSIX).
     */
    private static final String PROCESS = processKey();

    private final String owner;
    private final Path file;
    private final FileChannel channel;

    private OwnerLock(String owner, Path file, FileChannel channel) {
        this.owner = owner;
        this.file = file;
        this.channel = channel;
    }

    private static String processKey() {
        ProcessHandle process = ProcessHandle.current();
        Object start = process.info().startInstant().map(Object.class::cast).orElse("");
        return "%08x".formatted(Objects.hash(process.pid(), start));
    }

    /** Work that is done while an owner is known to be dead. */
    public interface Cleanup {
        void run() throws IOException;
    }

    /** Locks a file for a new owner, and deletes those of dead owners. */
    public static OwnerLock take(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                String someOwner = name.substring(0, name.length() - SUFFIX.length());
                if (someOwner.matches(OWNER)) {
                    isDead(folder, someOwner, () -> {});
                }
            }
        }
        while (true) {
            String owner = PROCESS + UUID.randomUUID().toString().substring(0, 8);
            Path file = folder.resolve(owner + SUFFIX);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            // Another process that is cleaning up may have taken the file for that of a dead owner: then start over.
            if (lock != null && Files.exists(file)) {
                return new OwnerLock(owner, file, channel);
            }
            channel.close();
        }
    }

    /**
     * Whether an owner is dead; then its lock file is deleted.
     *
     * @param cleanup is run before that
     */
    public static boolean isDead(Path folder, String owner, Cleanup cleanup) throws IOException {
        Path file = folder.resolve(owner + SUFFIX);
        if (owner.startsWith(PROCESS)) {
            return !Files.exists(file);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                return false;
            }
            cleanup.run();
            Files.deleteIfExists(file);
            return true;
        } catch (OverlappingFileLockException e) {
            // Another context of this process is just looking; the next look tells.
            return false;
        } catch (NoSuchFileException e) {
            cleanup.run();
            return true;
        }
    }

    public String owner() {
        return owner;
    }

    /** Whether the file is still there; without it, others take the owner for dead. */
    public boolean isInPlace() {
        return Files.exists(file);
    }

    /** Drops the lock, and deletes its file: the owner ends. */
    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(file);
        }
    }
}
