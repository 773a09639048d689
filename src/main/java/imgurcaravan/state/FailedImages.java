package imgurcaravan.state;

import imgurcaravan.state.FailedImageTable.FailedRow;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images that failed, and until when polls ignore them.
 *
 * <p>An image that was refused for good is offered again after {@code imgur.refused.retry-after}. One that failed for a
 * reason that may be temporary is offered again after an hour, then two, four and so on up to a day; after a week and
 * at least five failures it is given up, and then treated like a refused one. Thread-safe; every method throws
 * {@link StateException}.
 */
public final class FailedImages {

    private static final Duration FIRST_RETRY = Duration.ofHours(1);
    private static final Duration LONGEST_RETRY = Duration.ofDays(1);
    private static final Duration GIVE_UP_AFTER = Duration.ofDays(7);
    /** So that failures on two days, far apart, are not taken for a week of failures. */
    private static final int GIVE_UP_FAILURES = 5;

    private static final int MAX_MESSAGE = 2_000;
    /** Some 10 MB of memory. */
    private static final int MAX_KEPT = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(FailedImages.class);

    private final StateFile state;
    private final Duration refusedRetryAfter;
    private final Clock clock;
    /** Failures that could not be recorded yet. */
    private final Map<String, FailedImage> kept = new ConcurrentHashMap<>();

    /** How a failure counts for the log and the exit code. */
    public enum News {
        /** It failed for the first time. */
        FIRST,
        /** The image was already known to fail. */
        AGAIN,
        /** It has failed for a week, five times at least, and is given up. */
        GIVEN_UP
    }

    /** A recorded failure, together with the earlier ones of the image. */
    public record Recorded(News news, FailedImage image) {}

    /** @param refusedRetryAfter how long an image that was refused for good is not requested again */
    public FailedImages(StateFile state, Duration refusedRetryAfter, Clock clock) {
        this.state = state;
        this.refusedRetryAfter = refusedRetryAfter;
        this.clock = clock;
    }

    /**
     * Records a failure. It then survives a power failure. If that is impossible, it is kept in memory until it can be
     * recorded, with a later failure or by {@link #recordKept}.
     *
     * @param imageId the image's id, null if the queue entry held no image
     * @param message the image as its JSON text, or the queue entry
     * @param reason why, in readable form
     * @param attempts requests that were made before this failure
     */
    public Recorded record(String imageId, String message, String reason, FailureClass failureClass, int attempts) {
        String shown = imageId == null ? cut(message) : message;
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        FailedRow failure = new FailedRow(
                FailedImageTable.key(imageId, message),
                1,
                null,
                new FailedImage(imageId, shown, reason, failureClass, attempts, now, now, null, false));
        Recorded recorded;
        try {
            recorded = state.writeDurably(sql -> {
                Optional<FailedRow> before = FailedImageTable.find(sql, failure.key());
                FailedRow row = next(before.orElse(null), failure);
                FailedImageTable.write(sql, row);
                RunningAttempts.failed(sql, failure.key());
                return new Recorded(news(before.orElse(null), row), row.image());
            });
        } catch (StateException e) {
            if (kept.size() < MAX_KEPT) {
                kept.put(failure.key(), next(null, failure).image());
            }
            throw e;
        }
        recordKept();
        return recorded;
    }

    /** Tries again to record the failures that could not be recorded before. */
    public void recordKept() {
        List<FailedImage> failures = List.copyOf(kept.values());
        if (failures.isEmpty()) {
            return;
        }
        try {
            add(failures);
            kept.values().removeAll(failures);
            LOG.info("Recorded {} failures that could not be recorded before", failures.size());
        } catch (StateException e) {
            LOG.error("{} failures are not recorded yet: {}", failures.size(), e.getMessage());
        }
    }

    private static News news(FailedRow before, FailedRow row) {
        if (before == null) {
            return News.FIRST;
        }
        return row.image().givenUp() && !before.image().givenUp() ? News.GIVEN_UP : News.AGAIN;
    }

