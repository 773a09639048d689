package imgurcaravan.image;

/** The archive could neither be asked nor added to; what it knew it still knows. */
public final class ArchiveException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message one line that names the file */
    public ArchiveException(String message, Throwable cause) {
        super(message, cause);
    }
}
