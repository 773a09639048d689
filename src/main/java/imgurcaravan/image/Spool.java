package imgurcaravan.image;

import imgurcaravan.http.RateLimitHeaders;
import imgurcaravan.http.TransferDeadline;
import imgurcaravan.run.Quantity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Writes a body to a part file, accepts it only if it is an image of a kept type, and checks whether that is whole.
 *
 * <p>Memory: one buffer of {@value #BUFFER} bytes for each concurrent download, whatever the size of the bodies.
 */
final class Spool {

    private static final int BUFFER = 65_536;
    /** The number of first bytes needed to distinguish an image from a page, and one type from another. */
    private static final int SNIFF = 512;

    /** The number of first bytes of a page needed to recognize why it was sent. */
    private static final int PAGE = 4_096;

    /** Imgur's placeholder for a deleted image: a valid PNG of this size and digest. */
    private static final int REMOVED_SIZE = 503;

    private static final String REMOVED_MD5 = "d835884373f4d6c8f24742ceabe74946";

    private final Set<String> keptTypes;
    private final long maxBytes;
    private final Queue<byte[]> buffers = new ConcurrentLinkedQueue<>();

    /**
     * @param keptTypes media types that are accepted
     * @param maxBytes the largest body that is accepted
     */
    Spool(Set<String> keptTypes, long maxBytes) {
        this.keptTypes = keptTypes;
        this.maxBytes = maxBytes;
    }

    /**
     * What was written.
     *
     * @param flaw why its structure is not that of a whole image; null if it is
     */
    record Result(ImageType type, long size, String flaw) {}

    /**
     * Spools a body and checks it as it arrives. It is not {@linkplain PartFile#flush flushed} yet.
     *
     * @param body read to its end, unless it is refused earlier
     * @param contentLength as the server announced it, or -1
     * @param transfer enforces the deadline
     * @throws ImageRefusedException if the body cannot be kept and a retry would not change that
     * @throws ImageIncompleteException if it is not as long as announced, or no image at all, but a retry may succeed
     * @throws DiskException if writing fails
     * @throws IOException if reading fails
     */
    Result spool(InputStream body, long contentLength, TransferDeadline transfer, Path part)
            throws IOException, ImageRefusedException {
        if (contentLength > maxBytes) {
            throw tooLarge();
        }
        byte[] buffer = buffers.poll();
        if (buffer == null) {
            buffer = new byte[BUFFER];
        }
        try {
            return spool(body, contentLength, transfer, part, buffer);
        } finally {
            buffers.add(buffer);
        }
    }

    private Result spool(InputStream body, long contentLength, TransferDeadline transfer, Path part, byte[] buffer)
            throws IOException, ImageRefusedException {
        try (PartFile file = PartFile.create(part)) {
            int head = readHead(body, buffer, transfer);
            ImageType type = typeOf(Arrays.copyOf(buffer, Math.min(head, PAGE)));
            head = readMore(body, buffer, head, mostOf(buffer, maxBytes), transfer);
            Copy copy = new Copy(body, contentLength, transfer, file, maxBytes);
            BodyBytes bytes = new BodyBytes(copy, buffer, head);
            String flaw;
            try {
                copy.write(buffer, head);
                flaw = flaw(type, bytes);
                bytes.skipToEnd();
            } catch (TooLargeException e) {
                throw tooLarge();
            }
            requireLength(contentLength, copy.size);
            if (copy.size == REMOVED_SIZE && PartFile.md5(part).equals(REMOVED_MD5)) {
                throw new ImageRefusedException("removed from Imgur (its placeholder was sent instead)");
            }
            return new Result(type, copy.size, flaw);
        }
    }

    private static String flaw(ImageType type, BodyBytes bytes) throws IOException {
        try {
            CompletenessCheck.check(type, bytes);
            return null;
        } catch (ImageIncompleteException e) {
            return e.getMessage();
        }
    }

    private static void requireLength(long announced, long size) throws ImageIncompleteException {
        if (announced >= 0 && size != announced) {
            throw new ImageIncompleteException(size + " of " + announced + " bytes received");
        }
    }

    private ImageRefusedException tooLarge() {
        return new ImageRefusedException("larger than " + Quantity.formatBytes(maxBytes));
    }

    /**
     * Fills the buffer until the type can be recognized, so that a wrong body is refused before it is read to its end.
     */
    private static int readHead(InputStream body, byte[] buffer, TransferDeadline transfer) throws IOException {
        int filled = readMore(body, buffer, 0, SNIFF, transfer);
        if (filled > 0 && buffer[0] == '<') {
            // For a page, enough to recognize why it was sent.
            filled = readMore(body, buffer, filled, PAGE, transfer);
        }
        if (filled == 0) {
            throw new ImageIncompleteException("an empty response");
        }
        return filled;
    }

    /**
     * A whole buffer, or one byte more than is still allowed, so that a slow drip cannot delay the detection of an
     * oversized body.
     */
    private static int mostOf(byte[] buffer, long left) {
        return (int) Math.min(buffer.length, left + 1);
    }

    /**
     * Reads until a buffer holds this many bytes, or the body ends.
     *
     * @return how many it holds now
     */
    private static int readMore(InputStream body, byte[] buffer, int filled, int wanted, TransferDeadline transfer)
            throws IOException {
        int now = filled;
        try {
            while (now < wanted) {
                int count = body.read(buffer, now, buffer.length - now);
                if (count < 0) {
                    break;
                }
                now += count;
            }
        } catch (IOException e) {
            throw transfer.reason(e);
        }
        return now;
    }

    private ImageType typeOf(byte[] head) throws IOException, ImageRefusedException {
        ImageType type = ImageType.of(head).orElse(null);
        if (type != null && keptTypes.contains(type.mediaType())) {
            return type;
        }
        if (type != null) {
            throw new ImageRefusedException(type.mediaType() + " is not in imgur.gallery.types");
        }
        String start = new String(head, StandardCharsets.ISO_8859_1)
                .replace("\u00ef\u00bb\u00bf", "")
                .stripLeading()
                .toLowerCase(Locale.ROOT);
        if (start.startsWith("<!doctype html") || start.startsWith("<html") || start.startsWith("<head")) {
            // Imgur sends pages with 200 when it is over capacity: worth a retry.
            if (RateLimitHeaders.isOverCapacity(start)) {
                throw new OverCapacityException();
            }
            throw new ImageIncompleteException("an HTML page instead of an image");
        }
        if (head.length < ImageType.HEAD) {
            throw new ImageIncompleteException("only " + head.length + " bytes received");
        }
        String other = ImageType.otherFormat(head).orElse(null);
        if (other != null) {
            throw new ImageRefusedException("an image in the format " + other + ", which is not kept");
        }
        String shown = HexFormat.of().formatHex(Arrays.copyOf(head, Math.min(head.length, ImageType.HEAD)));
        throw new ImageRefusedException("not an image: its first bytes are " + shown);
    }

    /** Reads the body and writes it, up to the maximum size. */
    private static final class Copy implements BodyBytes.Source {

        private final InputStream body;
        private final long contentLength;
        private final TransferDeadline transfer;
        private final PartFile file;
        private final long maxBytes;
        private long size;

        Copy(InputStream body, long contentLength, TransferDeadline transfer, PartFile file, long maxBytes) {
            this.body = body;
            this.contentLength = contentLength;
            this.transfer = transfer;
            this.file = file;
            this.maxBytes = maxBytes;
        }

        /**
         * Always full, except at the end: writing whole pages costs the kernel half as much as writing one TLS record
         * at a time.
         */
        @Override
        public int fill(byte[] buffer) throws IOException {
            int filled = readMore(body, buffer, 0, mostOf(buffer, maxBytes - size), transfer);
            if (filled == 0) {
                return -1;
            }
            write(buffer, filled);
            return filled;
        }

        void write(byte[] buffer, int count) throws IOException {
            size += count;
            if (size > maxBytes) {
                throw new TooLargeException();
            }
            file.write(ByteBuffer.wrap(buffer, 0, count), Math.max(contentLength, size));
        }
    }

    /** The maximum size was exceeded in the middle of a check. */
    private static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