    /** Merges a failure with the earlier state of the image, which may be null. */
    private FailedRow next(FailedRow before, FailedRow failure) {
        FailedImage image = failure.image();
        Instant now = image.last();
        boolean permanent = image.failureClass().isPermanent();
        Instant since = permanent ? null : now;
        int failures = 1;
        Instant first = now;
        int attempts = image.attempts();
        boolean givenUp = false;
        if (before != null) {
            first = before.image().first();
            attempts = (int) Math.min(Integer.MAX_VALUE, (long) before.image().attempts() + attempts);
            if (!permanent && before.temporarySince() != null) {
                since = before.temporarySince();
                failures = before.failures() + 1;
                givenUp = before.image().givenUp()
                        || failures >= GIVE_UP_FAILURES && !now.isBefore(since.plus(GIVE_UP_AFTER));
            }
        }
        Instant retryAt = now.plus(permanent || givenUp ? refusedRetryAfter : distance(failures));
        FailedImage sum = new FailedImage(
                image.imageId(),
                image.message(),
                image.reason(),
                image.failureClass(),
                attempts,
                first,
                now,
                retryAt,
                givenUp);
        return new FailedRow(failure.key(), failures, since, sum);
    }

    private static Duration distance(int failures) {
        Duration distance = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 10));
        return distance.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : distance;
    }

    private static String cut(String message) {
        return message == null || message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
    }

    /**
     * Imports failures that were recorded elsewhere, each with the time of its {@code last}. A failure that is not
     * later than the known ones of its image is ignored, and so is one of an image that was downloaded since.
     */
    void add(List<FailedImage> failures) {
        state.writeDurably(sql -> {
            for (FailedImage failure : failures) {
                String key = FailedImageTable.key(failure.imageId(), failure.message());
                Optional<FailedRow> before = FailedImageTable.find(sql, key);
                boolean known = before.isPresent()
                        && !failure.last().isAfter(before.get().image().last());
                if (!known && !sql.exists("SELECT 1 FROM image WHERE id = ?", key)) {
                    FailedImageTable.write(sql, next(before.orElse(null), new FailedRow(key, 1, null, failure)));
                }
            }
            return null;
        });
    }

    /** Whether polls ignore an image for now. A requeue does not check this. */
    public boolean isPostponed(String imageId) {
        long now = clock.millis();
        FailedImage unrecorded = kept.get(imageId);
        if (unrecorded != null && unrecorded.retryAt().toEpochMilli() > now) {
            return true;
        }
        return state.read(
                sql -> sql.exists("SELECT 1 FROM failed_image WHERE key = ? AND retry_time > ?", imageId, now));
    }

    /** Forgets the failures of an image that is in place, and its attempts that ended with their process. */
    public void succeeded(String imageId) {
        kept.remove(imageId);
        boolean known = state.read(
                sql -> FailedImageTable.find(sql, imageId).isPresent() || RunningAttempts.isNoted(sql, imageId));
        if (known) {
            state.write(sql -> {
                RunningAttempts.succeeded(sql, imageId);
                return FailedImageTable.delete(sql, imageId);
            });
        }
    }

    public Optional<FailedImage> find(String imageId) {
        return state.read(sql -> FailedImageTable.find(sql, imageId)).map(FailedRow::image);
    }

    public long count() {
        return state.read(sql -> sql.number("SELECT count(*) FROM failed_image"));
    }

    /**
     * Lists the failed images in the order of their first failure. They are read lazily, a few at a time; images that
     * fail for the first time meanwhile are not included.
     *
     * @param text a text that the reason contains, in any case; empty for all
     */
    public Iterator<FailedImage> list(String text) {
        long newest = state.read(sql -> sql.number("SELECT max(first_time) FROM failed_image"));
        return new FailedImagePages(state, text.toLowerCase(Locale.ROOT), newest);
    }
}
