package imgurcaravan.redisstreams;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The entries in flight, and how they are acknowledged. */
final class InFlightEntries {

    private static final Logger LOG = LoggerFactory.getLogger(InFlightEntries.class);

    /** Of a dead letter's body, in its result: there may be many, and each stays in Redis until it is read. */
    private static final int LONGEST_RESULT = 20_000;

    /** About how many results Redis keeps for the endpoints that wait for them. */
    private static final int RESULTS_RETAINED = 100_000;

    private final Map<String, InFlightEntry> entries = new ConcurrentHashMap<>();
    private final WorkQueue queue;
    private final RedisStreamsConfiguration configuration;
    private final int places;
    private final Semaphore slots;
    private final Runnable delayed;

    /** @param delayed called when an entry could not be acknowledged yet */
    InFlightEntries(WorkQueue queue, RedisStreamsConfiguration configuration, Runnable delayed) {
        this.queue = queue;
        this.configuration = configuration;
        this.places = 2 * configuration.getConcurrentConsumers();
        // Fair, so that who waits for all of them gets them.
        this.slots = new Semaphore(places, true);
        this.delayed = delayed;
    }

    /** Waits for room for one more entry; returns how many places were reserved. */
    int reserve(long millis) throws InterruptedException {
        return slots.tryAcquire(millis, TimeUnit.MILLISECONDS) ? 1 : 0;
    }

    /** Waits until nothing is in flight, and lets nothing else in; returns how many places were reserved. */
    int reserveAll() throws InterruptedException {
        slots.acquire(places);
        return places;
    }

    void unreserve(int reserved) {
        slots.release(reserved);
    }

    /**
     * Adds an entry in the reserved places; null if it is in flight already.
     *
     * @param begun before it was delivered, by {@link System#nanoTime()}
     */
    InFlightEntry add(Entry entry, int reserved, long begun) {
        InFlightEntry added = new InFlightEntry(entry, reserved, begun);
        if (entries.putIfAbsent(entry.id(), added) != null) {
            return null;
        }
        queue.counters().inFlight.incrementAndGet();
        return added;
    }

    /** Forgets an entry; unless it was acknowledged, Redis keeps it pending. */
    void remove(InFlightEntry entry) {
        if (entry.remove()) {
            entries.remove(entry.entry().id(), entry);
            queue.counters().inFlight.decrementAndGet();
            slots.release(entry.places());
        }
    }

    /** How many are being processed. */
    int size() {
        return (int) entries.values().stream().filter(each -> !each.abandoned()).count();
    }

    List<String> ids() {
        return List.copyOf(entries.keySet());
    }

    /** Renews the leases of these entries, and notes which are lost. */
    void renew(ConsumerGroup group, List<InFlightEntry> held) {
        long begun = System.nanoTime();
        List<String> ids = held.stream().map(each -> each.entry().id()).toList();
        Set<String> lost = queue.pool().with(connection -> group.renew(connection, ids)).stream()
                .map(RedisConnection::text)
                .collect(Collectors.toSet());
        held.forEach(each -> each.renewed(begun, !lost.contains(each.entry().id())));
        if (!lost.isEmpty()) {
            LOG.debug("Entries {} of {} were taken over by others", lost, configuration.getStream());
        }
    }

    List<InFlightEntry> all() {
        return List.copyOf(entries.values());
    }

    /** Those whose outcome Redis does not know yet. */
    List<InFlightEntry> unacknowledged() {
        return entries.values().stream().filter(each -> each.outcome() != null).toList();
    }

    /** Acknowledges an entry, now or when Redis is back. */
    void end(InFlightEntry entry, InFlightEntry.EntryEnd outcome) {
        entry.setOutcome(outcome);
        if (queue.outages().unreachable() || !tryAcknowledge(entry)) {
            delayed.run();
        }
    }

    /** False if Redis does not let us. */
    boolean tryAcknowledge(InFlightEntry entry) {
        long begun = System.nanoTime();
        try {
            acknowledge(entry);
            return true;
        } catch (RuntimeException e) {
            queue.outages().failed(task(), begun, e);
            return false;
        }
    }

    String task() {
        return "acknowledge in " + configuration.getStream();
    }

    /** Tells Redis the outcome of an entry, and forgets it. */
    void acknowledge(InFlightEntry inFlight) {
        long begun = System.nanoTime();
        Entry entry = inFlight.entry();
        InFlightEntry.EntryEnd outcome = inFlight.outcome();
        boolean dead = outcome.deadReason() != null;
        List<String> keys = new ArrayList<>(List.of(queue.keys().stream()));
        if (dead) {
            keys.add(queue.keys().deadLetters());
        }
        keys.add(queue.keys().results());
        if (!entry.key().isEmpty()) {
            keys.add(queue.keys().duplicate(entry.key()));
        }
        Object[] arguments = dead
                ? new Object[] {
                    configuration.getGroup(),
                    entry.id(),
                    outcome.deadReason(),
                    Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                    RESULTS_RETAINED,
                    Math.min(configuration.getMaxBodySize(), LONGEST_RESULT),
                    entry.key(),
                    outcome.result()
                }
                : new Object[] {
                    configuration.getGroup(),
                    entry.id(),
                    configuration.getDeduplicationTtl(),
                    RESULTS_RETAINED,
                    outcome.result(),
                    entry.key()
                };
        queue.pool().with(connection -> connection.run(dead ? Script.BURY : Script.FINISH, keys, arguments));
        queue.outages().worked(task(), begun);
        remove(inFlight);
    }
}
