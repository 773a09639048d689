package imgurcaravan.image;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * An open part file. Whatever fails here is a {@link DiskException}, so that nobody takes the trouble of a disk for that
 * of a server.
 */
final class PartFile implements Closeable {

    /** A write that fails with less room than this fails for want of room. */
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

    /** A new file, to be written and read. */
    static PartFile create(Path path) throws IOException {
        return new PartFile(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Flushes a file to disk: after this it outlasts a power failure. */
    static void flush(Path path) throws IOException {
        try (PartFile file = new PartFile(path, StandardOpenOption.WRITE)) {
            try {
                file.channel.force(false);
            } catch (IOException e) {
                throw file.trouble(e, file.channel.size());
            }
        }
    }

    /**
     * Writes all of the bytes.
     *
     * @param size how large the file is to become, as far as is known, to tell how much room it lacks
     */
    void write(ByteBuffer bytes, long size) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw trouble(e, size);
        }
    }

    int read(ByteBuffer bytes, long position) throws IOException {
        try {
            return channel.read(bytes, position);
        } catch (IOException e) {
            throw trouble(e, 0);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } catch (IOException e) {
            throw trouble(e, 0);
        }
    }

    private IOException trouble(IOException e, long size) {
        if (e instanceof ClosedByInterruptException) {
            return e;
        }
        boolean full = size > 0
                && path.toFile().getUsableSpace() < NO_ROOM
                // Of a file that is gone the space is zero too.
                && Files.exists(path);
        return full ? DiskException.full(e, size) : DiskException.writing(e);
    }
}
