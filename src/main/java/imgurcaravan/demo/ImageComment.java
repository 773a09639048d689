package imgurcaravan.demo;

import imgurcaravan.demo.DemoImage.Format;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Adds a comment to an image file where its format allows one; the picture is unchanged.
 *
 * <p>Sources: ITU-T T.81 (JPEG: COM), W3C PNG (tEXt), CompuServe GIF89a (comment extension).
 */
final class ImageComment {

    private static final int PNG_SIGNATURE_AND_HEADER = 33;
    private static final int GIF_HEADER = 13;

    private ImageComment() {}

    /**
     * The file with a comment.
     *
     * @param file a whole image; a JPEG begins with its JFIF segment
     * @param comment ASCII, 1 to 255 characters
     */
    static byte[] add(Format format, byte[] file, String comment) {
        byte[] part = part(format, comment);
        int at = position(format, file);
        return ByteBuffer.allocate(file.length + part.length)
                .put(file, 0, at)
                .put(part)
                .put(file, at, file.length - at)
                .array();
    }

    /** How many bytes a comment adds to a file. */
    static int size(Format format, String comment) {
        return part(format, comment).length;
    }

    private static int position(Format format, byte[] file) {
        return switch (format) {
            // JFIF requires its own segment to be the first.
            case JPEG -> 4 + Short.toUnsignedInt(ByteBuffer.wrap(file).getShort(4));
            case PNG -> PNG_SIGNATURE_AND_HEADER;
            case GIF -> GIF_HEADER + colorTable(file[10]);
        };
    }

    private static byte[] part(Format format, String comment) {
        byte[] text = comment.getBytes(StandardCharsets.US_ASCII);
        return switch (format) {
            case JPEG -> jpegSegment(text);
            case PNG -> pngChunk(text);
            case GIF -> gifExtension(text);
        };
    }

    private static byte[] jpegSegment(byte[] text) {
        return ByteBuffer.allocate(4 + text.length)
                .putShort((short) 0xfffe)
                .putShort((short) (2 + text.length))
                .put(text)
                .array();
    }

    private static byte[] pngChunk(byte[] text) {
        byte[] start = "tEXtComment\0".getBytes(StandardCharsets.US_ASCII);
        byte[] typeAndData = ByteBuffer.allocate(start.length + text.length)
                .put(start)
                .put(text)
                .array();
        CRC32 crc = new CRC32();
        crc.update(typeAndData);
        return ByteBuffer.allocate(8 + typeAndData.length)
                .putInt(typeAndData.length - 4)
                .put(typeAndData)
                .putInt((int) crc.getValue())
                .array();
    }

    private static byte[] gifExtension(byte[] text) {
        return ByteBuffer.allocate(4 + text.length)
                .putShort((short) 0x21fe)
                .put((byte) text.length)
                .put(text)
                .put((byte) 0)
                .array();
    }

    /** The size of the global color table, from the flags of the header. */
    private static int colorTable(byte flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 0x07) + 1);
    }
}
