package imgurcaravan.image;

import java.io.IOException;

/** A response that is not the whole image; a retry may succeed. */
public final class ImageIncompleteException extends IOException {

    private static final long serialVersionUID = 1L;

    /** @param reason for the log line, without the image's name */
    public ImageIncompleteException(String reason) {
        super(reason);
    }

    public ImageIncompleteException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
