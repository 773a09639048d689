package imgurcaravan.http;

import java.net.UnknownHostException;

/** A URL or address that may not be contacted. A retry would not help. */
public final class HostRefusedException extends UnknownHostException {

    private static final long serialVersionUID = 1L;

    public HostRefusedException(String reason) {
        super(reason);
    }
}
