package imgurcaravan.redisstreams;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/**
 * The connection of one thread that waits for entries; opened when it is needed and replaced when it is lost.
 *
 * <p>A connection that has worked may end for reasons of its own: an outage begins only if no other works.
 */
final class ReaderConnection {

    private static final Logger LOG = LoggerFactory.getLogger(ReaderConnection.class);

    private final WorkQueue queue;
    private final String task;
    private final BackOff backOff = BackOff.ofRetries();
    private volatile RedisConnection connection;
    private boolean proven;
    private boolean failing;

    /** @param task what the thread does, as the log names it */
    ReaderConnection(WorkQueue queue, String task) {
        this.queue = queue;
        this.task = task;
    }

    boolean isOpen() {
        return connection != null;
    }

    RedisConnection open() {
        if (connection == null) {
            connection = queue.redis().connect(queue.keys().stream());
        }
        return connection;
    }

    /** Whether the last attempt failed. */
    boolean failing() {
        return failing;
    }

    /** @param begun when the attempt that worked began, by {@link System#nanoTime()} */
    void worked(long begun) {
        proven = true;
        failing = false;
        backOff.reset();
        queue.outages().worked(task, begun);
    }

    /**
     * Closes the connection after a failed attempt.
     *
     * @return how many ms to wait before the next one; 0 if it may well work on another connection
     */
    long failed(long begun, Throwable thrown) {
        boolean lost = proven && thrown instanceof JedisConnectionException;
        close();
        if (thrown instanceof JedisMovedDataException moved) {
            queue.redis().moved(moved);
            return 0;
        }
        // Redis ends the wait of its clients when its role changes; the next attempt shows what it has become.
        if (lost || RedisFailure.code(thrown).equals("UNBLOCKED")) {
            return 0;
        }
        failing = true;
        if (thrown instanceof JedisException || thrown instanceof RedisTooOldException) {
            queue.outages().failed(task, begun, thrown);
        } else {
            LOG.error("Failed to {}; retrying", task, thrown);
        }
        return backOff.next();
    }

    /** From any thread. */
    void close() {
        RedisConnection last = connection;
        connection = null;
        proven = false;
        if (last != null) {
            last.close();
            queue.counters().reconnects.increment();
        }
    }
}
