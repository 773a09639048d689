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
 * Holds all downloads back while the disk cannot take them, and lets them go on when it can.
 *
 * <p>It looks at the free space about once a second while downloads are under way, and at the folder itself when a
 * write has failed: from then on until it could write a small file there, flush it and delete it again, nothing is
 * tried. A pause has one line when it begins and one when it ends. Thread-safe.
 */
public final class DiskSpaceGate {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(DiskSpaceGate.class);

    private final Object monitor = new Object();
    private final ImageSettings settings;
    private final Polls polls;
    private final PartFiles partFiles;

    /** Why downloads pause, or null. */
    private String trouble;
    /** How much room the largest image needed of those that had too little. */
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
     * Waits until the disk can take an image.
     *
     * @throws ImageIncompleteException if the process is stopping meanwhile, so that the image stays with its queue
     */
    public void await() throws ImageIncompleteException {
        while (true) {
            String before;
            synchronized (monitor) {
                long left = lookedNanos + INTERVAL.toNanos() - System.nanoTime();
                if (left > 0 && trouble == null && !looking) {
                    return;
                }
                if ((trouble != null || looking) && polls.isStopping()) {
                    throw new ImageIncompleteException("the process is stopping");
                }
                if (left > 0 || looking) {
                    rest(looking ? INTERVAL.toNanos() : left);
                    continue;
                }
                // One of those who wait looks, for all of them.
                looking = true;
                before = trouble;
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
     * Tells whose fault a failure is. Where it is the disk's, downloads pause until the disk is well again; a failure
     * that the disk does not explain, such as a single folder that may not be written, is a matter of this image.
     */
    boolean isToBlame(Throwable thrown) {
        if (!DiskException.isMeantBy(thrown)) {
            return false;
        }
        long lack = thrown instanceof DiskException disk ? disk.lacking() : 0;
        synchronized (monitor) {
            lacking = Math.max(lacking, lack);
            if (trouble != null) {
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
        // Java has had negative numbers for file systems larger than it can count.
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

    /** Begins a pause, ends it, or lets things be: what somebody else has found meanwhile is newer than this. */
    @SuppressWarnings("ReferenceEquality")
    private void note(String before, String found) {
        synchronized (monitor) {
            if (trouble != before) {
                return;
            }
            if (found != null && trouble == null) {
                LOG.warn("Downloads pause: {}", found);
            } else if (found == null && trouble != null) {
                LOG.info(
                        "Downloads go on: {} free in {}",
                        Quantity.formatBytes(settings.dir().toFile().getUsableSpace()),
                        settings.dir());
            }
            if (found == null) {
                lacking = 0;
            }
            trouble = found;
        }
    }
}
