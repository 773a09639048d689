package imgurcaravan.redisstreams;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.RejectedExecutionException;

/** The dead letters of a stream, oldest first, as maps; read page by page, however many there are. */
final class DeadLetters implements Iterator<Map<String, Object>> {

    private static final int PAGE = 20;

    private final RetryUntilAvailable redis;
    private final String key;
    private final byte[] reason;
    private final int maxBodySize;
    private final Deque<Map<String, Object>> page = new ArrayDeque<>();
    private String from = "-";

    /**
     * @param reason a text that the reason of a letter must contain; case is ignored
     * @param maxBodySize larger values are left out
     */
    DeadLetters(RetryUntilAvailable redis, String key, String reason, int maxBodySize) {
        this.redis = redis;
        this.key = key;
        this.reason = Text.encoded(reason);
        this.maxBodySize = maxBodySize;
    }

    @Override
    public boolean hasNext() {
        while (page.isEmpty() && from != null) {
            readPage();
        }
        return !page.isEmpty();
    }

    @Override
    public Map<String, Object> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return page.remove();
    }

    private void readPage() {
        List<?> reply;
        try {
            reply = redis.run("read " + key, connection ->
                    (List<?>) connection.run(Script.DEAD_LETTERS, List.of(key), from, PAGE, reason, maxBodySize));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RejectedExecutionException("Interrupted while reading " + key, e);
        }
        String last = RedisConnection.text(reply.get(0));
        from = last.isEmpty() ? null : '(' + last;
        reply.stream().skip(1).forEach(letter -> page.add(letter((List<?>) letter)));
    }

    private static Map<String, Object> letter(List<?> parts) {
        Map<String, String> fields = new LinkedHashMap<>();
        List<?> pairs = (List<?>) parts.get(1);
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            fields.put(RedisConnection.text(pairs.get(i)), RedisConnection.text(pairs.get(i + 1)));
        }
        String id = RedisConnection.text(parts.get(0));
        String deliveries = fields.getOrDefault("deliveries", "");
        Map<String, Object> letter = new LinkedHashMap<>();
        letter.put("id", id);
        letter.put("key", fields.getOrDefault("key", ""));
        letter.put("body", fields.getOrDefault("body", ""));
        letter.put("reason", fields.getOrDefault("reason", ""));
        letter.put("deliveries", deliveries.matches("\\d{1,18}") ? Long.parseLong(deliveries) : 0L);
        letter.put("added", time(fields.getOrDefault("entry", id)));
        letter.put("time", time(id));
        return letter;
    }

    /** The time in ms in an id that Redis gave. */
    private static long time(String id) {
        String millis = id.split("-", 2)[0];
        return millis.matches("\\d{1,18}") ? Long.parseLong(millis) : 0;
    }
}
