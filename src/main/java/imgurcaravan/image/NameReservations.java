package imgurcaravan.image;

import imgurcaravan.run.Settings.ImageSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the place of each image, so that two images never share one file, and no file or folder is replaced.
 *
 * <p>A name without the id may belong to another image. Then the id is added to it; conversely, an image that is
 * downloaded a second time finds its own file there by comparing the bytes. While one thread checks and writes a name,
 * no other may: each name is a byte of the file {@value #LOCKS} in {@value PartFiles#FOLDER}, which is locked
 * meanwhile. Names that differ only in case count as one name, as on many file systems. The operating system drops the
 * locks of a process that dies.
 */
final class NameReservations {

    private static final String LOCKS = "names.lock";
    private static final String BROKEN = ".broken";
    /** If this many variants of a name belong to other files, something else is wrong. */
    private static final int MOST_VARIANTS = 100;
    /** A name is locked while one file is compared and renamed. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private static final long PAUSE_MILLIS = 1;

    private static final Logger LOG = LoggerFactory.getLogger(NameReservations.class);

    private final ImageSettings settings;
    private final FileName fileName;
    private final PartFiles partFiles;
    private FileChannel locks;

    NameReservations(ImageSettings settings, FileName fileName, PartFiles partFiles) {
        this.settings = settings;
        this.partFiles = partFiles;
        this.fileName = fileName;
    }

    /**
     * Finds the place of an image, and reserves it.
     *
     * @param name from {@link FileName}
     * @param attempt its part file holds the whole image
     * @throws IOException if the folder cannot be created, or the name stays locked for too long
     * @throws ImageRefusedException if all variants of the name are taken
     */
    NameReservation reserve(String name, Attempt attempt) throws IOException, ImageRefusedException {
        Image image = attempt.image();
        String inFolders = prepareFolders(name);
        for (int number = 0; number < MOST_VARIANTS; number++) {
            String candidate = fileName.variant(inFolders, image.id(), attempt.type(), number);
            NameReservation place = look(candidate, settings.dir().resolve(candidate), image, attempt.part());
            if (place != null) {
                return place;
            }
        }
        throw new ImageRefusedException("other files have the name " + name + " and all its variants");
    }

    /** Creates the missing folders of a name; a folder that cannot be used is replaced by a variant in the result. */
    private String prepareFolders(String name) throws IOException, ImageRefusedException {
        Path folder = settings.dir();
        if (!Files.isDirectory(folder)) {
            partFiles.makeFolder(folder);
        }
        String[] parts = name.split("/", -1);
        for (int i = 0; i < parts.length - 1; i++) {
            parts[i] = prepareFolder(folder, parts[i]);
            folder = folder.resolve(parts[i]);
        }
        return String.join("/", parts);
    }

    private String prepareFolder(Path parent, String name) throws IOException, ImageRefusedException {
        // Where the id determines the name, the image would not be found under a variant.
        int variants = fileName.isNamedById() ? 1 : MOST_VARIANTS;
        for (int number = 1; number <= variants; number++) {
            String candidate = number == 1 ? name : name + " (" + number + ")";
            if (isUsable(parent.resolve(candidate))) {
                return candidate;
            }
        }
        throw new ImageRefusedException("its folder cannot be created: a file has the name " + parent.resolve(name));
    }

    /**
     * Whether this is a folder now. The owner may link a folder to another disk, but a title must not lead out of the
     * images directory.
     */
    private boolean isUsable(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            partFiles.makeFolder(folder);
        }
        return !fileName.usesTitles()
                || folder.toRealPath().startsWith(settings.dir().toRealPath());
    }

    /** Checks one name: free, or already in place, or null if it belongs to another image. */
    private NameReservation look(String name, Path file, Image image, Path part) throws IOException {
        if (fileName.isUnique() && Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !FileName.isImage(file)) {
            setAside(name, file);
        }
        FileLock lock = fileName.isUnique() ? null : lock(name);
        NameReservation place = null;
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                boolean free = !settings.metadata() || Sidecar.isFree(file, image.id());
                place = free ? new NameReservation(name, file, false, lock) : null;
            } else if (isInPlace(file, part)) {
                place = new NameReservation(name, file, true, lock);
            }
            return place;
        } finally {
            if (place == null && lock != null) {
                lock.release();
            }
        }
    }

    /** Whether a file of the image's name is its own, whichever process put it there. */
    boolean isInPlace(Path file, Path part) throws IOException {
        return fileName.isUnique() ? FileName.isThere(file) : holds(file, part);
    }

    /**
     * Renames what has the name of an image but is no image, such as a folder or an empty file. The name is locked
     * meanwhile, so that what is renamed is never an image that another process has just written.
     */
    private void setAside(String name, Path file) throws IOException {
        FileLock lock = lock(name);
        try {
            if (!FileName.isImage(file)) {
                Path aside = Files.move(file, freeName(file));
                LOG.warn("{} was no image: it is now {}", file, aside.getFileName());
            }
        } catch (FileSystemException e) {
            // Such as a folder where another disk is mounted: the image gets a variant of the name.
            LOG.debug("{} cannot be renamed", file, e);
        } finally {
            lock.release();
        }
    }

    private static Path freeName(Path file) {
        Path free = file.resolveSibling(file.getFileName() + BROKEN);
        for (int i = 2; Files.exists(free, LinkOption.NOFOLLOW_LINKS); i++) {
            free = file.resolveSibling(file.getFileName() + BROKEN + " (" + i + ")");
        }
        return free;
    }

    private static boolean holds(Path file, Path part) throws IOException {
        return Files.isRegularFile(file) && Files.size(file) == Files.size(part) && Files.mismatch(file, part) < 0;
    }

    private FileLock lock(String name) throws IOException {
        long key = key(name);
        long start = System.nanoTime();
        while (true) {
            FileLock lock = tryLock(key);
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() - start > LONGEST_WAIT.toNanos()) {
                throw new IOException("other images are still being written to " + name);
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted in the wait for " + name);
            }
        }
    }

    private FileLock tryLock(long key) throws IOException {
        try {
            return locks().tryLock(key, 1, false);
        } catch (OverlappingFileLockException e) {
            // Another thread of this process has it.
            return null;
        }
    }

    /** Opened for the first name, and reopened if an interrupt closed it. */
    private synchronized FileChannel locks() throws IOException {
        if (locks == null || !locks.isOpen()) {
            Path file = settings.dir().resolve(PartFiles.FOLDER).resolve(LOCKS);
            locks = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        }
        return locks;
    }

    /** Two names with the same key by chance only wait for each other. */
    private static long key(String name) {
        String folded =
                Normalizer.normalize(name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(folded.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong() >>> 2;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    synchronized void close() throws IOException {
        if (locks != null) {
            locks.close();
        }
    }
}
