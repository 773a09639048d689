package imgurcaravan.http;

import java.io.InterruptedIOException;

/** An answer that was not complete when its time was up. */
public final class TransferTimeoutException extends InterruptedIOException {

    private static final long serialVersionUID = 1L;

    TransferTimeoutException(String message, Throwable cause) {
        super(message);
        initCause(cause);
    }
}
