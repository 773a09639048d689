package imgurcaravan.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A body of any length that is made while it is written, 64 KiB at a time.
 *
 * <p>Between its head and its tail lies noise that depends on nothing but the seed, differs from block to block and has
 * no byte 0xFF, so that it can stand inside a JPEG.
 */
public final class GeneratedBody {

    private static final int BLOCK = 64 * 1024;

    private final long length;
    private final byte[] noise = new byte[BLOCK];
    private final byte[] head;
    private final byte[] tail;

    /** A body of {@code length} bytes in all, which is at least those of head and tail together. */
    public GeneratedBody(long length, long seed, byte[] head, byte[] tail) {
        if (length < (long) head.length + tail.length) {
            throw new IllegalArgumentException(length + " bytes cannot hold the head and the tail");
        }
        this.length = length;
        this.head = head.clone();
        this.tail = tail.clone();
        new SplittableRandom(seed).nextBytes(noise);
        for (int i = 0; i < BLOCK; i++) {
            if (noise[i] == (byte) 0xFF) {
                noise[i] = 0x7F;
            }
        }
    }

    /** A JPEG of {@code length} bytes, as {@link Samples#jpeg} makes them. */
    public static GeneratedBody jpeg(long length, long seed) {
        byte[] small = Samples.jpeg(seed, Samples.SMALLEST);
        int end = small.length - 2;
        return new GeneratedBody(length, seed, Arrays.copyOf(small, end), Arrays.copyOfRange(small, end, small.length));
    }

    /** How many bytes it has. */
    public long length() {
        return length;
    }

    /** Writes all of it; the same bytes each time. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(head);
        byte[] block = noise.clone();
        long left = length - head.length - tail.length;
        for (int number = 0; left > 0; number++) {
            for (int i = 0; i < 4; i++) {
                block[i] = (byte) ((number >> (7 * i)) & 0x7F);
            }
            int now = (int) Math.min(BLOCK, left);
            out.write(block, 0, now);
            left -= now;
        }
        out.write(tail);
    }

    /** The SHA-256 of all of it, in lower-case hex. */
    public String sha256() {
        MessageDigest digest = Samples.digest("SHA-256");
        try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Samples.hex(digest);
    }
}
