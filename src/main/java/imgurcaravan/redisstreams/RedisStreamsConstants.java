package imgurcaravan.redisstreams;

import org.apache.camel.spi.Metadata;

/** The headers and the exchange property of the component. */
public final class RedisStreamsConstants {

    @Metadata(description = "The id that Redis gave the entry.", javaType = "String")
    public static final String ID = "CamelRedisStreamsId";

    @Metadata(description = "The deduplication key of the entry, if it has one.", javaType = "String")
    public static final String KEY = "CamelRedisStreamsKey";

    @Metadata(
            label = "consumer",
            description = "How often the entry was delivered: 1 the first time.",
            javaType = "Long")
    public static final String DELIVERIES = "CamelRedisStreamsDeliveries";

    @Metadata(
            label = "producer",
            description = "Set when nothing was added, because an entry with the same deduplication key is `queued` or"
                    + " was `done`.",
            javaType = "String")
    public static final String DUPLICATE = "CamelRedisStreamsDuplicate";

    @Metadata(
            label = "producer",
            description = "On an exchange for resultUri: why the entry is a dead letter. For the operations"
                    + " deadLetters and requeue: a text that the reason must contain; case is ignored.",
            javaType = "String")
    public static final String REASON = "CamelRedisStreamsReason";

    /**
     * Exchange property: a {@link java.util.function.BooleanSupplier} that says whether the entry is still this
     * consumer's. A route may ask before each costly step; when it is not, it marks the exchange as rollback-only.
     */
    public static final String LEASE = "CamelRedisStreamsLease";

    private RedisStreamsConstants() {}
}
