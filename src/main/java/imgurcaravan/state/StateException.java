package imgurcaravan.state;

/** The state file could be neither read nor written; what it held before it still holds. */
public final class StateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message one line that names the file */
    StateException(String message, Throwable cause) {
        super(message, cause);
    }
}
