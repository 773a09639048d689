package imgurcaravan.image;

import java.io.IOException;

/** A page that says that Imgur is over capacity, received instead of an image. */
final class OverCapacityException extends IOException {

    private static final long serialVersionUID = 1L;

    OverCapacityException() {
        super("an over-capacity page instead of an image");
    }
}
