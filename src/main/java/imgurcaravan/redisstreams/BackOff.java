package imgurcaravan.redisstreams;

import java.util.concurrent.ThreadLocalRandom;

/** Growing waits between tries, with jitter so that many threads do not come back at once. For one thread. */
final class BackOff {

    private final long first;
    private final long longest;
    private long next;

    /** Waits of {@code first} to {@code longest} ms. */
    BackOff(long first, long longest) {
        this.first = first;
        this.longest = longest;
        this.next = first;
    }

    static BackOff ofRetries() {
        return new BackOff(100, 2000);
    }

    /** How long to wait now, in ms. */
    long next() {
        long wait = next;
        next = Math.min(longest, next * 2);
        return wait / 2 + ThreadLocalRandom.current().nextLong(wait / 2 + 1);
    }

    /** Whether all is well so far. */
    boolean isReset() {
        return next == first;
    }

    void reset() {
        next = first;
    }
}
