package imgurcaravan.image;

import imgurcaravan.run.OwnerLock;
import imgurcaravan.run.SettingsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
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
 * <p>All part files of a process have the owner of its {@link OwnerLock} in their names: those of a dead owner are
 * leftovers, and are deleted at the next start of any process that shares the folder.
 */
public final class PartFiles extends ServiceSupport {

    /** Name of the hidden folder. */
    public static final String FOLDER = ".caravan";

    private static final Logger LOG = LoggerFactory.getLogger(PartFiles.class);
    private static final Pattern OWNED = Pattern.compile("(" + OwnerLock.OWNER + ")-.*\\.part");

    private static final int PROBE = 4_096;

    private final Set<Path> inUse = ConcurrentHashMap.newKeySet();
    private final AtomicLong counter = new AtomicLong();
    private final Path imagesDir;
    private final Path folder;
    private Object fileSystem;
    private OwnerLock ownerLock;

    public PartFiles(Path imagesDir) {
        this.imagesDir = imagesDir;
        folder = imagesDir.resolve(FOLDER);
    }

    /** @throws SettingsException if the images directory cannot be used */
    @Override
    protected void doStart() {
        try {
            Files.createDirectories(folder);
            fileSystem = fileSystem(imagesDir);
            sweep();
            ownerLock = OwnerLock.take(folder);
        } catch (IOException e) {
            throw SettingsException.unusable(
                    "imgur.images.dir", imagesDir.toString(), "cannot be written: " + DiskException.reason(e));
        }
    }

    /** What a faulty disk does not delete, the next start does. */
    @Override
    protected void doStop() throws IOException {
        if (ownerLock == null) {
            return;
        }
        try (OwnerLock ending = ownerLock) {
            if (Files.isDirectory(folder)) {
                deleteParts(ending.owner(), part -> true);
            }
        } catch (IOException e) {
            LOG.warn("Part files may be left in {}: {}", folder, DiskException.reason(e));
        }
    }

    /**
     * The path of a new part file for an image; no file of that name exists yet.
     *
     * @throws DiskException if its folder cannot be created
     */
    synchronized Path newPart(String imageId) throws DiskException {
        try {
            requireFolder();
        } catch (IOException e) {
            throw DiskException.writing(e);
        }
        Path part = folder.resolve(ownerLock.owner() + "-" + counter.incrementAndGet() + "-" + imageId + ".part");
        inUse.add(part);
        return part;
    }

    /** Releases a part file, which has been deleted by now if that was possible. */
    void release(Path part) {
        inUse.remove(part);
    }

    /**
     * Tests whether a file can be written to the disk, and then deletes what could not be deleted before.
     *
     * @throws IOException if it cannot
     */
    synchronized void probe() throws IOException {
        requireFolder();
        Path probe = folder.resolve(ownerLock.owner() + "-probe.part");
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
        deleteParts(ownerLock.owner(), part -> inUse.stream().noneMatch(used -> belongTogether(used, part)));
    }

    /**
     * Creates a folder for final files.
     *
     * @throws DiskException if it cannot be created
     */
    synchronized void makeFolder(Path someFolder) throws DiskException {
        try {
            requireFolder();
            Files.createDirectories(someFolder);
        } catch (IOException e) {
            throw DiskException.writing(e);
        }
    }

    /** A complete part file has the name of the part file with a suffix. */
    private static boolean belongTogether(Path used, Path part) {
        String name = used.getFileName().toString();
        return part.getFileName().toString().startsWith(name.substring(0, name.length() - "part".length()));
    }

    /**
     * Recreates the hidden folder if it was removed, but never the images directory itself: if that is gone, or is
     * another one than at the start, it may be the mount point of a disk that is not mounted, and new files would fill
     * the disk below it.
     */
    private void requireFolder() throws IOException {
        Object now = fileSystem(imagesDir);
        boolean locked = ownerLock.isInPlace();
        if (!locked && !now.equals(fileSystem)) {
            throw new IOException("it is on another file system than at the start");
        }
        if (!locked) {
            Files.createDirectories(folder);
        }
        if (!locked || !now.equals(fileSystem)) {
            // Without our lock, the files in the folder would be deleted as leftovers.
            ownerLock.close();
            ownerLock = OwnerLock.take(folder);
            fileSystem = now;
        }
    }

    /** Identifies a file system; if the operating system does not do that, all count as the same. */
    private static Object fileSystem(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException(directory + " is not there");
        }
        boolean known = directory.getFileSystem().supportedFileAttributeViews().contains("unix");
        return known ? Files.getAttribute(directory, "unix:dev") : "";
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
            OwnerLock.isDead(folder, someOwner, () -> sweep(someOwner));
        }
    }

    private void sweep(String deadOwner) throws IOException {
        int swept = deleteParts(deadOwner, part -> true);
        if (swept > 0) {
            LOG.info("Deleted {} part files that a stopped process left in {}", swept, folder);
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
