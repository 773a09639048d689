package imgurcaravan.image;

import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.Checksum;

/** Reads the bytes of a body in order, through a buffer that its source fills. Not thread-safe. */
final class BodyBytes {

    /** The source of the bytes. */
    @FunctionalInterface
    interface Source {

        /**
         * Fills a buffer from its beginning.
         *
         * @return how many bytes the buffer holds now, at least one, or -1 at the end
         */
        int fill(byte[] buffer) throws IOException;
    }

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Source source;
    private final ByteBuffer buffer;
    private boolean exhausted;

    /**
     * @param source supplies more bytes when the buffer is used up
     * @param buffer its first bytes are read first
     * @param filled how many bytes these are
     */
    BodyBytes(Source source, byte[] buffer, int filled) {
        this.source = source;
        this.buffer = ByteBuffer.wrap(buffer, 0, filled);
    }

    /** Whether the source is known to be at its end, without reading from it. */
    boolean isExhausted() {
        return exhausted;
    }

    /** Whether there are no more bytes. */
    boolean isAtEnd() throws IOException {
        return !buffer.hasRemaining() && !fill();
    }

    /** @throws EOFException if there are fewer */
    void skip(long count) throws IOException {
        long left = count;
        while (left > buffer.remaining()) {
            left -= buffer.remaining();
            refill();
        }
        buffer.position(buffer.position() + (int) left);
    }

    /**
     * Skips bytes, and adds them to a checksum.
     *
     * @throws EOFException if there are fewer
     */
    void skip(long count, Checksum sum) throws IOException {
        long left = count;
        while (left > 0) {
            if (!buffer.hasRemaining()) {
                refill();
            }
            int now = (int) Math.min(left, buffer.remaining());
            sum.update(buffer.array(), buffer.position(), now);
            buffer.position(buffer.position() + now);
            left -= now;
        }
    }

    /** Skips all remaining bytes. */
    void skipToEnd() throws IOException {
        while (fill()) {
            buffer.position(buffer.limit());
        }
    }

    /** @throws EOFException at the end */
    int next() throws IOException {
        if (!buffer.hasRemaining()) {
            refill();
        }
        return buffer.get() & 0xff;
    }

    int next16() throws IOException {
        return next() << 8 | next();
    }

    long next32() throws IOException {
        return (long) next16() << 16 | next16();
    }

    long next32LittleEndian() throws IOException {
        long first = next();
        long second = next();
        long third = next();
        return first | second << 8 | third << 16 | (long) next() << 24;
    }

    /** Skips to the next JPEG marker, past anything between two segments, and returns its code. */
    int nextMarker() throws IOException {
        int code = 0;
        while (code == 0) {
            if (next() == 0xff) {
                code = markerCode();
            }
        }
        return code;
    }

    /** Any number of fill bytes 0xff may precede the code of a marker. */
    private int markerCode() throws IOException {
        int code = next();
        while (code == 0xff) {
            code = next();
        }
        return code;
    }

    /** Skips a JPEG scan up to the marker that ends it. */
    int nextMarkerInScan() throws IOException {
        int code = 0;
        while (belongsToScan(code)) {
            skipToMarker();
            next();
            code = markerCode();
        }
        return code;
    }

    /** A stuffed byte, or a marker without content: temporary, or a restart. */
    private static boolean belongsToScan(int code) {
        return code <= 0x01 || code >= 0xd0 && code <= 0xd7;
    }

    /**
     * Moves to a byte 0xff that may begin a marker which ends a scan. Most of a photograph is skipped here, eight bytes
     * at a time; one byte in 256 is a stuffed 0xff.
     *
     * <p>The lowest bit that is set in the result is the highest bit of the first byte 0xff of eight (the complement of
     * 0xff is zero, and subtracting one from that borrows); none is set if there is no such byte. It is inlined in the
     * loop, since the C1 compiler would call a method for it each time.
     */
    private void skipToMarker() throws IOException {
        byte[] bytes = buffer.array();
        while (true) {
            int end = buffer.limit();
            int at = buffer.position();
            while (at + Long.BYTES < end) {
                long eight = (long) LONGS.get(bytes, at);
                long found = ~eight - 0x0101010101010101L & eight & 0x8080808080808080L;
                if (found == 0) {
                    at += Long.BYTES;
                    continue;
                }
                at += Long.numberOfTrailingZeros(found) / Byte.SIZE;
                if (!belongsToScan(bytes[at + 1] & 0xff)) {
                    buffer.position(at);
                    return;
                }
                at += 2;
            }
            while (at < end && bytes[at] != (byte) 0xff) {
                at++;
            }
            buffer.position(at);
            if (at < end) {
                return;
            }
            refill();
        }
    }

    private void refill() throws IOException {
        if (!fill()) {
            throw new EOFException();
        }
    }

    private boolean fill() throws IOException {
        int count = exhausted ? -1 : source.fill(buffer.array());
        exhausted = count < 0;
        buffer.position(0).limit(Math.max(0, count));
        return !exhausted;
    }
}
