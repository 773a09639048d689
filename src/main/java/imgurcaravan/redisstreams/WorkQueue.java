package imgurcaravan.redisstreams;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the endpoints of one stream share.
 *
 * @param results the readers of its results that run in this application
 */
record WorkQueue(Keys keys, RedisPool pool, Counters counters, Set<ResultReader> results) implements AutoCloseable {

    WorkQueue(Keys keys, RedisPool pool) {
        this(keys, pool, new Counters(), ConcurrentHashMap.newKeySet());
    }

    Redis redis() {
        return pool.redis();
    }

    Outages outages() {
        return pool.redis().outages();
    }

    @Override
    public void close() {
        pool.close();
    }
}
