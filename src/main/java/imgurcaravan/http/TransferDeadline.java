package imgurcaravan.http;

import imgurcaravan.run.Quantity;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.classic.ExecRuntime;

/**
 * One exchange with a server, from the first request to the last byte, over as many redirects as it takes.
 *
 * <p>When its time is up the connection is closed under whoever reads from it. {@link #end} closes it too, unless the
 * answer was read to its end: then the connection is back in the pool by itself. Thread-safe.
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

    /** Takes charge of the connection of the next request, and gives up the one before. */
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

    /** Whether the time is up. */
    public synchronized boolean isExpired() {
        return expired;
    }

    /** Turns what a read threw into the reason that it had, which is the deadline once that is over. */
    public IOException reason(IOException thrown) {
        return isExpired() && !(thrown instanceof TransferTimeoutException) ? timeout(thrown) : thrown;
    }

    TransferTimeoutException timeout(Throwable cause) {
        return new TransferTimeoutException("not complete within " + Quantity.formatDuration(limit), cause);
    }
}
