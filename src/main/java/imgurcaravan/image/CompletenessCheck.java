package imgurcaravan.image;

import java.io.EOFException;
import java.io.IOException;

/**
 * Checks that a body is a whole image, by walking the structure of its format to the end marker as the bytes arrive.
 *
 * <p>Sources: ITU-T T.81 (JPEG), W3C PNG, CompuServe GIF89a, ISO/IEC 14496-12 (MP4), Google's WebP container
 * specification. Bytes after the end marker are accepted: cameras and editors append their own data. Nothing is
 * decoded.
 */
final class CompletenessCheck {

    private static final int PNG_SIGNATURE = 8;
    private static final int PNG_CHECKSUM = 4;
    private static final int MP4_BOX_HEADER = 8;
    private static final int MP4_LARGE_SIZE = 8;

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
            throw new ImageIncompleteException("cut off: the " + type + " has no end marker", e);
        }
    }

    /**
     * Walks the segments and scans to the end-of-image marker; one inside a segment, such as a thumbnail's, does not
     * count.
     */
    private static void checkJpeg(BodyBytes body) throws IOException {
        body.skip(2);
        while (true) {
            int marker = body.nextMarker();
            if (marker == 0xd9) {
                throw new ImageIncompleteException("a JPEG without image data");
            }
            if (marker == 0xda) {
                break;
            }
            boolean standalone = marker == 0x01 || marker >= 0xd0 && marker <= 0xd8;
            if (!standalone) {
                body.skip(segmentLength(body) - 2);
            }
        }
        body.skip(segmentLength(body) - 2);
        // Inside a scan 0xff is followed by a stuffed 0x00, so any other marker is real; further segments may hold
        // anything.
        int marker = body.nextMarkerInScan();
        while (marker != 0xd9) {
            body.skip(segmentLength(body) - 2);
            marker = marker == 0xda ? body.nextMarkerInScan() : body.nextMarker();
        }
    }

    private static int segmentLength(BodyBytes body) throws IOException {
        int length = body.next16();
        if (length < 2) {
            throw new ImageIncompleteException("a JPEG with a broken segment");
        }
        return length;
    }

    private static void checkPng(BodyBytes body) throws IOException {
        body.skip(PNG_SIGNATURE);
        while (true) {
            long length = body.next32();
            long name = body.next32();
            if (length > Integer.MAX_VALUE) {
                throw new ImageIncompleteException("a PNG with a broken chunk");
            }
            body.skip(length + PNG_CHECKSUM);
            if (name == 0x49454e44) { // IEND
                return;
            }
        }
    }

    private static void checkGif(BodyBytes body) throws IOException {
        body.skip(10);
        int flags = body.next();
        body.skip(2 + colorTable(flags));
        while (true) {
            switch (body.next()) {
                case 0x21 -> { // extension
                    body.skip(1);
                    skipSubBlocks(body);
                }
                case 0x2c -> { // image
                    body.skip(8);
                    body.skip(colorTable(body.next()) + 1);
                    skipSubBlocks(body);
                }
                case 0x3b -> { // trailer
                    return;
                }
                case 0x00 -> { // padding that some encoders leave between blocks
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

    private static void checkMp4(BodyBytes body) throws IOException {
        boolean movie = false;
        boolean data = false;
        while (!body.isAtEnd()) {
            long length = body.next32();
            long name = body.next32();
            long header = MP4_BOX_HEADER;
            if (length == 1) {
                length = body.next32() << 32 | body.next32();
                header += MP4_LARGE_SIZE;
            }
            movie |= name == 0x6d6f6f76; // moov
            data |= name == 0x6d646174; // mdat
            if (length == 0) { // to the end
                body.skipToEnd();
            } else if (length < header) {
                throw new ImageIncompleteException("an MP4 with a broken box");
            } else {
                body.skip(length - header);
            }
        }
        if (!movie || !data) {
            throw new ImageIncompleteException("cut off: the MP4 has no " + (movie ? "mdat" : "moov") + " box");
        }
    }

    private static void checkWebp(BodyBytes body) throws IOException {
        body.skip(4);
        long length = body.next32LittleEndian();
        if (length < 12) {
            throw new ImageIncompleteException("a WebP without image data");
        }
        body.skip(length);
    }
}
