package imgurcaravan.redisstreams;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When to look for entries that others left behind: in turns, each of which lasts until nothing is left.
 *
 * <p>For a while after a start or an outage only those are taken that were given back: the others may be in the hands of
 * consumers that could not renew them while Redis was away, which who starts cannot know.
 */
final class ClaimSchedule {

    /** The idle time in ms of what was given back, which nobody else reaches: a day. */
    static final long RELEASED = 86_400_000;

    /** Longer than anybody takes to notice that Redis is back. */
    private static final long GRACE = TimeUnit.MILLISECONDS.toNanos(2500);

    private final long minIdle;
    private final long interval;
    private final AtomicLong next = new AtomicLong(System.nanoTime());
    private volatile long heldUntil;
    private volatile boolean open;

    /** @param minIdle after how many ms an entry is taken over; a third of it is between turns */
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

    /** Redis was away, or may have been: gives those that live the time to renew what is theirs. */
    void hold() {
        heldUntil = System.nanoTime() + interval + GRACE;
    }

    /** How long in ms nobody must have renewed what is taken over now. */
    long minIdle() {
        return System.nanoTime() - heldUntil < 0 ? Math.max(RELEASED, minIdle) : minIdle;
    }

    /** How long until the next turn, in ms. */
    long untilNext() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(next.get() - System.nanoTime()));
    }
}
