package imgurcaravan.demo;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What the stand-in image host has for a name: a file, or the record that it was deleted. */
public final class DemoFile {

    static final DemoFile DELETED = new DemoFile(null, null);

    private final String type;
    private final byte[] bytes;

    /** @param type media type */
    DemoFile(String type, byte[] bytes) {
        this.type = type;
        this.bytes = bytes;
    }

    public boolean isDeleted() {
        return bytes == null;
    }

    public String getType() {
        return type;
    }

    public byte[] getBytes() {
        return bytes;
    }

    /** The entity tag: the MD5 of the bytes, as Imgur's image host sends it. */
    public String getTag() {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(bytes);
            return '"' + HexFormat.of().formatHex(digest) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
