package imgurcaravan.redisstreams;

/** Redis lacks what the component needs of it. */
public class RedisTooOldException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RedisTooOldException(String version) {
        super("is version " + version + ", but 6.2 or later is needed");
    }

    RedisTooOldException(RedisAddress address, RedisTooOldException cause) {
        super("Redis at " + address + ' ' + cause.getMessage(), cause);
    }
}
