package imgurcaravan.redisstreams;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The commands of a consumer to its group. A group that vanished has nothing to renew or release; reading makes it
 * anew.
 */
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

    /** Creates it; one that vanished later begins at the first entry, so that nothing is lost. */
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

    /** A new entry, id and fields, for which it waits so many ms; null if there is none. */
    List<?> read(RedisConnection connection, long block) {
        Object[] arguments = {"GROUP", group, consumer, "COUNT", 1, "BLOCK", block, "STREAMS", stream, ">"};
        return first(connection.callBlocking(block, Command.XREADGROUP, arguments));
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

    /**
     * The oldest entry that nobody has renewed for so many ms; see the script.
     *
     * @param alone whether nothing else is in flight here
     */
    List<?> claim(RedisConnection connection, long minIdle, boolean alone) {
        return (List<?>) connection.run(
                Script.CLAIM,
                List.of(stream),
                group,
                consumer,
                minIdle,
                configuration.getMaxDeliveries(),
                configuration.getMaxBodySize(),
                alone ? 1 : 0);
    }

    /** Renews these entries; returns those that are not ours any more. */
    List<?> renew(RedisConnection connection, List<String> ids) {
        return (List<?>) run(connection, Script.RENEW, List.of(), ids);
    }

    /** Lets others take these entries at once. */
    void release(RedisConnection connection, List<String> ids) {
        long idle = 2 * Math.max(ClaimSchedule.RELEASED, configuration.getClaimMinIdle());
        run(connection, Script.RELEASE, List.of(idle), ids);
    }

    private Object run(RedisConnection connection, Script script, List<Object> options, List<String> ids) {
        List<Object> arguments = new ArrayList<>(List.of(group, consumer));
        arguments.addAll(options);
        arguments.addAll(ids);
        return unlessGone(List.of(), () -> connection.run(script, List.of(stream), arguments.toArray()));
    }

    /** Removes our name, unless it holds an entry. */
    void leave(RedisConnection connection) {
        unlessGone(0L, () -> connection.run(Script.REAP, List.of(stream), group, -1, consumer));
    }

    /** Removes the consumers that hold no entry and were silent for so many ms; returns how many. */
    long reap(RedisConnection connection, long silence) {
        return (Long) unlessGone(0L, () -> connection.run(Script.REAP, List.of(stream), group, silence));
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
