package imgurcaravan.http;

import java.io.IOException;

/** A proxy that cannot be reached, or does not let a request pass. Another attempt may fare better. */
public final class ProxyException extends IOException {

    private static final long serialVersionUID = 1L;

    ProxyException(String reason) {
        super(reason);
    }

    ProxyException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
