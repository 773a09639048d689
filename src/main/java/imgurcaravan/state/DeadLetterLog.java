package imgurcaravan.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The text file {@code imgur.dead-letters}: one JSON line for each new dead letter. Threads and processes may share it.
 */
public final class DeadLetterLog {

    private final Path file;

    public DeadLetterLog(Path file) {
        this.file = file;
    }

    /**
     * Appends a line and flushes it to disk. A line that broke off, on a full disk or at a power failure, is ended
     * first.
     *
     * @throws IOException if it cannot be written
     */
    public void append(FailedImage image) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        // A lock of the file, released when it is closed, keeps out other processes, but not other threads.
        synchronized (DeadLetterLog.class) {
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                channel.lock();
                String line = (endsInMidLine(channel) ? "\n" : "") + FailedImagePrinter.json(image) + "\n";
                ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
                channel.position(channel.size());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(false);
            }
        }
    }

    private static boolean endsInMidLine(FileChannel channel) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return channel.size() > 0 && channel.read(last, channel.size() - 1) == 1 && last.get(0) != '\n';
    }
}
