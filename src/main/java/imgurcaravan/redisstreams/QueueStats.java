package imgurcaravan.redisstreams;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The state of a queue.
 *
 * @param length entries that are not done
 * @param deadLetters entries that became dead letters
 * @param pending entries that were delivered and are not done
 * @param oldestPendingMillis how long ago the oldest of them was added; 0 if there is none
 */
record QueueStats(long length, long deadLetters, long pending, long oldestPendingMillis) {

    static QueueStats read(RedisConnection connection, Keys keys, String group) {
        List<?> reply = (List<?>)
                connection.run(Script.STATS, List.of(keys.stream(), keys.deadLetters()), group == null ? "" : group);
        return new QueueStats((Long) reply.get(0), (Long) reply.get(1), (Long) reply.get(2), (Long) reply.get(3));
    }

    Map<String, Object> with(Counters counters) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("length", length);
        map.put("pending", pending);
        map.put("oldestPendingMillis", oldestPendingMillis);
        map.put("deadLetters", deadLetters);
        map.put("deliveries", counters.deliveries.sum());
        map.put("redeliveries", counters.redeliveries.sum());
        map.put("reconnects", counters.reconnects.sum());
        map.put("inFlight", counters.inFlight.get());
        return map;
    }
}
