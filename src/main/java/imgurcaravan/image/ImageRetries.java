package imgurcaravan.image;

import imgurcaravan.run.Polls;
import java.io.IOException;
import org.apache.camel.Exchange;

/**
 * Decides whether a download that failed is tried again, by the numbers of the route configuration that asks.
 *
 * <p>Camel's own counter is a header, which an HTTP response replaces; so each kind of failure is counted here.
 */
public final class ImageRetries {

    /** Exchange property: failures to write that the disk does not explain. */
    private static final String UNEXPLAINED = "imgurUnexplained";

    private static final String WAITS = "imgurWaits";

    private final Polls polls;
    private final DiskSpaceGate disk;

    public ImageRetries(Polls polls, DiskSpaceGate disk) {
        this.polls = polls;
        this.disk = disk;
    }

    /**
     * Whether another attempt may be made after a fault of the network or the server.
     *
     * @param attempts how many there may be
     */
    public boolean mayRetry(Exchange exchange, int attempts) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (ImageFailures.isRefused(thrown)) {
            return false;
        }
        int failures = count(exchange, Downloads.ATTEMPTS);
        return thrown instanceof IOException && failures < attempts && !polls.isStopping();
    }

    /**
     * Whether another attempt may be made once a server that limits us allows it again. Waiting counts as no attempt, but
     * an image for which it never ends must not wait for ever.
     *
     * @param waits how often it may have to wait
     */
    public boolean mayWait(Exchange exchange, int waits) {
        if (count(exchange, WAITS) <= waits) {
            return !polls.isStopping();
        }
        count(exchange, Downloads.ATTEMPTS);
        return false;
    }

    /**
     * Whether another attempt may be made at an image that could not be written. While the disk is to blame there is no
     * end to that.
     *
     * @param attempts how many there may be while the disk seems to be well
     */
    public boolean mayWrite(Exchange exchange, int attempts) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (disk.isToBlame(thrown)) {
            return !polls.isStopping();
        }
        count(exchange, UNEXPLAINED);
        return count(exchange, Downloads.ATTEMPTS) < attempts && !polls.isStopping();
    }

    private static int count(Exchange exchange, String property) {
        int count = exchange.getProperty(property, 0, Integer.class) + 1;
        exchange.setProperty(property, count);
        return count;
    }

    /** Whether an attempt of this exchange could not write although the disk seemed to be well. */
    static boolean isUnexplained(Exchange exchange) {
        return exchange.getProperty(UNEXPLAINED) != null;
    }
}
