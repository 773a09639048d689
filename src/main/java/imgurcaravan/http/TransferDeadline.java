package imgurcaravan.http;

import imgurcaravan.run.Quantity;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.classic.ExecRuntime;

/**
 * The deadline of one transfer, from the first request to the last byte, including redirects.
 *
 * <p>When it expires the connection is closed, even while somebody reads from it. {@link #end} closes it too, unless
 * the response was read to its end: then the connection has already returned to the pool. Thread-safe.
 */
public final class TransferDeadline {

    private final Duration limit;
    private Future<?> watchdog;
    private ExecRuntime connection;
    private boolean expired;
    private boolean ended;

    TransferDeadline(Duration limit) {
        this.limit = limit;
    }

    synchronized void watch(Future<?> newWatchdog) {
        if (watchdog != null) {
            watchdog.cancel(false);
        }
        if (ended) {
            newWatchdog.cancel(false);
        } else {
            watchdog = newWatchdog;
        }
    }

    /** Tracks the connection of the next request in place of the previous one. */
    synchronized void attach(ExecRuntime next) throws TransferTimeoutException {
        if (expired || ended) {
            throw timeout(null);
        }
        if (connection != null) {
            connection.discardEndpoint();
        }
        connection = next;
    }

    synchronized void expire() {
        if (!ended) {
            expired = true;
            abort();
        }
    }

    synchronized void end() {
        ended = true;
        if (watchdog != null) {
            watchdog.cancel(false);
        }
        abort();
    }

    private void abort() {
        if (connection != null) {
            connection.discardEndpoint();
        }
    }

    /** Whether it has expired. */
    public synchronized boolean isExpired() {
        return expired;
    }

    /** Turns what a read threw into its real reason, which is the deadline once that has expired. */
    public IOException reason(IOException thrown) {
        return isExpired() && !(thrown instanceof TransferTimeoutException) ? timeout(thrown) : thrown;
    }

    TransferTimeoutException timeout(Throwable cause) {
        return new TransferTimeoutException("not complete within " + Quantity.formatDuration(limit), cause);
    }
}
