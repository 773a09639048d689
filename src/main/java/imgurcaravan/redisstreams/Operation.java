package imgurcaravan.redisstreams;

/** What a producer does with a message. */
public enum Operation {
    /** Adds the body as an entry. */
    add,
    /** Replaces the deduplication keys in the body by those that no entry of the stream has. */
    missing,
    /** Replaces the body by an iterator over the dead letters. */
    deadLetters,
    /** Moves dead letters back to the stream. */
    requeue,
    /** Replaces the body by the statistics of the queue. */
    stats
}
