package imgurcaravan.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The text file {@code imgur.dead-letters}: one JSON line for each new dead letter. Threads and processes may share it. */
public final class DeadLetterLog {

    private final Path file;
    private boolean whole;

    public DeadLetterLog(Path file) {
        this.file = file;
    }

    /**
     * Appends a line and flushes it to disk.
     *
     * @throws IOException if it cannot be written
     */
    public synchronized void append(FailedImage image) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        String line = (whole || !endsInMidLine() ? "" : "\n") + FailedImagePrinter.json(image) + "\n";
        whole = false;
        ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        }
        whole = true;
    }

    /**
     * Left by a full disk or a power failure. Checking before every write could see another process in the middle of a
     * line.
     */
    private boolean endsInMidLine() throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        ByteBuffer last = ByteBuffer.allocate(1);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.size() > 0 && channel.read(last, channel.size() - 1) == 1 && last.get(0) != '\n';
        }
    }
}
