package imgurcaravan.image;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** One attempt at one image: where it has been sent, and the part file that it fills. Not thread-safe. */
final class Attempt {

    /** Imgur's own chains have two hops. */
    static final int MAX_REDIRECTS = 5;

    private final Image image;
    private final Path part;
    private final long startNanos = System.nanoTime();
    private URI location;
    private ImageType type;
    private NameReservation place;
    private int redirects;

    Attempt(Image image, URI location, Path part) {
        this.image = image;
        this.location = location;
        this.part = part;
    }

    Image image() {
        return image;
    }

    Path part() {
        return part;
    }

    /** The same file under a second name in the same folder, from which only a rename leads to the final one. */
    Path wholePart() {
        String name = part.getFileName().toString();
        return part.resolveSibling(name.substring(0, name.length() - "part".length()) + "whole.part");
    }

    /** Where its sidecar may be written before it is renamed to its final name. */
    Path sidecarPart() {
        String name = part.getFileName().toString();
        return part.resolveSibling(name.substring(0, name.length() - "part".length()) + "json.part");
    }

    /** Notes what the part file holds, whole. */
    void received(ImageType receivedType) {
        type = receivedType;
    }

    ImageType type() {
        return type;
    }

    /** Sets where the final file belongs, once its type is known. */
    void place(NameReservation claimed) {
        place = claimed;
    }

    NameReservation place() {
        return place;
    }

    URI location() {
        return location;
    }

    /** @throws ImageRefusedException if it has been sent on too often */
    void redirect(URI target) throws ImageRefusedException {
        redirects++;
        if (redirects > MAX_REDIRECTS) {
            throw new ImageRefusedException("more than " + MAX_REDIRECTS + " redirects");
        }
        location = target;
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** Deletes what is not in place by now, and lets go of its name. */
    void cleanUp() throws IOException {
        if (place != null) {
            place.release();
        }
        Files.deleteIfExists(part);
        Files.deleteIfExists(wholePart());
        Files.deleteIfExists(sidecarPart());
    }
}
