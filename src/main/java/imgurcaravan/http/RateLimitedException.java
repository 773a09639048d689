package imgurcaravan.http;

import java.io.IOException;

/**
 * A server said to wait. The {@link RateLimitGate} that it closed does the waiting; then the same request can be
 * retried.
 */
public final class RateLimitedException extends IOException {

    private static final long serialVersionUID = 1L;

    public RateLimitedException(String reason) {
        super(reason);
    }
}
