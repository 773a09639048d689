package imgurcaravan.redisstreams;

import java.net.SocketTimeoutException;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/** Connections for the short commands about one stream, shared by all threads. */
final class RedisPool implements AutoCloseable {

    private static final int MOST = 64;
    private static final int MOST_MOVES = 4;

    private final Redis redis;
    private final String key;
    private final Deque<RedisConnection> idle = new ConcurrentLinkedDeque<>();
    private final Semaphore permits = new Semaphore(MOST);
    private volatile boolean closed;

    /** @param key of the stream; all of its keys lie where this one does */
    RedisPool(Redis redis, String key) {
        this.redis = redis;
        this.key = key;
    }

    Redis redis() {
        return redis;
    }

    /**
     * Lets a connection do something, twice if a connection is lost meanwhile. After any failure a connection is not
     * used again: the server may have become another.
     */
    <T> T with(Function<RedisConnection, T> action) {
        return with(Optional.empty(), action);
    }

    /** As {@link #with(Function)}, on a connection of the caller's own first, which stays the caller's. */
    <T> T with(Optional<RedisConnection> own, Function<RedisConnection, T> action) {
        if (own.isPresent()) {
            try {
                return action.apply(own.get());
            } catch (JedisMovedDataException e) {
                redis.moved(e);
            } catch (JedisConnectionException e) {
                if (!wasLost(e)) {
                    throw e;
                }
            }
        }
        acquire();
        try {
            for (int moves = 0; ; moves++) {
                RedisConnection reused = idle();
                RedisConnection connection = reused == null ? made() : reused;
                boolean good = false;
                try {
                    T result = action.apply(connection);
                    good = true;
                    return result;
                } catch (JedisMovedDataException e) {
                    redis.moved(e);
                    if (moves >= MOST_MOVES) {
                        throw e;
                    }
                } catch (JedisConnectionException e) {
                    if (reused == null || moves >= MOST_MOVES || !wasLost(e)) {
                        throw e;
                    }
                } finally {
                    if (good && !closed) {
                        idle.push(connection);
                    } else {
                        connection.close();
                        forget();
                    }
                }
            }
        } finally {
            permits.release();
        }
    }

    /** Whether a connection that was kept may have been lost with a server that is back already. */
    private static boolean wasLost(JedisConnectionException failure) {
        return !(failure.getCause() instanceof SocketTimeoutException);
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

    private RedisConnection made() {
        RedisConnection made = redis.connect(key);
        try {
            Redis.checkVersion(made.greet().version());
            return made;
        } catch (RuntimeException e) {
            made.close();
            throw e;
        }
    }

    private void acquire() {
        try {
            // The first one does not mind an interrupt: whoever stops us may have been interrupted.
            if (!permits.tryAcquire() && !permits.tryAcquire(30, TimeUnit.SECONDS)) {
                throw new JedisConnectionException("no connection became free");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JedisConnectionException("interrupted", e);
        }
    }

    private void forget() {
        RedisConnection connection;
        while ((connection = idle.poll()) != null) {
            connection.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        forget();
    }
}
