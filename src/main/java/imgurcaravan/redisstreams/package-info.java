/**
 * The Camel component {@code redis-streams}: a durable work queue on Redis Streams with consumer groups.
 *
 * <p>In come texts with an optional de-duplication key; out go exchanges that are acknowledged when their work is done,
 * and results for whoever waits for them. What an entry was is not lost while it is not done: it is done, a dead letter,
 * or delivered again. It knows nothing of the rest of this application.
 */
package imgurcaravan.redisstreams;
