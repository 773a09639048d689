package imgurcaravan.redisstreams;

import java.util.concurrent.atomic.AtomicBoolean;

/** An entry that this process works on, from its delivery until Redis knows its outcome. */
final class InFlightEntry {

    private final Entry entry;
    private final int places;
    private final AtomicBoolean removed = new AtomicBoolean();
    private volatile EntryEnd outcome;
    private volatile long renewed;
    private volatile boolean lost;
    private volatile boolean abandoned;

    /**
     * @param places how many places it takes of those for entries in flight
     * @param begun before it was delivered, by {@link System#nanoTime()}
     */
    InFlightEntry(Entry entry, int places, long begun) {
        this.entry = entry;
        this.places = places;
        this.renewed = begun;
    }

    Entry entry() {
        return entry;
    }

    int places() {
        return places;
    }

    /** When it was last ours for sure, by {@link System#nanoTime()}. */
    long renewed() {
        return renewed;
    }

    /** Whether it was not ours any more when that was last asked. */
    boolean lost() {
        return lost;
    }

    /** Records the reply to a renewal that began then. */
    void renewed(long begun, boolean ours) {
        if (ours) {
            renewed = begun;
        }
        lost = !ours;
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
