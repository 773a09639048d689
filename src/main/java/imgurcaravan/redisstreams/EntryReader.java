package imgurcaravan.redisstreams;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/** One thread of a consumer: takes an entry, new or left behind, and hands it on; with a connection of its own. */
final class EntryReader implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(EntryReader.class);

    private final RedisStreamsConsumer consumer;
    private final RedisStreamsConfiguration configuration;
    private final Queue queue;
    private final String doing;
    private final BackOff backOff = BackOff.ofRetries();
    private RedisConnection connection;
    private boolean failed;
    private boolean claimed;

    /** Whether a command has worked on the connection. */
    private boolean proven;

    /** The id of our connection while a command blocks on it; -1 otherwise. */
    private volatile long blocked = -1;

    private long connectionId = -1;

    EntryReader(RedisStreamsConsumer consumer) {
        this.consumer = consumer;
        this.configuration = consumer.getEndpoint().getConfiguration();
        this.queue = consumer.queue();
        this.doing = consumer.reads();
    }

    @Override
    public void run() {
        try {
            while (consumer.alive()) {
                if (!consumer.reading()) {
                    disconnect();
                    consumer.awaitChange(consumer.changes(), 200);
                } else if (consumer.ledger().reserve(100)) {
                    boolean used = false;
                    try {
                        used = consumer.reading() && takeOne();
                    } catch (Error e) {
                        // Out of memory, as a rule; a reader that ended here would never be missed.
                        LOG.error("No entry of {} could be taken; trying again", configuration.getStream(), e);
                        disconnect();
                        consumer.awaitChange(consumer.changes(), backOff.next());
                    } finally {
                        if (!used) {
                            consumer.ledger().unreserve();
                        }
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
            consumer.ended(this);
        }
    }

    /** True if an entry has taken the reserved place. */
    private boolean takeOne() throws InterruptedException {
        InFlightEntry flight;
        long begun = System.nanoTime();
        long seen = consumer.changes();
        consumer.asking(1);
        try {
            connect();
            if (failed) {
                // Those who live are given the time to renew what is theirs.
                consumer.claims().hold();
            }
            Entry entry = next();
            proven = true;
            worked(begun);
            flight = entry == null ? null : consumer.admit(connection, entry);
        } catch (JedisMovedDataException e) {
            queue.redis().moved(e);
            disconnect();
            return false;
        } catch (RuntimeException e) {
            if (proven && lost(e) || unblocked(e) || !consumer.reading()) {
                // A connection that worked may end for reasons of its own: only if no other can be had, Redis is away.
                disconnect();
            } else {
                failed(e, begun, seen);
            }
            return false;
        } finally {
            consumer.asking(-1);
        }
        if (flight == null) {
            return false;
        }
        if (!flight.landed()) {
            try {
                consumer.processing().process(flight);
            } catch (RuntimeException | Error e) {
                LOG.error(
                        "Entry {} of {} failed and comes again", flight.entry().id(), configuration.getStream(), e);
                consumer.processing().failed(flight, e.toString());
            }
        }
        return true;
    }

    private void connect() {
        if (connection == null) {
            RedisConnection made = queue.redis().connect(configuration.getStream());
            try {
                RedisConnection.Greeting greeting = made.greet();
                Redis.checkVersion(greeting.version());
                connectionId = greeting.id();
                connection = made;
            } finally {
                if (connection == null) {
                    made.close();
                }
            }
        }
    }

    /** Whether this connection is gone, whatever Redis is. */
    static boolean lost(RuntimeException thrown) {
        return thrown instanceof JedisConnectionException || unblocked(thrown);
    }

    /** Whether Redis has only sent away who waited, as it does when its role changes: the next question tells why. */
    static boolean unblocked(RuntimeException thrown) {
        return RedisFailure.code(thrown).equals("UNBLOCKED");
    }

    private void worked(long begun) {
        if (failed) {
            failed = false;
            consumer.recovered();
        }
        backOff.reset();
        queue.outages().worked(doing, begun);
    }

    private void failed(RuntimeException thrown, long begun, long seen) throws InterruptedException {
        disconnect();
        failed = true;
        queue.outages().failed(doing, begun, thrown);
        consumer.awaitChange(seen, backOff.next());
    }

    private Entry next() {
        try {
            // In turns, so that neither what is new nor what was left behind has to wait for the other.
            if (!claimed && consumer.claims().due()) {
                claimed = true;
                return claim();
            }
            boolean wait = !consumer.claims().due();
            claimed = false;
            return read(wait);
        } catch (JedisDataException e) {
            switch (RedisFailure.code(e)) {
                case "NOGROUP" -> {
                    consumer.group().create(connection);
                    return null;
                }
                default -> throw e;
            }
        }
    }

    private Entry claim() {
        List<?> reply = consumer.group().claim(connection, consumer.claims().minIdle());
        if (reply.isEmpty()) {
            consumer.claims().exhausted();
            return null;
        }
        String id = RedisConnection.text(reply.get(0));
        if (reply.size() == 1) {
            LOG.debug("Entry {} of {} was deleted before it was done", id, configuration.getStream());
            return null;
        }
        return entry(id, (Long) reply.get(1), reply.get(2));
    }

    private Entry read(boolean wait) {
        List<?> entry;
        if (wait) {
            long block = Math.max(
                    10,
                    Math.min(configuration.getBlockTimeout(), consumer.claims().untilNext()));
            blocked = connectionId;
            try {
                entry = consumer.group().read(connection, block);
            } finally {
                blocked = -1;
            }
        } else {
            entry = consumer.group().read(connection);
        }
        return entry == null ? null : entry(RedisConnection.text(entry.get(0)), 1, entry.get(1));
    }

    private Entry entry(String id, long deliveries, Object fields) {
        return Entry.read(id, deliveries, (List<?>) fields, configuration.getMaxBodySize(), consumer.crossing());
    }

    /** The connection that waits for an entry, or -1. */
    long blocked() {
        return blocked;
    }

    private void disconnect() {
        proven = false;
        if (connection != null) {
            connection.close();
            connection = null;
            queue.statistics().reconnects.increment();
        }
    }
}
