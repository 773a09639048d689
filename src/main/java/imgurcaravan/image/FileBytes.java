package imgurcaravan.image;

import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Reads the bytes of a file in order, with jumps ahead that cost nothing. Not thread-safe. */
final class FileBytes {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final FileChannel channel;
    private final long size;
    private final ByteBuffer buffer;
    /** Position in the file of the buffer's first byte. */
    private long start;

    /** @param scratch what is in it is lost */
    FileBytes(FileChannel channel, byte[] scratch) throws IOException {
        this.channel = channel;
        this.buffer = ByteBuffer.wrap(scratch).limit(0);
        this.size = channel.size();
    }

    long size() {
        return size;
    }

    /** Moves to a position of the file; one beyond its end shows at the next read. */
    void seek(long position) {
        long within = position - start;
        if (within >= 0 && within <= buffer.limit()) {
            buffer.position((int) within);
        } else {
            start = position;
            buffer.position(0).limit(0);
        }
    }

    void skip(long count) {
        seek(start + buffer.position() + count);
    }

    /** @throws EOFException at the end of the file */
    int next() throws IOException {
        if (!buffer.hasRemaining()) {
            fill();
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

    /** Reads a JPEG marker between segments: 0xff, any number of fill bytes 0xff, and the code that is returned. */
    int nextMarker() throws IOException {
        if (next() != 0xff) {
            throw new ImageIncompleteException("a JPEG with a broken segment");
        }
        int code = next();
        while (code == 0xff) {
            code = next();
        }
        return code;
    }

    /** Reads on in a JPEG scan to a marker that ends it: neither a stuffed byte nor a restart marker. */
    int nextMarkerInScan() throws IOException {
        while (true) {
            skipToFf();
            int code = nextMarker();
            if (code != 0 && (code < 0xd0 || code > 0xd7)) {
                return code;
            }
        }
    }

    /** Moves to the next byte 0xff. Most of a photograph is passed here, eight bytes at a time. */
    private void skipToFf() throws IOException {
        byte[] bytes = buffer.array();
        while (true) {
            int end = buffer.limit();
            int at = buffer.position();
            while (at + Long.BYTES <= end && !hasFf((long) LONGS.get(bytes, at))) {
                at += Long.BYTES;
            }
            while (at < end && bytes[at] != (byte) 0xff) {
                at++;
            }
            buffer.position(at);
            if (at < end) {
                return;
            }
            fill();
        }
    }

    /** Whether one of eight bytes is 0xff: then the complement has a zero byte, and taking one from it borrows. */
    private static boolean hasFf(long bytes) {
        return (~bytes - 0x0101010101010101L & bytes & 0x8080808080808080L) != 0;
    }

    private void fill() throws IOException {
        start += buffer.position();
        buffer.clear();
        int read = channel.read(buffer, start);
        buffer.flip();
        if (read <= 0) {
            buffer.limit(0);
            throw new EOFException();
        }
    }
}
