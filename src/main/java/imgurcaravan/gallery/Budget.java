package imgurcaravan.gallery;

import imgurcaravan.http.FailureReasons;
import imgurcaravan.http.RateLimitHeaders;
import imgurcaravan.image.PartFiles;
import imgurcaravan.run.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spends the day's requests to the API: at most {@code imgur.api.daily-requests} within any 24 hours.
 *
 * <p>A twentieth of them may go at once; the others come back evenly over the day. Pages come first: they may spend the
 * last request, and wait for the next; albums leave enough for the pages of the next poll, and are put off. What is
 * left is kept in the hidden folder of the images directory, so that a process that polls once each time keeps to it
 * too. Thread-safe.
 */
public final class Budget {

    /** The part of a day's requests that may be spent at once. */
    private static final int BURST_SHARE = 20;

    private static final Duration DAY = Duration.ofDays(1);
    private static final String FILE = "api-requests";

    private static final Logger LOG = LoggerFactory.getLogger(Budget.class);

    private Clock clock = Clock.systemUTC();
    private double burst;
    private double perMilli;
    private int reserve;
    private Path file;
    private String saved = "";
    private double left;
    private Instant counted;
    private long userRemaining = -1;
    private Instant userReset;
    private boolean begun;
    private boolean warned;

    public void setSettings(Settings settings) {
        configure(
                settings.dailyRequests(),
                settings.galleryPages(),
                settings.imagesDir().resolve(PartFiles.FOLDER).resolve(FILE),
                Clock.systemUTC());
    }

    /**
     * @param daily requests within any 24 hours
     * @param pages requests that a poll needs for its pages
     * @param memory where the count outlasts the process
     */
    synchronized void configure(int daily, int pages, Path memory, Clock newClock) {
        clock = newClock;
        burst = Math.max(1, (double) daily / BURST_SHARE);
        perMilli = Math.max(1, daily - burst) / DAY.toMillis();
        reserve = (int) Math.min(pages, burst / 2);
        file = memory;
    }

    /**
     * Spends a request.
     *
     * @return when to ask again if there is none left, else null
     */
    synchronized Instant take() {
        refill();
        if (left >= 1) {
            spend();
            return null;
        }
        double missing = 1 - left;
        return clock.instant().plusMillis((long) Math.ceil(missing / perMilli));
    }

    /** Whether there is a request for an album, apart from those that the pages need. */
    synchronized boolean allowsAlbum() {
        refill();
        boolean limited = userRemaining >= 0
                && userRemaining <= reserve
                && userReset != null
                && userReset.isAfter(clock.instant());
        return !limited && left >= 1 + reserve;
    }

    /** Takes note of what the API itself says is left. */
    synchronized void note(RateLimitHeaders limits) {
        userRemaining = limits.userRemaining();
        userReset = limits.userReset();
        if (limits.clientRemaining() >= 0 && limits.clientRemaining() < left) {
            left = limits.clientRemaining();
        }
    }

    private void spend() {
        left--;
        if (userRemaining > 0) {
            userRemaining--;
        }
        save();
    }

    private void refill() {
        Instant now = clock.instant();
        if (counted == null) {
            left = burst;
            counted = now;
        }
        load(now);
        long millis = Math.max(0, Duration.between(counted, now).toMillis());
        left = Math.min(burst, left + millis * perMilli);
        counted = now;
    }

    /** Takes up what another process, or an earlier one, has left. */
    private void load(Instant now) {
        try {
            String text = Files.readString(file);
            if (text.equals(saved)) {
                return;
            }
            saved = text;
            String[] parts = text.strip().split(" ", -1);
            double kept = Double.parseDouble(parts[0]);
            Instant then = Instant.parse(parts[1]);
            if (kept >= 0 && !then.isAfter(now)) {
                left = Math.min(burst, kept);
                counted = then;
            }
        } catch (NoSuchFileException e) {
            makeFolder();
        } catch (IOException | RuntimeException e) {
            LOG.warn("The count of API requests in {} is unreadable and begins anew: {}", file, FailureReasons.of(e));
        }
    }

    private void makeFolder() {
        if (begun) {
            return;
        }
        begun = true;
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            LOG.debug("{} cannot be made; the first request tells", file, e);
        }
    }

    private void save() {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (!Files.isDirectory(folder)) {
                // Not the images directory itself: it may be on a disk that is gone for a while.
                Files.createDirectory(folder);
            }
            String text = left + " " + counted + "\n";
            Files.writeString(next, text);
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            saved = text;
        } catch (IOException e) {
            discard(next);
            if (!warned) {
                LOG.warn("The count of API requests cannot be kept in {}: {}", file, FailureReasons.of(e));
                warned = true;
            }
        }
    }

    /** What was begun on a disk that has no room for it. */
    private static void discard(Path next) {
        try {
            Files.deleteIfExists(next);
        } catch (IOException e) {
            LOG.debug("{} stays until the next request is counted", next, e);
        }
    }
}
