package imgurcaravan.image;

import imgurcaravan.run.Polls;
import imgurcaravan.run.Quantity;
import imgurcaravan.run.Settings.ImageSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses all downloads while the disk cannot store them, and resumes them when it can.
 *
 * <p>It checks the free space about once a second while downloads are in progress, and the folder itself when a write
 * has failed: from then on downloads pause until a small file can be written there, flushed and deleted. A pause is
 * logged in one line when it begins and one when it ends. Thread-safe.
 */
public final class DiskSpaceGate {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(DiskSpaceGate.class);

    private final Object monitor = new Object();
    private final ImageSettings settings;
    private final Polls polls;
    private final PartFiles partFiles;

    /** Why downloads pause, or null. */
    private String fault;
    /** How much space the largest image needed, of those for which there was too little. */
    private long lacking;

    private boolean looking;
    private long lookedNanos = System.nanoTime() - INTERVAL.toNanos();

    public DiskSpaceGate(CamelContext camelContext, ImageSettings settings, Polls polls, PartFiles partFiles) {
        this.settings = settings;
        this.polls = polls;
        this.partFiles = partFiles;
        camelContext.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext context) {
                synchronized (monitor) {
                    monitor.notifyAll();
                }
            }
        });
    }

    /**
     * Waits until the disk can store an image.
     *
     * @throws ImageIncompleteException if the process is stopping meanwhile, so that the image stays in its queue
     */
    public void await() throws ImageIncompleteException {
        while (true) {
            String before;
            synchronized (monitor) {
                long left = lookedNanos + INTERVAL.toNanos() - System.nanoTime();
                if (left > 0 && fault == null && !looking) {
                    return;
                }
                if ((fault != null || looking) && polls.isStopping()) {
                    throw new ImageIncompleteException("the process is stopping");
                }
                if (left > 0 || looking) {
                    rest(looking ? INTERVAL.toNanos() : left);
                    continue;
                }
                // One of the waiting threads checks, on behalf of all of them.
                looking = true;
                before = fault;
            }
            try {
                note(before, before == null ? lookAtSpace(settings.minFree()) : lookClosely());
            } finally {
                synchronized (monitor) {
                    looking = false;
                    lookedNanos = System.nanoTime();
                    monitor.notifyAll();
                }
            }
        }
    }

    private void rest(long nanos) throws ImageIncompleteException {
        try {
            TimeUnit.NANOSECONDS.timedWait(monitor, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageIncompleteException("the process is stopping", e);
        }
    }

    /**
     * Decides whether a failure is the disk's fault. If so, downloads pause until the disk works again; a failure that
     * the disk does not explain, such as a single folder that is not writable, concerns this image only.
     */
    boolean isToBlame(Throwable thrown) {
        if (!DiskException.isMeantBy(thrown)) {
            return false;
        }
        long lack = thrown instanceof DiskException disk ? disk.lacking() : 0;
        synchronized (monitor) {
            lacking = Math.max(lacking, lack);
            if (fault != null) {
                return true;
            }
            lookedNanos = System.nanoTime();
        }
        String found = lookClosely();
        note(null, found);
        return found != null || lack > 0;
    }

    private String lookClosely() {
        long room;
        synchronized (monitor) {
            room = Math.max(settings.minFree(), lacking);
        }
        String found = lookAtSpace(room);
        if (found != null) {
            return found;
        }
        try {
            partFiles.probe();
            return null;
        } catch (IOException e) {
            return settings.dir() + " cannot be written (" + DiskException.reason(e) + ")";
        }
    }

    private String lookAtSpace(long room) {
        if (room == 0) {
            return null;
        }
        Path folder = settings.dir();
        long free = folder.toFile().getUsableSpace();
        // Java has returned negative numbers for file systems larger than a long can express.
        if (free < 0 || free >= room) {
            return null;
        }
        if (!Files.isDirectory(folder)) {
            return folder + " is not there";
        }
        return Quantity.formatBytes(free) + " free in " + folder + ", less than "
                + (room > settings.minFree()
                        ? "the " + Quantity.formatBytes(room) + " of an image"
                        : "imgur.images.min-free (" + Quantity.formatBytes(room) + ")");
    }

    /** Begins a pause, ends it, or changes nothing if another thread's check is more recent. */
    @SuppressWarnings("ReferenceEquality")
    private void note(String before, String found) {
        synchronized (monitor) {
            if (fault != before) {
                return;
            }
            if (found != null && fault == null) {
                LOG.warn("Downloads paused: {}", found);
            } else if (found == null && fault != null) {
                LOG.info(
                        "Downloads resumed: {} free in {}",
                        Quantity.formatBytes(settings.dir().toFile().getUsableSpace()),
                        settings.dir());
            }
            if (found == null) {
                lacking = 0;
            }
            fault = found;
        }
    }
}
