package imgurcaravan.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A response of a {@link StandInServer}, good or bad, that writes itself and decides what happens to the connection.
 */
public final class Reply {

    /** What happens to the connection once the response is written. */
    public enum Then {
        /** It accepts the next request. */
        KEEP,
        /** It is closed in an orderly way. */
        CLOSE,
        /** It is torn down by a TCP reset, under TLS as well. */
        RESET
    }

    /** Writes a response; may block for as long as the response is meant to take. */
    @FunctionalInterface
    public interface Writer {

        Then write(Wire wire) throws IOException;
    }

    private final Writer writer;

    private Reply(Writer writer) {
        this.writer = writer;
    }

    /** A response of another kind than those below. */
    public static Reply of(Writer writer) {
        return new Reply(writer);
    }

    /** Writes it, as {@link Writer} does. */
    public Then write(Wire wire) throws IOException {
        return writer.write(wire);
    }

    /**
     * The same response with a header added, in place of its own of that name. After a {@code Content-Length}, which
     * may then be false, the connection is closed.
     */
    public Reply with(String name, String value) {
        return of(wire -> {
            wire.header(name, value);
            Then then = write(wire);
            return name.equalsIgnoreCase("Content-Length") && then == Then.KEEP ? Then.CLOSE : then;
        });
    }

    // Well-behaved

    /** A body of known length. */
    public static Reply bytes(int status, String contentType, byte[] body) {
        return of(wire -> {
            wire.head(status, "Content-Type", contentType, "Content-Length", Integer.toString(body.length));
            wire.body(body, 0, body.length);
            return Then.KEEP;
        });
    }

