package imgurcaravan.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * Cheap bytes in the shape of each format that the application keeps, of exactly the size wanted.
 *
 * <p>The structure is right from the first byte to the end marker, and what it holds is noise: enough for everything
 * but looking at it. The same seed and size give the same bytes.
 */
public final class Samples {

    /** The least size, in bytes, that every format can have; {@link #jpegWithThumbnail} needs 1,342. */
    public static final int SMALLEST = 256;

    private static final int THUMBNAIL = 1024;

    private Samples() {}

    /** A sample of this MIME type. */
    public static byte[] of(String mime, long seed, int size) {
        return switch (mime) {
            case "image/jpeg" -> jpeg(seed, size);
            case "image/png" -> png(seed, size);
            case "image/gif" -> gif(seed, size);
            case "video/mp4" -> mp4(seed, size);
            case "image/webp" -> webp(seed, size);
            default -> throw new IllegalArgumentException("no sample of " + mime);
        };
    }

    /** A JFIF file: SOI, APP0, DQT, SOF0, DHT, SOS, stuffed entropy bytes, EOI. */
    public static byte[] jpeg(long seed, int size) {
        return jpeg(seed, size, new byte[0]);
    }

    /** Like {@link #jpeg}, with an EXIF segment that holds a whole smaller JPEG, its end marker included. */
    public static byte[] jpegWithThumbnail(long seed, int size) {
        byte[] thumbnail = jpeg(seed + 1, THUMBNAIL);
        ByteBuffer exif = ByteBuffer.allocate(4 + 6 + 68 + THUMBNAIL);
        exif.putShort((short) 0xFFE1).putShort((short) (exif.capacity() - 2));
        exif.put(ascii("Exif\0\0MM\0*")).putInt(8);
        // First directory: the orientation. Its next one, at 26, tells where the thumbnail is.
        exif.putShort((short) 1);
        tag(exif, 0x0112, 3, 1 << 16).putInt(26);
        exif.putShort((short) 3);
        tag(exif, 0x0103, 3, 6 << 16);
        tag(exif, 0x0201, 4, 68);
        tag(exif, 0x0202, 4, THUMBNAIL).putInt(0);
        return jpeg(seed, size, exif.put(thumbnail).array());
    }

    /** A PNG file: signature, IHDR, IDAT chunks of up to 8 KiB, but at least two, IEND. The checksums are right. */
    public static byte[] png(long seed, int size) {
        ByteBuffer png = ByteBuffer.allocate(atLeast(120, size));
        SplittableRandom random = new SplittableRandom(seed);
        png.putLong(0x89504E470D0A1A0AL);
        ByteBuffer header = ByteBuffer.allocate(13).putInt(640).putInt(480).put(new byte[] {8, 2, 0, 0, 0});
        chunk(png, "IHDR", header.array());
        // Room for the first chunk, a second one, and the end.
        int most = Math.min(8192, (png.remaining() - 12 - 24) / 2);
        while (png.remaining() > 12) {
            int left = png.remaining() - 24;
            // What a further chunk has no room for goes into this one.
            chunk(png, "IDAT", noise(random, left < most + 13 ? left : most));
        }
        chunk(png, "IEND", new byte[0]);
        return png.array();
    }

    /** A GIF89a file: screen descriptor, colour table, graphic control, one image in LZW sub-blocks, trailer. */
    public static byte[] gif(long seed, int size) {
        ByteBuffer gif = ByteBuffer.allocate(atLeast(64, size));
        gif.order(ByteOrder.LITTLE_ENDIAN);
        SplittableRandom random = new SplittableRandom(seed);
        gif.put(ascii("GIF89a")).putShort((short) 640).putShort((short) 480);
        // A table of four colours follows.
        gif.put(new byte[] {(byte) 0x81, 0, 0}).put(noise(random, 12));
        gif.put(new byte[] {0x21, (byte) 0xF9, 4, 0, 10, 0, 0, 0});
        gif.put((byte) 0x2C).putInt(0).putShort((short) 640).putShort((short) 480);
        gif.put((byte) 0).put((byte) 2);
        while (gif.remaining() > 2) {
            int left = gif.remaining() - 3;
            // A single byte left over would have no room for a block of its own.
            int length = left == 256 ? 254 : Math.min(255, left);
            gif.put((byte) length).put(noise(random, length));
        }
        return gif.put((byte) 0).put((byte) 0x3B).array();
    }

    /** An MP4 file with the index last: ftyp, free, mdat, moov. */
    public static byte[] mp4(long seed, int size) {
        return mp4(seed, size, false);
    }

    /** An MP4 file with the index first: ftyp, free, moov, mdat. */
    public static byte[] mp4MoovFirst(long seed, int size) {
        return mp4(seed, size, true);
    }

