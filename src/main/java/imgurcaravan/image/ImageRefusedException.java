package imgurcaravan.image;

/** An image that no retry can bring: not found, removed, of a wrong type, too large. */
public final class ImageRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param reason for the log line, without the image's name */
    public ImageRefusedException(String reason) {
        super(reason);
    }
}
