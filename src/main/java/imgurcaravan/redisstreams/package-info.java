/**
 * The Camel component {@code redis-streams}: a durable work queue on Redis Streams with consumer groups.
 *
 * <p>In come texts with an optional deduplication key; out come exchanges that are acknowledged when their work is
 * done, and results for the endpoints that wait for them. No entry is lost: it is done, or a dead letter, or delivered
 * again. The package knows nothing of the rest of this application.
 */
package imgurcaravan.redisstreams;
