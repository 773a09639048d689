package imgurcaravan.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An open part file. Every failure here is a {@link DiskException}, so that a disk fault is never mistaken for a server
 * fault.
 */
final class PartFile implements Closeable {

    /** A write that fails with less free space than this is taken to have failed for lack of space. */
    private static final long NO_ROOM = 65_536;

    private final Path path;
    private final FileChannel channel;

    private PartFile(Path path, OpenOption... options) throws IOException {
        this.path = path;
        try {
            channel = FileChannel.open(path, options);
        } catch (IOException e) {
            throw DiskException.writing(e);
        }
    }

    /** Creates a new file for writing. */
    static PartFile create(Path path) throws IOException {
        return new PartFile(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Flushes a file to disk: after this it survives a power failure. */
    static void flush(Path path) throws IOException {
        try (PartFile file = new PartFile(path, StandardOpenOption.WRITE)) {
            try {
                file.channel.force(false);
            } catch (IOException e) {
                throw file.failure(e, file.channel.size());
            }
        }
    }

    /** The MD5 of a file's bytes, as 32 hexadecimal digits in lower case. */
    static String md5(Path path) throws IOException {
        try (InputStream bytes = Files.newInputStream(path)) {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            bytes.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has MD5", e);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw DiskException.writing(e);
        }
    }

    /**
     * Writes all of the bytes.
     *
     * @param size the expected size of the file, as far as known, to compute how much space it lacks
     */
    void write(ByteBuffer bytes, long size) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw failure(e, size);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } catch (IOException e) {
            throw failure(e, 0);
        }
    }

    private IOException failure(IOException e, long size) {
        if (e instanceof ClosedByInterruptException) {
            return e;
        }
        boolean full = size > 0
                && path.toFile().getUsableSpace() < NO_ROOM
                // The space of a deleted file is zero too.
                && Files.exists(path);
        return full ? DiskException.full(e, size) : DiskException.writing(e);
    }
}
