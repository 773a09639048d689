package imgurcaravan.http;

import java.io.InterruptedIOException;

/** A response that was not complete at its deadline. */
public final class TransferTimeoutException extends InterruptedIOException {

    private static final long serialVersionUID = 1L;

    TransferTimeoutException(String message, Throwable cause) {
        super(message);
        initCause(cause);
    }
}
