package imgurcaravan.redisstreams;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** An entry that this process has in hand, from its delivery until Redis knows what became of it. */
final class InFlightEntry {

    private final Entry entry;
    private final AtomicBoolean landed = new AtomicBoolean();
    private final Thread reader = Thread.currentThread();
    private final RedisConnection connection;
    private volatile Outcome outcome;
    private volatile boolean left;

    /** @param connection on which this thread, which is its own, took the entry */
    InFlightEntry(Entry entry, RedisConnection connection) {
        this.entry = entry;
        this.connection = connection;
    }

    Entry entry() {
        return entry;
    }

    /** The connection on which the entry was taken, while the calling thread may use it. */
    Optional<RedisConnection> connection() {
        return Thread.currentThread() == reader && connection.works() ? Optional.of(connection) : Optional.empty();
    }

    /** What became of it; null while it is being processed. */
    Outcome outcome() {
        return outcome;
    }

    void decide(Outcome decided) {
        this.outcome = decided;
    }

    /** Whether it is to be given back. */
    boolean left() {
        return left;
    }

    void leave() {
        left = true;
    }

    /** True for the one call that ends it. */
    boolean land() {
        return landed.compareAndSet(false, true);
    }

    boolean landed() {
        return landed.get();
    }

    /**
     * How an entry ends.
     *
     * @param result what to tell of it; empty for nothing, or for the body of a dead letter
     * @param deadReason why it is given up; null if it is done
     */
    record Outcome(String result, String deadReason) {}
}
