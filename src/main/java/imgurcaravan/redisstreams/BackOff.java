package imgurcaravan.redisstreams;

import java.util.concurrent.ThreadLocalRandom;

/** Growing waits between retries, with jitter so that threads do not retry in step. For one thread. */
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

    void reset() {
        next = first;
    }
}
