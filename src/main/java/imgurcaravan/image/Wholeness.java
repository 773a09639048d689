package imgurcaravan.image;

import java.io.EOFException;
import java.io.IOException;

/**
 * Tells whether a file holds a whole image, by walking the structure of its format to the end marker.
 *
 * <p>Sources: ITU-T T.81 (JPEG), W3C PNG, CompuServe GIF89a, ISO/IEC 14496-12 (MP4), Google's WebP container
 * specification. Bytes after the end marker are let pass: cameras and editors append theirs. Nothing is decoded.
 */
final class Wholeness {

    private static final int PNG_SIGNATURE = 8;
    private static final int PNG_CHUNK_FRAME = 12;
    private static final int MP4_BOX_HEADER = 8;

    private Wholeness() {}

    /**
     * @throws ImageIncompleteException if the file ends before the image does
     * @throws IOException if the file cannot be read
     */
    static void check(ImageType type, FileBytes file) throws IOException {
        try {
            switch (type) {
                case JPEG -> checkJpeg(file);
                case PNG -> checkPng(file);
                case GIF -> checkGif(file);
                case MP4 -> checkMp4(file);
                case WEBP -> checkWebp(file);
            }
        } catch (EOFException e) {
            throw new ImageIncompleteException("cut off: the " + type + " has no end marker", e);
        }
    }

    /** Walks the segments and scans to the end-of-image marker; one inside a segment, as of a thumbnail, does not count. */
    private static void checkJpeg(FileBytes file) throws IOException {
        file.seek(2);
        while (true) {
            int marker = file.nextMarker();
            if (marker == 0xd9) {
                throw new ImageIncompleteException("a JPEG without a picture");
            }
            if (marker == 0xda) {
                break;
            }
            boolean standalone = marker == 0x01 || marker >= 0xd0 && marker <= 0xd8;
            if (!standalone) {
                file.skip(segmentLength(file) - 2);
            }
        }
        file.skip(segmentLength(file) - 2);
        // Inside a scan 0xff is stuffed with 0x00, so any other marker is real; further segments may hold anything.
        int marker = file.nextMarkerInScan();
        while (marker != 0xd9) {
            file.skip(segmentLength(file) - 2);
            marker = marker == 0xda ? file.nextMarkerInScan() : file.nextMarker();
        }
    }

    private static int segmentLength(FileBytes file) throws IOException {
        int length = file.next16();
        if (length < 2) {
            throw new ImageIncompleteException("a JPEG with a broken segment");
        }
        return length;
    }

    private static void checkPng(FileBytes file) throws IOException {
        long at = PNG_SIGNATURE;
        while (true) {
            file.seek(at);
            long length = file.next32();
            long name = file.next32();
            if (length > Integer.MAX_VALUE) {
                throw new ImageIncompleteException("a PNG with a broken chunk");
            }
            at += length + PNG_CHUNK_FRAME;
            if (at > file.size()) {
                throw new EOFException();
            }
            if (name == 0x49454e44) { // IEND
                return;
            }
        }
    }

    private static void checkGif(FileBytes file) throws IOException {
        file.seek(10);
        int flags = file.next();
        file.skip(2 + colorTable(flags));
        while (true) {
            switch (file.next()) {
                case 0x21 -> { // extension
                    file.skip(1);
                    skipSubBlocks(file);
                }
                case 0x2c -> { // image
                    file.skip(8);
                    file.skip(colorTable(file.next()) + 1);
                    skipSubBlocks(file);
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

    private static void skipSubBlocks(FileBytes file) throws IOException {
        int length = file.next();
        while (length != 0) {
            file.skip(length);
            length = file.next();
        }
    }

    private static void checkMp4(FileBytes file) throws IOException {
        long at = 0;
        boolean movie = false;
        boolean data = false;
        while (at < file.size()) {
            file.seek(at);
            long length = file.next32();
            long name = file.next32();
            if (length == 1) {
                length = file.next32() << 32 | file.next32();
            } else if (length == 0) {
                length = file.size() - at;
            }
            if (length < MP4_BOX_HEADER) {
                throw new ImageIncompleteException("an MP4 with a broken box");
            }
            if (length > file.size() - at) {
                throw new EOFException();
            }
            movie |= name == 0x6d6f6f76; // moov
            data |= name == 0x6d646174; // mdat
            at += length;
        }
        if (!movie || !data) {
            throw new ImageIncompleteException("cut off: the MP4 has no " + (movie ? "mdat" : "moov") + " box");
        }
    }

    private static void checkWebp(FileBytes file) throws IOException {
        file.seek(4);
        long length = file.next32LittleEndian();
        if (length < 12) {
            throw new ImageIncompleteException("a WebP without a picture");
        }
        if (length + 8 > file.size()) {
            throw new EOFException();
        }
    }
}
