package imgurcaravan.gallery;

import java.io.IOException;

/** An answer of the API that is no page now but may be one later: over capacity, limits, server errors, garbage. */
public final class ApiBusyException extends IOException {

    private static final long serialVersionUID = 1L;

    public ApiBusyException(String reason) {
        super(reason);
    }
}
