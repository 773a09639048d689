package imgurcaravan.image;

import imgurcaravan.run.Polls;
import java.io.IOException;
import org.apache.camel.Exchange;

/**
 * Decides whether a failed download is retried, by the numbers that the calling route configuration passes.
 *
 * <p>Camel's redelivery counter is a header, which an HTTP response replaces; so each kind of failure is counted here.
 */
public final class ImageRetries {

    private static final String WAITS = "imgurWaits";
    private static final String FAILURES = "imgurFailures";
    private static final String WRITE_FAILURES = "imgurWriteFailures";

    private final Polls polls;
    private final DiskSpaceGate disk;

    public ImageRetries(Polls polls, DiskSpaceGate disk) {
        this.polls = polls;
        this.disk = disk;
    }

    /**
     * Whether a retry is allowed after a fault of the network or the server.
     *
     * @param attempts the maximum number of attempts that may fail so
     */
    public boolean mayRetry(Exchange exchange, int attempts) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (ImageFailures.isRefused(thrown)) {
            return false;
        }
        return thrown instanceof IOException && count(exchange, FAILURES) < attempts && !polls.isStopping();
    }

    /**
     * Whether a retry is allowed once a rate limit is lifted. Waiting does not count as an attempt, but no image may
     * wait forever.
     *
     * @param waits the maximum number of waits
     */
    public boolean mayWait(Exchange exchange, int waits) {
        return count(exchange, WAITS) <= waits && !polls.isStopping();
    }

    /** Whether a retry is allowed after an attempt that counts for nothing: it could not begin, or had no network. */
    public boolean mayPostpone() {
        return !polls.isStopping();
    }

    /**
     * Whether a retry is allowed for an image that could not be written. While the disk is the cause, there is no
     * limit.
     *
     * @param attempts the maximum number of attempts that may fail so while the disk seems to work
     */
    public boolean mayWrite(Exchange exchange, int attempts) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (disk.isToBlame(thrown)) {
            return !polls.isStopping();
        }
        return count(exchange, WRITE_FAILURES) < attempts && !polls.isStopping();
    }

    private static int count(Exchange exchange, String property) {
        int count = exchange.getProperty(property, 0, Integer.class) + 1;
        exchange.setProperty(property, count);
        return count;
    }
}
