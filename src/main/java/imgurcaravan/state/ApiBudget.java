package imgurcaravan.state;

import imgurcaravan.http.FailureReasons;
import imgurcaravan.http.RateLimitHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits requests to the API: at most {@code imgur.api.daily-requests} within any 24 hours, by all processes that share
 * the state file together.
 *
 * <p>A twentieth of them may be made at once; they are replenished evenly over the day. Pages come first: they may use
 * the last request, and wait for the next; albums leave enough requests for the pages of the next poll, and are
 * postponed. While the state file cannot be used, each process continues with its own count. Thread-safe.
 */
public final class ApiBudget {

    /** The fraction of a day's requests that may be made at once. */
    private static final int BURST_SHARE = 20;

    private static final Duration DAY = Duration.ofDays(1);

    private static final Logger LOG = LoggerFactory.getLogger(ApiBudget.class);

    private final StateFile state;
    private final Path oldFile;
    private final Clock clock;
    private final double burst;
    private final double perMilli;
    private final int reserve;
    private Count known;
    private long userRemaining = -1;
    private Instant userReset;
    private boolean imported;
    private boolean warned;

    /** How many requests there were at a time. */
    private record Count(double remaining, Instant time) {}

    /**
     * @param oldFile the file in which version 0.1.0 kept its count; it is imported and deleted
     * @param daily requests within any 24 hours
     * @param pages requests that a poll needs for its pages
     */
    public ApiBudget(StateFile state, Path oldFile, int daily, int pages, Clock clock) {
        this.state = state;
        this.oldFile = oldFile;
        this.clock = clock;
        burst = Math.max(1, (double) daily / BURST_SHARE);
        perMilli = Math.max(1, daily - burst) / DAY.toMillis();
        reserve = (int) Math.min(pages, burst / 2);
    }

    /**
     * Takes one request from the budget.
     *
     * @return when to retry if there is none left, else empty
     */
    public synchronized Optional<Instant> take() {
        Count before = update(count -> count.remaining() >= 1 ? new Count(count.remaining() - 1, count.time()) : count);
        if (before.remaining() < 1) {
            double missing = 1 - before.remaining();
            return Optional.of(before.time().plusMillis((long) Math.ceil(missing / perMilli)));
        }
        if (userRemaining > 0) {
            userRemaining--;
        }
        return Optional.empty();
    }

    /** Whether there is a request for an album, apart from those that the pages need. */
    public synchronized boolean allowsAlbum() {
        boolean limited = userRemaining >= 0
                && userRemaining <= reserve
                && userReset != null
                && userReset.isAfter(clock.instant());
        return !limited && update(count -> count).remaining() >= 1 + reserve;
    }

    /** Adopts the number of remaining requests that the API itself reports. */
    public synchronized void note(RateLimitHeaders limits) {
        userRemaining = limits.userRemaining();
        userReset = limits.userReset();
        double allowed = (double) limits.clientRemaining();
        if (allowed >= 0 && (known == null || allowed < known.remaining())) {
            update(count -> new Count(Math.min(count.remaining(), allowed), count.time()));
        }
    }

    private interface Change {
        Count of(Count count);
    }

    /**
     * Changes the count for all processes in one transaction, or else for this process only; returns the previous
     * count.
     */
    private Count update(Change change) {
        importOldFile();
        Count before;
        try {
            before = state.write(sql -> {
                // The clock is read while no other process can change the count, so that time does not run backwards
                // between them.
                Count count = refill(read(sql));
                write(sql, change.of(count));
                return count;
            });
            warned = false;
        } catch (StateException e) {
            if (!warned) {
                LOG.warn("API requests are counted for this process alone: {}", e.getMessage());
                warned = true;
            }
            before = refill(null);
        }
        known = change.of(before);
        return before;
    }

    private static Count read(StateConnection sql) throws SQLException {
        return sql.first(
                        "SELECT remaining, time FROM api_budget WHERE id = 1",
                        row -> new Count(row.getDouble("remaining"), Instant.ofEpochMilli(row.getLong("time"))))
                .orElse(null);
    }

    private static void write(StateConnection sql, Count count) throws SQLException {
        sql.update(
                "INSERT OR REPLACE INTO api_budget (id, remaining, time) VALUES (1, ?, ?)",
                count.remaining(),
                count.time().toEpochMilli());
    }

    /**
     * The current count from the row, which may be null, and from this process's own count; that may be lower if it
     * could not be written.
     */
    private Count refill(Count row) {
        Instant now = Instant.ofEpochMilli(clock.millis());
        return new Count(Math.min(remaining(row, now), remaining(known, now)), now);
    }

    private double remaining(Count count, Instant now) {
        if (count == null) {
            return burst;
        }
        // If the clock was set back, the count does not change.
        long millis = Math.max(0, Duration.between(count.time(), now).toMillis());
        return Math.max(0, Math.min(burst, count.remaining() + millis * perMilli));
    }

    /** Once, and only if there is no count yet. */
    private void importOldFile() {
        if (imported) {
            return;
        }
        imported = true;
        try {
            Optional<Count> old = parse(Files.readString(oldFile));
            if (old.isEmpty()) {
                LOG.warn("The count of API requests in {} is unreadable and ignored", oldFile);
            }
            state.write(sql -> {
                if (old.isPresent() && read(sql) == null) {
                    write(sql, old.get());
                }
                return null;
            });
            Files.deleteIfExists(oldFile);
        } catch (NoSuchFileException e) {
            LOG.debug("There is no {} to import", oldFile);
        } catch (IOException | StateException e) {
            LOG.warn("The count of API requests in {} cannot be imported: {}", oldFile, FailureReasons.of(e));
        }
    }

    /** Reads {@code 487.25 2026-01-01T00:00:00Z}. */
    private Optional<Count> parse(String text) {
        String[] parts = text.strip().split(" ", -1);
        try {
            Count count = new Count(Double.parseDouble(parts[0]), Instant.parse(parts[parts.length - 1]));
            return count.remaining() >= 0 && !count.time().isAfter(clock.instant())
                    ? Optional.of(count)
                    : Optional.empty();
        } catch (NumberFormatException | DateTimeException e) {
            return Optional.empty();
        }
    }
}
