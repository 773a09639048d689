package imgurcaravan.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;

/**
 * Reads the dead letters that a queue lists, each a map with {@code body}, {@code reason}, {@code deliveries} and
 * {@code time}.
 */
public final class DeadLetterEntries {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private DeadLetterEntries() {}

    /** The failed images of such entries; an entry that is a failed image already is left unchanged. */
    public static Iterator<FailedImage> read(Iterator<?> entries) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return entries.hasNext();
            }

            @Override
            public FailedImage next() {
                Object entry = entries.next();
                return entry instanceof FailedImage image ? image : ofQueue((Map<?, ?>) entry);
            }
        };
    }

    private static FailedImage ofQueue(Map<?, ?> entry) {
        String message = Objects.toString(entry.get("body"), "");
        String reason = Objects.toString(entry.get("reason"), "no reason given");
        Instant time = entry.get("time") instanceof Number millis ? Instant.ofEpochMilli(millis.longValue()) : null;
        int deliveries = entry.get("deliveries") instanceof Number count ? count.intValue() : 0;
        return new FailedImage(
                imageId(message), message, reason, FailureClass.ofReason(reason), deliveries, time, time, null, false);
    }

    private static String imageId(String message) {
        try {
            JsonNode id = JSON.readTree(message).path("id");
            return id.isTextual() ? id.textValue() : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
