package imgurcaravan.http;

import java.io.IOException;

/** A proxy that cannot be reached or rejects a request. A retry may succeed. */
public final class ProxyException extends IOException {

    private static final long serialVersionUID = 1L;

    ProxyException(String reason) {
        super(reason);
    }

    ProxyException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
