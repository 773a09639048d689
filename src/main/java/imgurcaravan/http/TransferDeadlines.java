package imgurcaravan.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;

/**
 * Gives every transfer a deadline that ends slow drips, stalls and endless bodies.
 *
 * <p>The timeouts of HTTP clients limit the silence between two bytes, not the whole transfer. A route calls {@link
 * #begin} before its first request and {@link #end} after the last byte, on the same thread; in between, the HTTP
 * client hands each of its connections over (it is one of the client's interceptors). When the Camel context stops,
 * transfers in progress get {@link #GRACE} to finish.
 */
public final class TransferDeadlines implements ExecChainHandler {

    /** How long a transfer may continue after the process was told to stop; it has to exit within 10 s. */
    public static final Duration GRACE = Duration.ofSeconds(6);

    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final String TRANSFER = "imgurTransfer";

    private static final ThreadLocal<TransferDeadline> CURRENT = new ThreadLocal<>();

    private final Set<TransferDeadline> underWay = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor watchdog = newWatchdog();
    private final Duration limit;

    /** @param limit the time limit for one transfer */
    public TransferDeadlines(CamelContext camelContext, Duration limit) {
        this.limit = limit;
        camelContext.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext context) {
                underWay.forEach(transfer -> transfer.watch(schedule(transfer, GRACE)));
            }

            @Override
            public void onContextStopped(CamelContext context) {
                underWay.forEach(TransferDeadline::end);
                watchdog.shutdownNow();
            }
        });
    }

    private static ScheduledThreadPoolExecutor newWatchdog() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "imgur-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    /** Starts the clock for a transfer on this thread. */
    public void begin(Exchange exchange) {
        TransferDeadline transfer = new TransferDeadline(limit);
        underWay.add(transfer);
        transfer.watch(schedule(transfer, limit));
        CURRENT.set(transfer);
        exchange.setProperty(TRANSFER, transfer);
    }

    /** Ends the transfer that the exchange began, if any; a connection with unread bytes is closed. */
    public void end(Exchange exchange) {
        TransferDeadline transfer = (TransferDeadline) exchange.removeProperty(TRANSFER);
        if (transfer != null) {
            CURRENT.remove();
            underWay.remove(transfer);
            transfer.end();
        }
    }

    /** The transfer of an exchange between {@link #begin} and {@link #end}. */
    public static TransferDeadline of(Exchange exchange) {
        return exchange.getProperty(TRANSFER, TransferDeadline.class);
    }

    private ScheduledFuture<?> schedule(TransferDeadline transfer, Duration after) {
        // Repeated every second, since a request that was waiting for its connection may have got it just afterwards.
        return watchdog.scheduleWithFixedDelay(
                transfer::expire, after.toNanos(), AGAIN.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        TransferDeadline transfer = CURRENT.get();
        if (transfer == null) {
            throw new IllegalStateException("A request outside of a transfer would have no deadline");
        }
        transfer.attach(scope.execRuntime);
        try {
            return chain.proceed(request, scope);
        } catch (IOException e) {
            throw transfer.reason(e);
        } catch (HttpException | RuntimeException e) {
            if (transfer.isExpired()) {
                throw transfer.timeout(e);
            }
            if (e.getCause() instanceof HostRefusedException refused) {
                throw refused;
            }
            throw e;
        }
    }
}
