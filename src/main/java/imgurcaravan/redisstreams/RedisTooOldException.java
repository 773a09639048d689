package imgurcaravan.redisstreams;

/** Redis lacks what the consumer groups need of it. */
public class RedisTooOldException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RedisTooOldException(String message) {
        super(message);
    }
}
