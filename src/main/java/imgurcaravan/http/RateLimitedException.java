package imgurcaravan.http;

import java.io.IOException;

/** A server asked to wait. The {@link RateLimitGate} that it closed does the waiting; then the same question is right again. */
public final class RateLimitedException extends IOException {

    private static final long serialVersionUID = 1L;

    public RateLimitedException(String reason) {
        super(reason);
    }
}
