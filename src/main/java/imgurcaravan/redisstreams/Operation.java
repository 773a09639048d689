package imgurcaravan.redisstreams;

/** What a producer does with a message. */
public enum Operation {
    /** Adds the body as an entry. */
    add,
    /** Moves dead letters back to the stream. */
    requeue,
    /** Replaces the body by the figures of the queue. */
    stats
}
