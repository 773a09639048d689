package imgurcaravan.http;

import java.io.IOException;

/** A server asked to wait. The {@link Pause} that it closed does the waiting; then the same question is right again. */
public final class PausedException extends IOException {

    private static final long serialVersionUID = 1L;

    public PausedException(String reason) {
        super(reason);
    }
}
