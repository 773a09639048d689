package imgurcaravan.image;

import imgurcaravan.run.Settings;
import imgurcaravan.run.SettingsException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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

    /** Owners in this JVM. Opening and closing a lock file of one's own JVM would drop the lock (POSIX). */
    private static final Set<String> OWNERS_HERE = ConcurrentHashMap.newKeySet();

    private final AtomicLong counter = new AtomicLong();
    private Settings settings;
    private Path folder;
    private String owner;
    private FileChannel lockFile;

    public void setSettings(Settings settings) {
        this.settings = settings;
    }

    /** @throws SettingsException if the images directory cannot be used */
    @Override
    protected void doStart() {
        folder = settings.imagesDir().resolve(FOLDER);
        try {
            Files.createDirectories(folder);
            sweep();
            lock();
        } catch (IOException e) {
            throw SettingsException.unusable(
                    "imgur.images.dir", settings.imagesDir().toString(), "cannot be written: " + reason(e));
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage();
    }

    @Override
    protected void doStop() throws IOException {
        if (lockFile != null) {
            deleteParts(owner);
            Files.deleteIfExists(lockPath(owner));
            lockFile.close();
            OWNERS_HERE.remove(owner);
        }
    }

    /**
     * A fresh part file for an image; nothing is there yet under its name.
     *
     * @throws IOException if its folder cannot be made
     */
    synchronized Path newPart(String imageId) throws IOException {
        if (!Files.exists(lockPath(owner))) {
            // Somebody removed the folder; without its lock, what is in it would be swept as a leftover.
            Files.createDirectories(folder);
            lockFile.close();
            lock();
        }
        return folder.resolve(owner + "-" + counter.incrementAndGet() + "-" + imageId + ".part");
    }

    private void lock() throws IOException {
        while (true) {
            String candidate = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
            OWNERS_HERE.add(candidate);
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
            OWNERS_HERE.remove(candidate);
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
            if (!OWNERS_HERE.contains(someOwner)) {
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
                int swept = deleteParts(someOwner);
                Files.deleteIfExists(lockPath(someOwner));
                if (swept > 0) {
                    LOG.info("Swept {} part files that a stopped process left in {}", swept, folder);
                }
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is alive in this process", someOwner);
        }
    }

    private int deleteParts(String someOwner) throws IOException {
        int deleted = 0;
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, someOwner + "-*.part")) {
            for (Path part : parts) {
                Files.deleteIfExists(part);
                deleted++;
            }
        }
        return deleted;
    }
}
