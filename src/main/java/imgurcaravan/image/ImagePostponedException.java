package imgurcaravan.image;

import java.io.IOException;

/** An attempt that cannot begin yet; this is no failure. */
final class ImagePostponedException extends IOException {

    private static final long serialVersionUID = 1L;

    ImagePostponedException(String reason) {
        super(reason);
    }
}
