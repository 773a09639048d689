package imgurcaravan.redisstreams;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisDataException;

/** One thread of a consumer: takes entries, new or left behind, on a connection of its own, and processes each. */
final class EntryReader implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(EntryReader.class);

    private final RedisStreamsConsumer consumer;
    private final RedisStreamsConfiguration configuration;
    private final ReaderConnection connection;
    private boolean claimed;

    /** Whether to claim an entry that may end the process, which must endanger no other. */
    private boolean alone;

    /** The id of our connection while a command blocks on it; -1 otherwise. */
    private volatile long blocked = -1;

    EntryReader(RedisStreamsConsumer consumer) {
        this.consumer = consumer;
        this.configuration = consumer.getEndpoint().getConfiguration();
        this.connection = new ReaderConnection(consumer.queue(), consumer.readTask());
    }

    @Override
    public void run() {
        try {
            while (consumer.alive()) {
                if (!consumer.mayRead()) {
                    connection.close();
                    consumer.awaitChange(consumer.changes(), 200);
                    continue;
                }
                InFlightEntry entry = null;
                int places = alone
                        ? consumer.inFlight().reserveAll()
                        : consumer.inFlight().reserve(100);
                try {
                    entry = places > 0 && consumer.mayRead() ? take(places) : null;
                } finally {
                    if (entry == null) {
                        consumer.inFlight().unreserve(places);
                    }
                }
                if (entry != null && !entry.removed()) {
                    process(entry);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connection.close();
            consumer.ended(this);
        }
    }

    /** An entry that has taken the reserved places; null if there is none. */
    private InFlightEntry take(int places) throws InterruptedException {
        long begun = System.nanoTime();
        long seen = consumer.changes();
        consumer.countReading(1);
        try {
            RedisConnection open = connection.open();
            boolean recovers = connection.failing();
            if (recovers) {
                // Consumers that are alive are given the time to renew their entries.
                consumer.claims().hold();
            }
            Entry entry = next(open);
            connection.worked(begun);
            if (recovers) {
                consumer.chores().raise();
            }
            return entry == null ? null : consumer.admit(entry, places, begun);
        } catch (RuntimeException | Error e) {
            if (consumer.mayRead()) {
                consumer.awaitChange(seen, connection.failed(begun, e));
            } else {
                connection.close();
            }
            return null;
        } finally {
            consumer.countReading(-1);
        }
    }

    private void process(InFlightEntry entry) {
        try {
            consumer.processing().process(entry);
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "Entry {} of {} failed and will be redelivered",
                    entry.entry().id(),
                    configuration.getStream(),
                    e);
            consumer.processing().failed(entry, e.toString());
        }
    }

    private Entry next(RedisConnection open) {
        try {
            // In turn, so that neither new entries nor those left behind have to wait for the others.
            boolean nothingElse = alone;
            alone = false;
            if (nothingElse || !claimed && consumer.claims().due()) {
                claimed = true;
                return claim(open, nothingElse);
            }
            boolean wait = !consumer.claims().due();
            claimed = false;
            return read(open, wait);
        } catch (JedisDataException e) {
            if (!RedisFailure.code(e).equals("NOGROUP")) {
                throw e;
            }
            consumer.group().create(open);
            return null;
        }
    }

    private Entry claim(RedisConnection open, boolean nothingElse) {
        List<?> reply = consumer.group().claim(open, consumer.claims().minIdle(), nothingElse);
        if (reply.isEmpty()) {
            consumer.claims().exhausted();
            return null;
        }
        String id = RedisConnection.text(reply.get(0));
        if (reply.size() == 1) {
            LOG.debug("Entry {} of {} was deleted before it was done", id, configuration.getStream());
            return null;
        }
        if (reply.size() == 2) {
            alone = true;
            return null;
        }
        return entry(id, (Long) reply.get(1), reply.get(2));
    }

    private Entry read(RedisConnection open, boolean wait) {
        long block = Math.max(
                10, Math.min(configuration.getBlockTimeout(), consumer.claims().untilNext()));
        List<?> entry;
        blocked = wait ? open.id() : -1;
        try {
            entry = wait ? consumer.group().read(open, block) : consumer.group().read(open);
        } finally {
            blocked = -1;
        }
        return entry == null ? null : entry(RedisConnection.text(entry.get(0)), 1, entry.get(1));
    }

    private Entry entry(String id, long deliveries, Object fields) {
        return Entry.read(id, deliveries, (List<?>) fields, configuration.getMaxBodySize(), consumer.headers());
    }

    /** The connection that waits for an entry, or -1. */
    long blocked() {
        return blocked;
    }
}
