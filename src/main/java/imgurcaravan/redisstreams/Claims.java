package imgurcaravan.redisstreams;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** When to look for entries that others left behind: in turns, each of which lasts until nothing is left. */
final class Claims {

    /** Longer than anybody takes to notice that Redis is back. */
    private static final long GRACE = TimeUnit.MILLISECONDS.toNanos(2500);

    private final long interval;
    private final AtomicLong next = new AtomicLong(System.nanoTime());
    private volatile boolean open;

    /** @param interval between turns in ms */
    Claims(long interval) {
        this.interval = TimeUnit.MILLISECONDS.toNanos(interval);
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

    /** After an outage: gives those that live the time to renew what is theirs. */
    void hold() {
        open = false;
        next.set(System.nanoTime() + interval + GRACE);
    }

    /** How long until the next turn, in ms. */
    long untilNext() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(next.get() - System.nanoTime()));
    }
}
