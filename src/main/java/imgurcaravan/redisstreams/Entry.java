package imgurcaravan.redisstreams;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * An entry as it was delivered.
 *
 * @param body its text; null if that is missing, too large or not UTF-8
 * @param key its deduplication key; empty if it has none
 */
record Entry(String id, long deliveries, String body, String key, Map<String, String> headers) {

    static final String HEADER = "header.";

    /** Reads what Redis sent; whatever that is, this does not fail. */
    static Entry read(String id, long deliveries, List<?> fields, int maxBodySize, Set<String> names) {
        byte[] body = null;
        String key = "";
        Map<String, String> headers = new LinkedHashMap<>();
        try {
            for (int i = 0; i + 1 < fields.size(); i += 2) {
                byte[] nameBytes = (byte[]) fields.get(i);
                byte[] value = (byte[]) fields.get(i + 1);
                if (nameBytes.length > 200) {
                    continue;
                }
                String name = Text.decoded(nameBytes);
                if (name.equals("body")) {
                    body = value;
                } else if (name.equals("key")) {
                    key = Text.decoded(value);
                } else if (name.startsWith(HEADER)
                        && names.contains(name.substring(HEADER.length()).toLowerCase(Locale.ROOT))) {
                    headers.put(name.substring(HEADER.length()), Text.decoded(value));
                }
            }
            if (body != null && body.length <= maxBodySize) {
                return new Entry(id, deliveries, Text.decoded(body), key, headers);
            }
        } catch (IllegalArgumentException e) {
            return new Entry(id, deliveries, null, key, Map.of());
        }
        return new Entry(id, deliveries, null, key, Map.of());
    }

    boolean malformed() {
        return body == null;
    }
}
