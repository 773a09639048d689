package imgurcaravan.gallery;

import java.io.IOException;

/** A response of the API that is unusable now, while a retry may succeed: server errors, broken pages, garbage. */
public final class ApiUnavailableException extends IOException {

    private static final long serialVersionUID = 1L;

    public ApiUnavailableException(String reason) {
        super(reason);
    }
}