    /** Plain text. */
    public static Reply text(int status, String text) {
        return bytes(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /** JSON text. */
    public static Reply json(int status, String json) {
        return bytes(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** A page. */
    public static Reply html(int status, String html) {
        return bytes(status, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
    }

    /** No body: {@code Content-Length: 0}, or no length where HTTP has none (204, 304). */
    public static Reply empty(int status) {
        return of(wire -> {
            wire.head(status, "Content-Length", status == 204 || status == 304 ? null : "0");
            return Then.KEEP;
        });
    }

    /** A redirect without a body. */
    public static Reply redirect(int status, String location) {
        return empty(status).with("Location", location);
    }

    /** A whole body in chunks of 1 KiB. */
    public static Reply chunked(String contentType, byte[] body) {
        return of(wire -> {
            chunkedHead(wire, contentType);
            chunks(wire, body, body.length);
            wire.lastChunk();
            return Then.KEEP;
        });
    }

    /** A whole body without a length, ended by closing the connection. */
    public static Reply closeDelimited(String contentType, byte[] body) {
        return of(wire -> {
            wire.head(200, "Content-Type", contentType, "Connection", "close");
            wire.body(body, 0, body.length);
            return Then.CLOSE;
        });
    }

    /** A body of known length that is made while it is sent. */
    public static Reply generated(String contentType, GeneratedBody body) {
        return of(wire -> {
            wire.head(200, "Content-Type", contentType, "Content-Length", Long.toString(body.length()));
            if (wire.bodyWanted()) {
                body.writeTo(wire.stream());
            }
            return Then.KEEP;
        });
    }

    /** {@link #generated(String, GeneratedBody)} with a body of these parts. */
    public static Reply generated(String contentType, long length, long seed, byte[] head, byte[] tail) {
        return generated(contentType, new GeneratedBody(length, seed, head, tail));
    }

    // Sequences and delays

    /** The first request gets the first reply, and so on; when they run out, the last one again. */
    public static Reply inTurn(Reply... replies) {
        AtomicInteger next = new AtomicInteger();
        int last = replies.length - 1;
        return of(wire -> replies[next.getAndUpdate(turn -> Math.min(turn + 1, last))].write(wire));
    }

    /** Waits, then gives the reply. */
    public static Reply slow(Duration wait, Reply reply) {
        return of(wire -> {
            wire.pause(wait);
            return reply.write(wire);
        });
    }

    // Misbehaving

    /** The length of the whole body, its first {@code sent} bytes, then a close. */
    public static Reply truncated(String contentType, byte[] body, int sent) {
        return of(wire -> cut(wire, contentType, body, sent, Then.CLOSE));
    }

    /** A chunked body that ends after {@code sent} bytes, without a last chunk, by a close. */
    public static Reply cutChunked(String contentType, byte[] body, int sent) {
        return of(wire -> {
            chunkedHead(wire, contentType);
            chunks(wire, body, sent);
            return Then.CLOSE;
        });
    }

    /** A TCP reset in place of a response. */
    public static Reply reset() {
        return of(wire -> Then.RESET);
    }

    /** The length of the whole body, its first {@code sent} bytes, then a TCP reset, which may overtake them. */
    public static Reply resetAfter(String contentType, byte[] body, int sent) {
        return of(wire -> cut(wire, contentType, body, sent, Then.RESET));
    }

    /** The length of the whole body, its first {@code sent} bytes, then nothing until either side closes. */
    public static Reply stall(String contentType, byte[] body, int sent) {
        return of(wire -> {
            cut(wire, contentType, body, sent, Then.CLOSE);
            wire.awaitClose();
            return Then.CLOSE;
        });
    }

    /** Nothing until either side closes. */
    public static Reply noResponse() {
        return of(wire -> {
            wire.awaitClose();
            return Then.CLOSE;
        });
    }

    /** A whole body of known length, {@code size} bytes at a time with a wait before each but the first. */
    public static Reply drip(String contentType, byte[] body, Duration wait, int size) {
        return of(wire -> {
            wire.head(200, "Content-Type", contentType, "Content-Length", Integer.toString(body.length));
            for (int sent = 0; sent < body.length && wire.bodyWanted(); sent += size) {
                wire.body(body, sent, Math.min(size, body.length - sent));
                if (sent + size < body.length) {
                    wire.pause(wait);
                }
            }
            return Then.KEEP;
        });
    }

    /** A status line, then headers, one byte at a time with a wait after each, without end. */
    public static Reply dripHeaders(Duration wait) {
        byte[] header = "X-Slow: and slower\r\n".getBytes(StandardCharsets.US_ASCII);
        return of(wire -> {
            wire.raw("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; ; i = (i + 1) % header.length) {
                wire.raw(new byte[] {header[i]});
                wire.pause(wait);
            }
        });
    }

    /** A chunked body: {@code start}, then {@code filler} over and over, without end. */
    public static Reply endless(String contentType, byte[] start, String filler) {
        byte[] block = block(filler);
        return of(wire -> {
            chunkedHead(wire, contentType);
            wire.chunk(start, 0, start.length);
            while (wire.bodyWanted()) {
                wire.chunk(block, 0, block.length);
            }
            return Then.KEEP;
        });
    }

    /** Like {@link #endless}, without a length and without chunks. */
    public static Reply endlessClose(String contentType, byte[] start, String filler) {
        byte[] block = block(filler);
        return of(wire -> {
            wire.head(200, "Content-Type", contentType, "Connection", "close");
            wire.body(start, 0, start.length);
            while (wire.bodyWanted()) {
                wire.body(block, 0, block.length);
            }
            return Then.CLOSE;
        });
    }

    /** Exactly these bytes, from the status line on, then a close. */
    public static Reply raw(byte[] response) {
        return of(wire -> {
            wire.raw(response);
            return Then.CLOSE;
        });
    }

    private static Then cut(Wire wire, String contentType, byte[] body, int sent, Then then) throws IOException {
        wire.head(200, "Content-Type", contentType, "Content-Length", Integer.toString(body.length));
        wire.body(body, 0, sent);
        return then;
    }

    private static void chunkedHead(Wire wire, String contentType) throws IOException {
        wire.head(200, "Content-Type", contentType, "Transfer-Encoding", "chunked");
    }

    private static void chunks(Wire wire, byte[] body, int end) throws IOException {
        for (int sent = 0; sent < end; sent += 1024) {
            wire.chunk(body, sent, Math.min(1024, end - sent));
        }
    }

    private static byte[] block(String filler) {
        return filler.repeat(Math.max(1, 16 * 1024 / filler.length())).getBytes(StandardCharsets.UTF_8);
    }
}
