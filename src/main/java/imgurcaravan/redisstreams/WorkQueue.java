package imgurcaravan.redisstreams;

/** What the endpoints of one stream share. */
record WorkQueue(Keys keys, RedisPool pool, Counters counters) implements AutoCloseable {

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