    /** A WebP file: RIFF with one VP8 chunk, of odd length plus its padding byte when the seed is odd. */
    public static byte[] webp(long seed, int size) {
        if (size % 2 != 0) {
            throw new IllegalArgumentException("a RIFF file is padded to an even size: " + size);
        }
        ByteBuffer webp = ByteBuffer.allocate(atLeast(64, size));
        webp.order(ByteOrder.LITTLE_ENDIAN);
        int padding = (int) (seed & 1);
        webp.put(ascii("RIFF")).putInt(size - 8).put(ascii("WEBPVP8 ")).putInt(size - 20 - padding);
        // A key frame that is shown, its start code, and its width and height.
        webp.put(new byte[] {0x10, 2, 0, (byte) 0x9D, 1, 0x2A})
                .putShort((short) 640)
                .putShort((short) 480);
        return webp.put(noise(new SplittableRandom(seed), webp.remaining() - padding))
                .array();
    }

    /** An HTML page, as sent in place of an image or when Imgur is over capacity. */
    public static byte[] html() {
        return """
            <!DOCTYPE html>
            <html lang="en"><head><title>Imgur: The magic of the Internet</title></head>
            <body><h1>Imgur is over capacity!</h1></body></html>
            """.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A PNG of 503 bytes, like the one that Imgur shows for a removed image. Its MD5 is not that of the real one: only
     * the address, {@code /removed.png}, and the size are alike.
     */
    public static byte[] removedPng() {
        return png(0, 503);
    }

    /** The SHA-256 in lower-case hex. */
    public static String sha256(byte[] bytes) {
        MessageDigest digest = digest("SHA-256");
        digest.update(bytes);
        return hex(digest);
    }

    /** The MD5 in lower-case hex. */
    public static String md5(byte[] bytes) {
        MessageDigest digest = digest("MD5");
        digest.update(bytes);
        return hex(digest);
    }

    static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static byte[] jpeg(long seed, int size, byte[] extra) {
        ByteBuffer jpeg = ByteBuffer.allocate(atLeast(extra.length + 240, size));
        jpeg.putInt(0xFFD8FFE0).putShort((short) 16).put(ascii("JFIF\0\1\1\0\0\1\0\1\0\0"));
        jpeg.put(extra);
        segment(jpeg, 0xFFDB, "00" + "10".repeat(64));
        segment(jpeg, 0xFFC0, "0801E0028001" + "011100");
        // Twelve codes of direct current, then fifteen of four bits of alternating current.
        segment(jpeg, 0xFFC4, "00" + "00010501010101010100000000000000" + "000102030405060708090A0B");
        segment(jpeg, 0xFFC4, "10" + "0000000F000000000000000000000000" + "000102031112132122233132334151");
        segment(jpeg, 0xFFDA, "01" + "0100" + "003F00");
        byte[] entropy = noise(new SplittableRandom(seed), jpeg.remaining() - 2);
        for (int i = 0; i < entropy.length; i++) {
            if (entropy[i] == (byte) 0xFF) {
                entropy[i] = i + 1 < entropy.length ? entropy[i] : 0x7F;
                i++;
                if (i < entropy.length) {
                    entropy[i] = 0;
                }
            }
        }
        return jpeg.put(entropy).putShort((short) 0xFFD9).array();
    }

    private static byte[] mp4(long seed, int size, boolean moovFirst) {
        ByteBuffer mp4 = ByteBuffer.allocate(atLeast(200, size));
        mp4.putInt(24).put(ascii("ftypisom")).putInt(512).put(ascii("isommp42"));
        mp4.putInt(8).put(ascii("free"));
        ByteBuffer moov = ByteBuffer.allocate(116).putInt(116).put(ascii("moov"));
        // A movie header of 1,000 units a second that lasts four seconds, at full rate and volume.
        moov.putInt(108)
                .put(ascii("mvhd"))
                .putInt(0)
                .putLong(0)
                .putInt(1000)
                .putInt(4000)
                .putInt(0x10000);
        moov.putShort((short) 0x100).putInt(104, 0).putInt(112, 2).rewind();
        if (moovFirst) {
            mp4.put(moov);
        }
        int data = mp4.remaining() - moov.remaining();
        mp4.putInt(data).put(ascii("mdat")).put(noise(new SplittableRandom(seed), data - 8));
        return mp4.put(moov).array();
    }

    private static int atLeast(int least, int size) {
        if (size < least) {
            throw new IllegalArgumentException(size + " bytes are too few, at least " + least);
        }
        return size;
    }

    private static byte[] noise(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void segment(ByteBuffer jpeg, int marker, String hex) {
        byte[] content = HexFormat.of().parseHex(hex);
        jpeg.putShort((short) marker).putShort((short) (content.length + 2)).put(content);
    }

    private static ByteBuffer tag(ByteBuffer exif, int tag, int type, int value) {
        return exif.putShort((short) tag).putShort((short) type).putInt(1).putInt(value);
    }

    private static void chunk(ByteBuffer png, String type, byte[] data) {
        CRC32 sum = new CRC32();
        sum.update(ascii(type));
        sum.update(data);
        png.putInt(data.length).put(ascii(type)).put(data).putInt((int) sum.getValue());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
