package imgurcaravan.redisstreams;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/** What a consumer asks of its group. A group that is gone has nothing to renew or give back, and is made anew to read. */
final class ConsumerGroup {

    private final String stream;
    private final String group;
    private final String consumer;
    private final RedisStreamsConfiguration configuration;
    private volatile boolean seen;

    /** @param consumer our name in it */
    ConsumerGroup(RedisStreamsConfiguration configuration, String consumer) {
        this.stream = configuration.getStream();
        this.group = configuration.getGroup();
        this.consumer = consumer;
        this.configuration = configuration;
    }

    /** Makes it; one that vanished under way begins anew at the first entry, so that nothing is lost. */
    void create(RedisConnection connection) {
        String start = seen ? "0" : configuration.getStartId();
        try {
            connection.call(Command.XGROUP, "CREATE", stream, group, start, "MKSTREAM");
        } catch (JedisDataException e) {
            if (!String.valueOf(e.getMessage()).startsWith("BUSYGROUP")) {
                throw e;
            }
        }
        seen = true;
    }

    /** A new entry, id and fields; null if there is none. */
    List<?> read(RedisConnection connection) {
        return first(connection.call(Command.XREADGROUP, "GROUP", group, consumer, "COUNT", 1, "STREAMS", stream, ">"));
    }

    /** A new entry, id and fields, that may take so many ms to come; null if there is none. */
    List<?> read(RedisConnection connection, long block) {
        return first(connection.callBlocking(
                block,
                Command.XREADGROUP,
                "GROUP",
                group,
                consumer,
                "COUNT",
                1,
                "BLOCK",
                block,
                "STREAMS",
                stream,
                ">"));
    }

    private List<?> first(Object reply) {
        seen = true;
        if (reply == null) {
            return null;
        }
        List<?> streams = (List<?>) reply;
        List<?> entries = (List<?>) ((List<?>) streams.get(0)).get(1);
        return (List<?>) entries.get(0);
    }

    /** The oldest entry that was left behind for so many ms; see the script. */
    List<?> claim(RedisConnection connection, long minIdle) {
        return (List<?>) connection.run(
                Script.CLAIM,
                List.of(stream),
                group,
                consumer,
                minIdle,
                configuration.getMaxDeliveries(),
                configuration.getMaxBodySize());
    }

    /** Renews these entries; returns those that are not ours any more. */
    List<?> renew(RedisConnection connection, List<String> ids) {
        return (List<?>) unlessGone(
                List.of(), () -> connection.run(Script.RENEW, List.of(stream), with(List.of(group, consumer), ids)));
    }

    /** Lets others take these entries at once. */
    void release(RedisConnection connection, List<String> ids) {
        unlessGone(
                null,
                () -> connection.run(
                        Script.RELEASE,
                        List.of(stream),
                        with(
                                List.of(
                                        group,
                                        consumer,
                                        2 * Math.max(ClaimSchedule.RELEASED, configuration.getClaimMinIdle())),
                                ids)));
    }

    /** Removes our name, unless it holds something. */
    void leave(RedisConnection connection) {
        unlessGone(null, () -> connection.run(Script.LEAVE, List.of(stream), group, consumer));
    }

    /** Removes those that hold nothing and were silent for so many ms; returns how many. */
    long reap(RedisConnection connection, long silence) {
        return (Long) unlessGone(0L, () -> connection.run(Script.REAP, List.of(stream), group, silence));
    }

    private static Object[] with(List<?> first, List<String> ids) {
        List<Object> all = new ArrayList<>(first);
        all.addAll(ids);
        return all.toArray();
    }

    private static Object unlessGone(Object otherwise, Supplier<Object> action) {
        try {
            return action.get();
        } catch (JedisDataException e) {
            if (RedisFailure.code(e).equals("NOGROUP")) {
                return otherwise;
            }
            throw e;
        }
    }
}
