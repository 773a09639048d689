package imgurcaravan.redisstreams;

import java.util.concurrent.atomic.AtomicBoolean;

/** An entry that this process works on, from its delivery until Redis knows its outcome. */
final class InFlightEntry {

    private final Entry entry;
    private final AtomicBoolean removed = new AtomicBoolean();
    private volatile EntryEnd outcome;
    private volatile boolean abandoned;

    InFlightEntry(Entry entry) {
        this.entry = entry;
    }

    Entry entry() {
        return entry;
    }

    /** Null while it is being processed. */
    EntryEnd outcome() {
        return outcome;
    }

    void setOutcome(EntryEnd outcome) {
        this.outcome = outcome;
    }

    /** Whether it failed because of a stop, and waits to be released. */
    boolean abandoned() {
        return abandoned;
    }

    void abandon() {
        abandoned = true;
    }

    /** True for the first call only. */
    boolean remove() {
        return removed.compareAndSet(false, true);
    }

    boolean removed() {
        return removed.get();
    }

    /**
     * How an entry ends.
     *
     * @param result for those who wait for results; empty for none, or for the body of a dead letter
     * @param deadReason why it becomes a dead letter; null if it is done
     */
    record EntryEnd(String result, String deadReason) {}
}
