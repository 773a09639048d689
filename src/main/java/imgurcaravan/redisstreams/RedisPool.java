package imgurcaravan.redisstreams;

import java.net.SocketTimeoutException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/** Connections for the short commands on one stream, shared by all threads. */
final class RedisPool implements AutoCloseable {

    private static final int MOST = 64;
    private static final int MOST_RETRIES = 4;

    private final Redis redis;
    private final String key;
    private final Deque<RedisConnection> idle = new ConcurrentLinkedDeque<>();
    private final Semaphore permits = new Semaphore(MOST);
    private volatile boolean closed;

    /** @param key of the stream; all of its keys are on the same server */
    RedisPool(Redis redis, String key) {
        this.redis = redis;
        this.key = key;
    }

    Redis redis() {
        return redis;
    }

    /**
     * Runs an action on a connection; again if an idle connection turned out to be lost, and once if a new one was: the
     * next one may be told why. After a failure no idle connection is used again: the server may have been replaced.
     */
    <T> T with(Function<RedisConnection, T> action) {
        // Not to be interrupted: the thread that stops us may have been. Those that hold a permit have timeouts.
        permits.acquireUninterruptibly();
        try {
            for (int retries = 0; ; retries++) {
                RedisConnection reused = idle();
                RedisConnection connection = reused == null ? redis.connect(key) : reused;
                boolean good = false;
                try {
                    T result = action.apply(connection);
                    good = true;
                    return result;
                } catch (JedisMovedDataException e) {
                    redis.moved(e);
                    if (retries >= MOST_RETRIES) {
                        throw e;
                    }
                } catch (JedisConnectionException e) {
                    boolean timedOut = e.getCause() instanceof SocketTimeoutException;
                    if (timedOut || retries >= (reused == null ? 1 : MOST_RETRIES)) {
                        throw e;
                    }
                } finally {
                    if (good && !closed) {
                        idle.push(connection);
                    } else {
                        connection.close();
                        closeIdle();
                    }
                }
            }
        } finally {
            permits.release();
        }
    }

    private RedisConnection idle() {
        RedisConnection connection;
        while ((connection = idle.poll()) != null) {
            if (connection.works()) {
                return connection;
            }
            connection.close();
        }
        return null;
    }

    private void closeIdle() {
        RedisConnection connection;
        while ((connection = idle.poll()) != null) {
            connection.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        closeIdle();
    }
}
