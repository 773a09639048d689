package imgurcaravan.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * Checks that a body is a whole image, by walking the structure of its format to the end marker as the bytes arrive.
 *
 * <p>Sources: ITU-T T.81 (JPEG), W3C PNG, CompuServe GIF89a, ISO/IEC 14496-12 (MP4), Google's WebP container
 * specification. Bytes after the end marker are accepted: cameras and editors append their own data. Nothing is
 * decoded.
 */
final class CompletenessCheck {

    private static final int PNG_SIGNATURE = 8;
    private static final int MP4_BOX_HEADER = 8;
    private static final int MP4_LARGE_SIZE = 8;
    private static final int WEBP_NAME = 4;
    private static final int WEBP_CHUNK_HEADER = 8;

    private CompletenessCheck() {}

    /**
     * Walks a body from its first byte to the end of the image; bytes after that are not read.
     *
     * @throws ImageIncompleteException if the body ends before the image does
     * @throws IOException if it cannot be read
     */
    static void check(ImageType type, BodyBytes body) throws IOException {
        try {
            switch (type) {
                case JPEG -> checkJpeg(body);
                case PNG -> checkPng(body);
                case GIF -> checkGif(body);
                case MP4 -> checkMp4(body);
                case WEBP -> checkWebp(body);
            }
        } catch (EOFException e) {
            if (!body.isExhausted()) {
                // The transfer broke off.
                throw e;
            }
            throw new ImageIncompleteException("cut off: the " + type + " has no end marker", e);
        }
    }

    /**
     * Walks the segments and scans to the end-of-image marker; one inside a segment, such as a thumbnail's, does not
     * count. As lenient as libjpeg, by which most programs show a JPEG: it skips bytes between two segments.
     */
    private static void checkJpeg(BodyBytes body) throws IOException {
        body.skip(2);
        boolean scanned = false;
        int marker = body.nextMarker();
        while (marker != 0xd9) {
            if (marker == 0xd8) {
                throw new ImageIncompleteException("a JPEG with a second beginning");
            }
            boolean standalone = marker == 0x01 || marker >= 0xd0 && marker <= 0xd7;
            if (!standalone) {
                body.skip(Math.max(0, body.next16() - 2));
            }
            boolean scan = marker == 0xda;
            scanned |= scan;
            marker = scan ? body.nextMarkerInScan() : body.nextMarker();
        }
        if (!scanned) {
            throw new ImageIncompleteException("a JPEG without image data");
        }
    }

    /** Walks the chunks, and checks the sums of those without which there is no picture. */
    private static void checkPng(BodyBytes body) throws IOException {
        body.skip(PNG_SIGNATURE);
        CRC32 sum = new CRC32();
        long name;
        do {
            long length = body.next32();
            name = body.next32();
            if (length > Integer.MAX_VALUE) {
                throw new ImageIncompleteException("a PNG with a broken chunk");
            }
            sum.reset();
            sum.update(ByteBuffer.allocate(Integer.BYTES).putInt((int) name).flip());
            body.skip(length, sum);
            boolean critical = name == 0x49484452 || name == 0x504c5445 || name == 0x49444154; // IHDR, PLTE, IDAT
            if (body.next32() != sum.getValue() && critical) {
                throw new ImageIncompleteException("a PNG with a damaged chunk");
            }
        } while (name != 0x49454e44); // IEND
    }

    private static void checkGif(BodyBytes body) throws IOException {
        body.skip(10);
        int flags = body.next();
        body.skip(2 + colorTable(flags));
        boolean image = false;
        while (true) {
            int block = body.next();
            if (block == 0 && image) {
                // Padding that some encoders leave between blocks.
                continue;
            }
            switch (block) {
                case 0x21 -> { // extension
                    body.skip(1);
                    skipSubBlocks(body);
                }
                case 0x2c -> { // image
                    image = true;
                    body.skip(8);
                    body.skip(colorTable(body.next()) + 1);
                    skipSubBlocks(body);
                }
                case 0x3b -> { // trailer
                    return;
                }
                default -> throw new ImageIncompleteException("a GIF with a broken block");
            }
        }
    }

    private static int colorTable(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 0x07) + 1);
    }

    private static void skipSubBlocks(BodyBytes body) throws IOException {
        int length = body.next();
        while (length != 0) {
            body.skip(length);
            length = body.next();
        }
    }

    /** Walks the boxes. What follows a whole movie and is no box is not part of it. */
    private static void checkMp4(BodyBytes body) throws IOException {
        boolean movie = false;
        boolean data = false;
        boolean fragmented = false;
        while (!body.isAtEnd()) {
            boolean whole = movie && data && !fragmented;
            long length;
            long name;
            try {
                length = body.next32();
                name = body.next32();
            } catch (EOFException e) {
                if (whole && body.isExhausted()) {
                    return;
                }
                throw e;
            }
            if (whole && (length >= 2 && length < MP4_BOX_HEADER || !isPrintable(name))) {
                return;
            }
            long header = MP4_BOX_HEADER;
            if (length == 1) {
                length = body.next32() << 32 | body.next32();
                header += MP4_LARGE_SIZE;
            }
            if (length == 0) { // to the end
                body.skipToEnd();
            } else if (length < header) {
                throw new ImageIncompleteException("an MP4 with a broken box");
            } else {
                body.skip(length - header);
            }
            movie |= name == 0x6d6f6f76; // moov
            data |= name == 0x6d646174; // mdat
            fragmented |= name == 0x6d6f6f66; // moof
        }
        if (!movie || !data) {
            throw new ImageIncompleteException("cut off: the MP4 has no " + (movie ? "mdat" : "moov") + " box");
        }
    }

    private static boolean isPrintable(long name) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            long letter = name >> shift & 0xff;
            if (letter < ' ' || letter > '~') {
                return false;
            }
        }
        return true;
    }

    /** Walks the chunks, which must fit into the size that the container claims. */
    private static void checkWebp(BodyBytes body) throws IOException {
        body.skip(4);
        long left = body.next32LittleEndian() - WEBP_NAME;
        body.skip(WEBP_NAME);
        boolean image = false;
        while (left >= WEBP_CHUNK_HEADER) {
            long name = body.next32();
            long length = body.next32LittleEndian();
            left -= WEBP_CHUNK_HEADER;
            if (length > left) {
                throw new ImageIncompleteException("a WebP with a chunk that is larger than the file claims");
            }
            // A chunk of odd length is padded, though not always at the end.
            long padded = Math.min(length + length % 2, left);
            body.skip(padded);
            left -= padded;
            image |= name == 0x56503820 || name == 0x5650384c || name == 0x414e4d46; // VP8, VP8L, ANMF
        }
        if (!image) {
            throw new ImageIncompleteException("a WebP without image data");
        }
        body.skip(left);
    }
}
