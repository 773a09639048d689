package imgurcaravan.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request as a {@link StandInServer} received it.
 *
 * @param method upper case, such as {@code GET}
 * @param path without the query, still encoded
 * @param query without the question mark, or null
 * @param headers by name in lower case, found by a name in any case; values of a repeated header joined by a comma
 * @param host the {@code Host} header, or null
 * @param connection which of the server's connections it came by, from 1
 * @param arrived when its last byte was read
 * @param nanos the same moment by {@link System#nanoTime()}
 */
public record Request(
        String method,
        String path,
        String query,
        Map<String, String> headers,
        String host,
        long connection,
        Instant arrived,
        long nanos) {

    private static final int LONGEST_LINE = 64 * 1024;

    /** The value of a header, by its name in any case, or null. */
    public String header(String name) {
        return headers.get(name);
    }

    /** Reads the next request of a connection; null when the peer has closed it. A body is read and dropped. */
    static Request read(InputStream in, long connection) throws IOException {
        String first = line(in);
        if (first == null) {
            return null;
        }
        String[] parts = first.split(" ", -1);
        if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
            throw new ProtocolException("not a request line: " + first);
        }
        Map<String, String> headers = headers(in);
        in.skipNBytes(Long.parseLong(headers.getOrDefault("content-length", "0")));
        // A request to a proxy names the whole URL.
        String target = parts[1].replaceFirst("^https?://[^/?]*/?", "/");
        int question = target.indexOf('?');
        return new Request(
                parts[0],
                question < 0 ? target : target.substring(0, question),
                question < 0 ? null : target.substring(question + 1),
                headers,
                headers.get("host"),
                connection,
                Instant.now(),
                System.nanoTime());
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        String line = line(in);
        while (line != null && !line.isEmpty()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new ProtocolException("not a header: " + line);
            }
            headers.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (earlier, later) -> earlier + ", " + later);
            line = line(in);
        }
        if (line == null) {
            throw new EOFException("closed inside the headers");
        }
        return Collections.unmodifiableMap(headers);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            if (line.size() == LONGEST_LINE) {
                throw new ProtocolException("line too long");
            }
            line.write(next);
            next = in.read();
        }
        if (next < 0) {
            throw new EOFException("closed inside a line");
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
