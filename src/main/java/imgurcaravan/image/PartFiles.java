package imgurcaravan.image;

import imgurcaravan.run.SettingsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The unfinished files of this process, in the hidden folder {@value #FOLDER} of the images directory.
 *
 * <p>Each process holds a lock on a file of its own there, {@code <owner>.lock}, and all of its part files carry the
 * same owner in their names. The operating system drops the lock when the process dies, however it dies: a part file
 * whose owner's lock can be had is a leftover, and is swept at the next start of any process that shares the folder.
 */
public final class PartFiles extends ServiceSupport {

    /** Name of the hidden folder. */
    public static final String FOLDER = ".caravan";

    private static final Logger LOG = LoggerFactory.getLogger(PartFiles.class);
    private static final Pattern OWNED = Pattern.compile("([0-9a-f]{16})(?:\\.lock|-.*\\.part)");

    /** What the owners of this process begin with. Opening and closing a lock file of one's own would drop the lock (POSIX). */
    private static final String PROCESS = processKey();

    private static final int PROBE = 4_096;

    private final Set<Path> inUse = ConcurrentHashMap.newKeySet();
    private final AtomicLong counter = new AtomicLong();
    private final Path imagesDir;
    private final Path folder;
    private Object fileSystem;
    private String owner;
    private FileChannel lockFile;

    public PartFiles(Path imagesDir) {
        this.imagesDir = imagesDir;
        folder = imagesDir.resolve(FOLDER);
    }

    private static String processKey() {
        ProcessHandle process = ProcessHandle.current();
        Object start = process.info().startInstant().map(Object.class::cast).orElse("");
        return "%08x".formatted(Objects.hash(process.pid(), start));
    }

    /** @throws SettingsException if the images directory cannot be used */
    @Override
    protected void doStart() {
        try {
            Files.createDirectories(folder);
            fileSystem = fileSystem(imagesDir);
            sweep();
            lock();
        } catch (IOException e) {
            throw SettingsException.unusable(
                    "imgur.images.dir", imagesDir.toString(), "cannot be written: " + DiskException.reason(e));
        }
    }

    /** What a disk in trouble keeps, the next start sweeps. */
    @Override
    protected void doStop() throws IOException {
        if (lockFile == null) {
            return;
        }
        try {
            if (Files.isDirectory(folder)) {
                deleteParts(owner, part -> true);
                Files.deleteIfExists(lockPath(owner));
            }
        } catch (IOException e) {
            LOG.warn("Part files may be left in {}: {}", folder, DiskException.reason(e));
        } finally {
            closeLock();
        }
    }

    private void closeLock() throws IOException {
        lockFile.close();
    }

    /**
     * A fresh part file for an image; nothing is there yet under its name.
     *
     * @throws DiskException if its folder cannot be made
     */
    synchronized Path newPart(String imageId) throws DiskException {
        try {
            requireFolder();
        } catch (IOException e) {
            throw DiskException.writing(e);
        }
        Path part = folder.resolve(owner + "-" + counter.incrementAndGet() + "-" + imageId + ".part");
        inUse.add(part);
        return part;
    }

    /** Takes back a part file, which by now is deleted where that was possible. */
    void release(Path part) {
        inUse.remove(part);
    }

    /**
     * Tries whether the disk takes a file, and then deletes what could not be deleted before.
     *
     * @throws IOException if it does not
     */
    synchronized void probe() throws IOException {
        requireFolder();
        Path probe = folder.resolve(owner + "-probe.part");
        try (FileChannel file = FileChannel.open(
                probe, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate(PROBE);
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(false);
        } finally {
            Files.deleteIfExists(probe);
        }
        deleteParts(owner, part -> inUse.stream().noneMatch(used -> belongTogether(used, part)));
    }

    /**
     * Makes a folder for final files.
     *
     * @throws DiskException if it cannot be made
     */
    synchronized void makeFolder(Path someFolder) throws DiskException {
        try {
            requireFolder();
            Files.createDirectories(someFolder);
        } catch (IOException e) {
            throw DiskException.writing(e);
        }
    }

    /** A whole part file has the name of the part file with one word more. */
    private static boolean belongTogether(Path used, Path part) {
        String name = used.getFileName().toString();
        return part.getFileName().toString().startsWith(name.substring(0, name.length() - "part".length()));
    }

    /**
     * Makes the hidden folder again where somebody has removed it, but never the images directory itself: one that is
     * gone, or is another one than at the start, may be the mount point of a disk that is not there, and what was
     * written now would fill the disk below.
     */
    private void requireFolder() throws IOException {
        Object now = fileSystem(imagesDir);
        boolean locked = Files.exists(lockPath(owner));
        if (!locked && !now.equals(fileSystem)) {
            throw new IOException("it is on another file system than at the start");
        }
        if (!locked) {
            Files.createDirectories(folder);
        }
        if (!locked || !now.equals(fileSystem)) {
            // Without a lock of ours, what is in the folder would be swept as a leftover.
            closeLock();
            lock();
            fileSystem = now;
        }
    }

    /** What tells one file system from another; where there is no such thing, all are one. */
    private static Object fileSystem(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException(directory + " is not there");
        }
        boolean known = directory.getFileSystem().supportedFileAttributeViews().contains("unix");
        return known ? Files.getAttribute(directory, "unix:dev") : "";
    }

    private void lock() throws IOException {
        while (true) {
            String candidate = PROCESS + UUID.randomUUID().toString().substring(0, 8);
            Path path = lockPath(candidate);
            FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            // Another process that sweeps just now may have taken the file for a leftover: then begin again.
            if (lock != null && Files.exists(path)) {
                owner = candidate;
                lockFile = channel;
                return;
            }
            channel.close();
        }
    }

    private Path lockPath(String someOwner) {
        return folder.resolve(someOwner + ".lock");
    }

    private void sweep() throws IOException {
        Set<String> owners = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Matcher matcher = OWNED.matcher(file.getFileName().toString());
                if (matcher.matches()) {
                    owners.add(matcher.group(1));
                }
            }
        }
        for (String someOwner : owners) {
            if (!someOwner.startsWith(PROCESS)) {
                sweep(someOwner);
            }
        }
    }

    /** Deletes what a dead process left; a living one holds its lock. */
    private void sweep(String someOwner) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(lockPath(someOwner), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                int swept = deleteParts(someOwner, part -> true);
                Files.deleteIfExists(lockPath(someOwner));
                if (swept > 0) {
                    LOG.info("Swept {} part files that a stopped process left in {}", swept, folder);
                }
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is alive in this process", someOwner);
        }
    }

    private int deleteParts(String someOwner, Predicate<Path> wanted) throws IOException {
        int deleted = 0;
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, someOwner + "-*.part")) {
            for (Path part : parts) {
                if (wanted.test(part)) {
                    Files.deleteIfExists(part);
                    deleted++;
                }
            }
        }
        return deleted;
    }
}
