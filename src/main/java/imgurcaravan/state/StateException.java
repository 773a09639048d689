package imgurcaravan.state;

/** The state file could not be read or written; its content is unchanged. */
public final class StateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message one line that names the file */
    StateException(String message, Throwable cause) {
        super(message, cause);
    }
}
