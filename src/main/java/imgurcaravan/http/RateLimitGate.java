package imgurcaravan.http;

import imgurcaravan.run.Quantity;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gate in front of a rate-limited service: it closes for all callers as soon as one of them is told to wait.
 *
 * <p>It opens at the time that the service names, at most {@link #LONGEST_NAMED} ahead. If it names none, and from the
 * second consecutive closing on, the wait is at least a back-off that doubles each time, plus or minus a fifth, up to
 * {@link #LONGEST_BACK_OFF}. Each closing is one line in the log, however many callers were told to wait at the same
 * time. Thread-safe.
 */
public final class RateLimitGate {

    /** Imgur's limits reset within a day. */
    static final Duration LONGEST_NAMED = Duration.ofHours(25);

    static final Duration LONGEST_BACK_OFF = Duration.ofHours(1);

    private static final int MOST_DOUBLINGS = 20;
    private static final double JITTER = 0.2;
    private static final Duration SAME = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private static final Logger LOG = LoggerFactory.getLogger(RateLimitGate.class);

    private final String who;
    private final Duration backOff;
    private final Clock clock;
    private Instant until = Instant.MIN;
    private int closings;
    private boolean abandoned;

    /**
     * @param who what waits, for the log, such as {@code Downloads}
     * @param backOff the first wait if the service names none
     */
    RateLimitGate(String who, Duration backOff, Clock clock) {
        this.who = who;
        this.backOff = backOff;
        this.clock = clock;
    }

    /**
     * Closes the gate.
     *
     * @param named when the service accepts requests again, or null if it does not say
     * @param reason for the log
     */
    public synchronized void close(Instant named, String reason) {
        Instant now = clock.instant();
        boolean closed = until.isAfter(now);
        if (named == null || !named.isAfter(now)) {
            if (!closed) {
                close(now.plus(nextBackOff()), now, reason);
            }
            return;
        }
        Instant latest = now.plus(LONGEST_NAMED);
        Instant opening = named.isBefore(latest) ? named : latest;
        if (!closed && closings > 0) {
            // A service that repeatedly names a short time must not be called that often.
            Instant least = now.plus(nextBackOff());
            opening = opening.isBefore(least) ? least : opening;
        }
        if (opening.isAfter(closed ? until.plus(SAME) : now)) {
            close(opening, now, reason);
        } else if (opening.isAfter(until)) {
            until = opening;
        }
    }

    private void close(Instant opening, Instant now, String reason) {
        until = opening;
        closings++;
        Duration wait = Duration.between(now, opening);
        String span = Quantity.formatDuration(wait.plusMillis(999).truncatedTo(ChronoUnit.SECONDS));
        LOG.warn("{} wait until {} ({}): {}", who, TIME.format(opening.atZone(ZoneId.systemDefault())), span, reason);
    }

    private Duration nextBackOff() {
        double factor = Math.scalb(1.0, Math.min(closings, MOST_DOUBLINGS));
        double jitter = 1 + JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
        double millis = Math.min((double) LONGEST_BACK_OFF.toMillis(), backOff.toMillis() * factor * jitter);
        return Duration.ofMillis((long) Math.ceil(millis));
    }

    /** Records a response that was not rate-limited: the next back-off is short again. */
    public synchronized void passed() {
        if (!until.isAfter(clock.instant())) {
            closings = 0;
        }
    }

    /** When the gate opens; in the past if it is open. */
    synchronized Instant until() {
        return until;
    }

    /**
     * Waits for the gate to open.
     *
     * @return false if it was {@linkplain #abandon abandoned}
     */
    synchronized boolean await() throws InterruptedException {
        while (!abandoned && until.isAfter(clock.instant())) {
            Duration left = Duration.between(clock.instant(), until);
            wait(Math.max(1, Math.min(left.toMillis() + 1, LOOK.toMillis())));
        }
        return !abandoned;
    }

    /** Releases all callers that wait, now and later: the process is stopping. */
    synchronized void abandon() {
        abandoned = true;
        notifyAll();
    }
}
