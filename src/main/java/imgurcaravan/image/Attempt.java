package imgurcaravan.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** One attempt to download one image: its part file and its reserved name. Not thread-safe. */
final class Attempt {

    private final Image image;
    private final Path part;
    private final long startNanos = System.nanoTime();
    private ImageType type;
    private NameReservation reservation;

    Attempt(Image image, Path part) {
        this.image = image;
        this.part = part;
    }

    Image image() {
        return image;
    }

    Path part() {
        return part;
    }

    /** The same file under a second name in the same folder, from which it is renamed to its final name. */
    Path wholePart() {
        String name = part.getFileName().toString();
        return part.resolveSibling(name.substring(0, name.length() - "part".length()) + "whole.part");
    }

    /** Where its sidecar may be written before it is renamed to its final name. */
    Path sidecarPart() {
        String name = part.getFileName().toString();
        return part.resolveSibling(name.substring(0, name.length() - "part".length()) + "json.part");
    }

    /** Records what the part file holds, once it is complete. */
    void received(ImageType receivedType) {
        type = receivedType;
    }

    ImageType type() {
        return type;
    }

    /** Sets which name the final file has, once its type is known. */
    void reserved(NameReservation name) {
        reservation = name;
    }

    NameReservation reservation() {
        return reservation;
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** Deletes what is not in place by now, and releases the name. */
    void cleanUp() throws IOException {
        if (reservation != null) {
            reservation.release();
        }
        Files.deleteIfExists(part);
        Files.deleteIfExists(wholePart());
        Files.deleteIfExists(sidecarPart());
    }
}
