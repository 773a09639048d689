package imgurcaravan.image;

import imgurcaravan.run.Settings.ImageSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Locale;

/**
 * Finds the place of each image, so that two images never share one file.
 *
 * <p>A name without the id may belong to another image. Then the id is added to it; conversely, an image that is
 * downloaded a second time finds its own file there by comparing the bytes. While one thread checks and writes a name,
 * no other may: each name is a byte of the file {@value #LOCKS} in {@value PartFiles#FOLDER}, which is locked
 * meanwhile. Names that differ only in case count as one name, as on many file systems. The operating system drops the
 * locks of a process that dies.
 */
final class NameReservations {

    private static final String LOCKS = "names.lock";
    /** If this many variants of a name belong to other files, something else is wrong. */
    private static final int MOST_VARIANTS = 100;
    /** A name is locked while one file is compared and renamed. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private static final long PAUSE_MILLIS = 1;

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
        for (int number = 0; number < MOST_VARIANTS; number++) {
            String candidate = fileName.variant(name, image.id(), attempt.type(), number);
            Path file = settings.dir().resolve(candidate);
            makeFolder(file.getParent());
            NameReservation place = look(candidate, file, image, attempt.part());
            if (place != null) {
                return place;
            }
        }
        throw new ImageRefusedException("other files have the name " + name + " and all its variants");
    }

    private void makeFolder(Path folder) throws IOException, ImageRefusedException {
        try {
            // The endpoint only creates the folder of the part file. Java 17 does not accept a link to a folder as a
            // folder.
            if (!Files.isDirectory(folder)) {
                partFiles.makeFolder(folder);
            }
        } catch (DiskException e) {
            if (e.getCause() instanceof FileAlreadyExistsException file) {
                throw new ImageRefusedException("its folder cannot be created: a file has the name " + file.getFile());
            }
            throw e;
        }
    }

    /** Checks one name: free, or already in place, or null if it belongs to another image. */
    private NameReservation look(String name, Path file, Image image, Path part) throws IOException {
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
