package imgurcaravan.redisstreams;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The entries in flight, and how Redis is told what became of them. */
final class InFlightEntries {

    /** Of a dead letter's body, in what is told of it: there may be many, and each waits for whoever reads them. */
    private static final int LONGEST_TOLD = 20_000;

    private final Map<String, InFlightEntry> flights = new ConcurrentHashMap<>();
    private final Queue queue;
    private final RedisStreamsConfiguration configuration;
    private final Semaphore slots;

    /** Says that an outcome could not be told just now. */
    private final Runnable delayed;

    InFlightEntries(Queue queue, RedisStreamsConfiguration configuration, Runnable delayed) {
        this.queue = queue;
        this.configuration = configuration;
        this.slots = new Semaphore(2 * configuration.getConcurrentConsumers());
        this.delayed = delayed;
    }

    /** Waits for room for one more entry. */
    boolean reserve(long millis) throws InterruptedException {
        return slots.tryAcquire(millis, TimeUnit.MILLISECONDS);
    }

    void unreserve() {
        slots.release();
    }

    /** Takes in an entry of this thread's connection, in a reserved place; null if it is in flight already. */
    InFlightEntry takeOff(Entry entry, RedisConnection connection) {
        InFlightEntry flight = new InFlightEntry(entry, connection);
        if (flights.putIfAbsent(entry.id(), flight) != null) {
            return null;
        }
        queue.statistics().inFlight.incrementAndGet();
        return flight;
    }

    /** Forgets an entry; Redis keeps it pending unless it was told what became of it. */
    void land(InFlightEntry flight) {
        if (flight.land()) {
            flights.remove(flight.entry().id(), flight);
            queue.statistics().inFlight.decrementAndGet();
            slots.release();
        }
    }

    /** Keeps an entry, which nobody works at any more, to be given back when the consumer stops. */
    void leave(InFlightEntry flight) {
        flight.leave();
    }

    /** How many are being worked at. */
    int size() {
        return (int) flights.values().stream().filter(flight -> !flight.left()).count();
    }

    List<String> ids() {
        return List.copyOf(flights.keySet());
    }

    Collection<InFlightEntry> flights() {
        return List.copyOf(flights.values());
    }

    /** Those whose outcome Redis does not know yet. */
    List<InFlightEntry> untold() {
        List<InFlightEntry> untold = new ArrayList<>();
        for (InFlightEntry flight : flights.values()) {
            if (flight.outcome() != null) {
                untold.add(flight);
            }
        }
        return untold;
    }

    /** Tells Redis what became of an entry, now or when it can be told again. */
    void end(InFlightEntry flight, InFlightEntry.Outcome outcome) {
        flight.decide(outcome);
        if (queue.outages().unreachable()) {
            delayed.run();
            return;
        }
        long begun = System.nanoTime();
        try {
            tell(flight);
        } catch (RuntimeException e) {
            queue.outages().failed(doing(), begun, e);
            delayed.run();
        }
    }

    String doing() {
        return "acknowledge in " + configuration.getStream();
    }

    /** Tells Redis what became of an entry. */
    void tell(InFlightEntry flight) {
        long begun = System.nanoTime();
        Entry entry = flight.entry();
        Keys names = queue.keys();
        InFlightEntry.Outcome outcome = flight.outcome();
        List<String> keys = new ArrayList<>();
        keys.add(names.stream());
        if (outcome.deadReason() != null) {
            keys.add(names.deadLetters());
        }
        keys.add(names.results());
        if (!entry.key().isEmpty()) {
            keys.add(names.duplicate(entry.key()));
        }
        if (outcome.deadReason() == null) {
            run(
                    flight,
                    Script.FINISH,
                    keys,
                    configuration.getGroup(),
                    entry.id(),
                    configuration.getDeduplicationTtl(),
                    configuration.getResultsRetained(),
                    outcome.result(),
                    entry.key());
        } else {
            run(
                    flight,
                    Script.BURY,
                    keys,
                    configuration.getGroup(),
                    entry.id(),
                    outcome.deadReason(),
                    Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
                    configuration.getResultsRetained(),
                    Math.min(configuration.getMaxBodySize(), LONGEST_TOLD),
                    entry.key(),
                    outcome.result());
        }
        queue.outages().worked(doing(), begun);
        land(flight);
    }

    /** Runs a script on the connection that the entry came by, or else on another. */
    private void run(InFlightEntry flight, Script script, List<String> keys, Object... arguments) {
        queue.pool().with(flight.connection(), connection -> connection.run(script, keys, arguments));
    }
}
