package imgurcaravan.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The sending side of one response: status line, headers and body.
 *
 * <p>The last byte stays in a buffer until {@link #flush()}, and the server flushes a response only once its request
 * no longer counts as active. A client that sends its next request as soon as it has this response is so never counted
 * twice.
 *
 * <p>A response that is held until a moment is made and encrypted in memory by then.
 */
public final class Wire {

    private static final Map<Integer, String> REASONS = Map.of(
            200, "OK", 302, "Found", 304, "Not Modified", 403, "Forbidden", 404, "Not Found", 429, "Too Many Requests");

    private final CorkedSocket socket;
    private final InputStream in;
    private final OutputStream out;
    private final boolean bodyWanted;
    private final CountDownLatch serverClosed;
    private final Map<String, String> added = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final byte[] buffer = new byte[8 * 1024];
    private int used;
    private boolean held;
    private long due;

    /**
     * @param socket what the streams end in, with or without TLS between
     */
    Wire(CorkedSocket socket, InputStream in, OutputStream out, boolean bodyWanted, CountDownLatch serverClosed) {
        this.socket = socket;
        this.in = in;
        this.out = out;
        this.bodyWanted = bodyWanted;
        this.serverClosed = serverClosed;
    }

    /** Whether the request wants a body: not for {@code HEAD}. Without it, body bytes are dropped. */
    public boolean bodyWanted() {
        return bodyWanted;
    }

    /** Adds a header to the head to come, in place of one of the same name. An earlier addition stays. */
    public void header(String name, String value) {
        added.putIfAbsent(name, value);
    }

    /** Sends the status line and the headers, given as name, value, name, value. A null value leaves its header out. */
    public void head(int status, String... namesAndValues) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] != null && !added.containsKey(namesAndValues[i])) {
                headers.put(namesAndValues[i], namesAndValues[i + 1]);
            }
        }
        headers.putAll(added);
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ").append(status).append(' ').append(REASONS.getOrDefault(status, "Status"));
        headers.forEach(
                (name, value) -> head.append("\r\n").append(name).append(": ").append(value));
        raw(head.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes of the body as they are. */
    public void body(byte[] bytes, int from, int length) throws IOException {
        if (bodyWanted) {
            send(bytes, from, length);
        }
    }

    /** Sends one chunk of a chunked body; nothing when there are no bytes, as that would be the last chunk. */
    public void chunk(byte[] bytes, int from, int length) throws IOException {
        if (length > 0) {
            body(ascii(Integer.toHexString(length).toLowerCase(Locale.ROOT) + "\r\n"));
            body(bytes, from, length);
            body(ascii("\r\n"));
        }
    }

    /** Ends a chunked body. */
    public void lastChunk() throws IOException {
        body(ascii("0\r\n\r\n"));
    }

    /** Sends bytes as they are, head or body. */
    public void raw(byte[] bytes) throws IOException {
        send(bytes, 0, bytes.length);
    }

    /** A stream into the body. */
    public OutputStream stream() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                body(new byte[] {(byte) value});
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                body(bytes, from, length);
            }
        };
    }

    /** Nothing leaves before then, by {@link System#nanoTime()}. */
    void holdUntil(long moment) {
        due = moment;
        held = true;
        socket.cork();
    }

    /** Waits for the moment until which the response is held, if it is; everything sent so far is encrypted by then. */
    public void awaitDue() throws IOException {
        if (held) {
            push();
            await(due - System.nanoTime());
        }
    }

    /** Hands everything sent so far to the peer, when it is due. */
    public void flush() throws IOException {
        awaitDue();
        push();
        if (held) {
            held = false;
            socket.uncork();
        }
    }

    private void push() throws IOException {
        out.write(buffer, 0, used);
        used = 0;
        out.flush();
    }

    /** Hands everything sent so far to the peer, then waits; fails at once when the server closes. */
    public void pause(Duration time) throws IOException {
        flush();
        await(time.toNanos());
    }

    private void await(long nanos) throws IOException {
        try {
            if (serverClosed.await(nanos, TimeUnit.NANOSECONDS)) {
                throw new InterruptedIOException("server closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Hands everything sent so far to the peer, then waits until the peer or the server closes the connection. */
    public void awaitClose() throws IOException {
        flush();
        in.transferTo(OutputStream.nullOutputStream());
    }

    private void body(byte[] bytes) throws IOException {
        body(bytes, 0, bytes.length);
    }

    private void send(byte[] bytes, int from, int length) throws IOException {
        int start = from;
        int left = length;
        if (left > buffer.length - used) {
            out.write(buffer, 0, used);
            used = 0;
            if (left > buffer.length) {
                int now = left - 1;
                out.write(bytes, start, now);
                start += now;
                left -= now;
            }
        }
        System.arraycopy(bytes, start, buffer, used, left);
        used += left;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
