package imgurcaravan.redisstreams;

/** All that belongs to one stream within a component; its endpoints share it. */
record Queue(Keys keys, RedisPool pool, Counters statistics) implements AutoCloseable {

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
