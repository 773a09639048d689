package imgurcaravan.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The types of image that can be kept, recognized by their first bytes, never by a name or a header. */
enum ImageType {
    JPEG("image/jpeg", "jpg"),
    PNG("image/png", "png"),
    GIF("image/gif", "gif"),
    MP4("video/mp4", "mp4"),
    WEBP("image/webp", "webp");

    /** How many first bytes are needed to recognize the type. */
    static final int HEAD = 16;

    private static final byte[] PNG_MAGIC = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    /** The boxes that an MP4 or QuickTime movie begins with. */
    private static final List<String> MOVIE_BOXES = List.of("ftyp", "moov", "mdat", "wide", "free", "skip", "styp");

    /** ISO/IEC 23008-12, whole brands or their beginnings. */
    private static final List<String> HEIF_BRANDS = List.of("hei", "hev", "mif", "msf", "j2k");

    private final String mediaType;
    private final String extension;

    ImageType(String mediaType, String extension) {
        this.mediaType = mediaType;
        this.extension = extension;
    }

    String mediaType() {
        return mediaType;
    }

    /** The extension of a file of this type, without the dot. */
    String extension() {
        return extension;
    }

    /**
     * Recognizes the type of a body.
     *
     * @param head the first {@link #HEAD} bytes, or all of a shorter body
     */
    static Optional<ImageType> of(byte[] head) {
        if (startsWith(head, 0, (byte) 0xff, (byte) 0xd8, (byte) 0xff)) {
            return otherFormat(head).isEmpty() ? Optional.of(JPEG) : Optional.empty();
        }
        if (startsWith(head, 0, PNG_MAGIC)) {
            return Optional.of(PNG);
        }
        if (startsWith(head, 0, ascii("GIF87a")) || startsWith(head, 0, ascii("GIF89a"))) {
            return Optional.of(GIF);
        }
        if (startsWith(head, 0, ascii("RIFF")) && startsWith(head, 8, ascii("WEBP"))) {
            return Optional.of(WEBP);
        }
        boolean movie = MOVIE_BOXES.stream().anyMatch(box -> startsWith(head, 4, ascii(box)));
        return movie && otherFormat(head).isEmpty() ? Optional.of(MP4) : Optional.empty();
    }

    /**
     * Names a format of images that is not kept.
     *
     * @param head as for {@link #of}
     */
    static Optional<String> otherFormat(byte[] head) {
        if (startsWith(head, 0, (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xf7)) {
            return Optional.of("JPEG-LS");
        }
        // Still images use the box structure of MP4, with their own brands.
        if (!startsWith(head, 4, ascii("ftyp"))) {
            return Optional.empty();
        }
        if (startsWith(head, 8, ascii("avi"))) {
            return Optional.of("AVIF");
        }
        boolean heif = HEIF_BRANDS.stream().anyMatch(brand -> startsWith(head, 8, ascii(brand)));
        return heif ? Optional.of("HEIF") : Optional.empty();
    }

    private static boolean startsWith(byte[] bytes, int at, byte... wanted) {
        return bytes.length >= at + wanted.length
                && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
