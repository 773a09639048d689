package imgurcaravan.redisstreams;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When to look for entries that other consumers left behind: in turns, each of which lasts until none is left.
 *
 * <p>For a while after a start or an outage only released entries are taken over: the others may belong to consumers
 * that are alive and could not renew them while Redis was unavailable.
 */
final class ClaimSchedule {

    /** The idle time in ms of released entries, which no other entry reaches: a day. */
    static final long RELEASED = 86_400_000;

    /** Longer than any process takes to notice that Redis is back. */
    private static final long GRACE = TimeUnit.MILLISECONDS.toNanos(2500);

    private final long minIdle;
    private final long interval;
    private final AtomicLong next = new AtomicLong(System.nanoTime());
    private volatile long heldUntil;
    private volatile boolean open;

    /** @param minIdle after how many ms an entry is taken over; a turn begins after every third of it */
    ClaimSchedule(long minIdle) {
        this.minIdle = minIdle;
        this.interval = TimeUnit.MILLISECONDS.toNanos(minIdle / 3);
        hold();
    }

    /** Whether there may be something to claim now. */
    boolean due() {
        long now = System.nanoTime();
        long turn = next.get();
        if (now - turn >= 0 && next.compareAndSet(turn, now + interval)) {
            open = true;
        }
        return open;
    }

    /** Nothing is left for this turn. */
    void exhausted() {
        open = false;
    }

    /** Redis was unavailable, or may have been: gives live consumers the time to renew their entries. */
    void hold() {
        heldUntil = System.nanoTime() + interval + GRACE;
    }

    /** For how many ms an entry must not have been renewed to be taken over now. */
    long minIdle() {
        return System.nanoTime() - heldUntil < 0 ? Math.max(RELEASED, minIdle) : minIdle;
    }

    /** How long until the next turn, in ms. */
    long untilNext() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(next.get() - System.nanoTime()));
    }
}
