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
 * time. A wall clock that is set back does not lengthen a wait. Thread-safe.
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
    private Instant until = Instant.EPOCH;
    /** When the wait has lasted as long as it should, by {@link System#nanoTime()}. */
    private long untilNanos;

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
        Duration left = left();
        boolean closed = left.compareTo(Duration.ZERO) > 0;
        if (named == null || !named.isAfter(now)) {
            if (!closed) {
                close(nextBackOff(), now, reason);
            }
            return;
        }
        Duration wait = shorter(Duration.between(now, named), LONGEST_NAMED);
        if (!closed && closings > 0) {
            // A service that repeatedly names a short time must not be called that often.
            Duration least = nextBackOff();
            wait = wait.compareTo(least) < 0 ? least : wait;
        }
        if (wait.compareTo(closed ? left.plus(SAME) : Duration.ZERO) > 0) {
            close(wait, now, reason);
        } else if (wait.compareTo(left) > 0) {
            hold(wait, now);
        }
    }

    private void close(Duration wait, Instant now, String reason) {
        hold(wait, now);
        closings++;
        String span = Quantity.formatDuration(wait.plusMillis(999).truncatedTo(ChronoUnit.SECONDS));
        LOG.warn("{} wait until {} ({}): {}", who, TIME.format(until.atZone(ZoneId.systemDefault())), span, reason);
    }

    private void hold(Duration wait, Instant now) {
        until = now.plus(wait);
        untilNanos = System.nanoTime() + wait.toNanos();
    }

    /** How long the gate stays closed: until either clock says so. Not positive if it is open. */
    private Duration left() {
        Duration byWallClock = Duration.between(clock.instant(), until);
        return shorter(byWallClock, Duration.ofNanos(untilNanos - System.nanoTime()));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private Duration nextBackOff() {
        double factor = Math.scalb(1.0, Math.min(closings, MOST_DOUBLINGS));
        double jitter = 1 + JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
        double millis = Math.min((double) LONGEST_BACK_OFF.toMillis(), backOff.toMillis() * factor * jitter);
        return Duration.ofMillis((long) Math.ceil(millis));
    }

    /** Records a response that was not rate-limited: the next back-off is short again. */
    public synchronized void passed() {
        if (left().compareTo(Duration.ZERO) <= 0) {
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
        Duration left = left();
        while (!abandoned && left.compareTo(Duration.ZERO) > 0) {
            wait(shorter(left.plusMillis(1), LOOK).toMillis());
            left = left();
        }
        return !abandoned;
    }

    /** Releases all callers that wait, now and later: the process is stopping. */
    synchronized void abandon() {
        abandoned = true;
        notifyAll();
    }
}
