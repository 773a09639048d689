package imgurcaravan.redisstreams;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The state of a queue.
 *
 * @param length entries that are not done
 * @param deadLetters entries that were given up
 * @param pending entries that are delivered and not done
 * @param oldestPendingMillis how long ago the oldest of them was added; 0 if there is none
 */
record QueueStats(long length, long deadLetters, long pending, long oldestPendingMillis) {

    static QueueStats read(RedisConnection connection, Keys keys, String group) {
        List<?> figures = (List<?>)
                connection.run(Script.STATS, List.of(keys.stream(), keys.deadLetters()), group == null ? "" : group);
        return new QueueStats(
                (Long) figures.get(0), (Long) figures.get(1), (Long) figures.get(2), (Long) figures.get(3));
    }

    Map<String, Object> with(Counters statistics) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("length", length);
        map.put("pending", pending);
        map.put("oldestPendingMillis", oldestPendingMillis);
        map.put("deadLetters", deadLetters);
        map.put("deliveries", statistics.deliveries.sum());
        map.put("redeliveries", statistics.redeliveries.sum());
        map.put("reconnects", statistics.reconnects.sum());
        map.put("inFlight", statistics.inFlight.get());
        return map;
    }
}
