package imgurcaravan.http;

import imgurcaravan.run.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * The {@link RateLimitGate}s of the two services that may limit us: Imgur's API and its image hosts.
 *
 * <p>A route calls {@code await} before the deadline of a transfer begins, and {@code limit} when a response says to
 * wait.
 */
public final class RateLimitGates {

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    private static final int PAGE_START = 4_096;
    private static final String OVER_CAPACITY = "imgurOverCapacity";

    private final RateLimitGate api;
    private final RateLimitGate images;

    public RateLimitGates(CamelContext camelContext, Settings settings) {
        api = new RateLimitGate("API requests", settings.http().backoff(), Clock.systemUTC());
        images = new RateLimitGate("Downloads", settings.http().backoff(), Clock.systemUTC());
        camelContext.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext context) {
                api.abandon();
                images.abandon();
            }
        });
    }

    public RateLimitGate api() {
        return api;
    }

    public RateLimitGate images() {
        return images;
    }

    /**
     * Waits until the API may be called.
     *
     * @throws InterruptedIOException if the process is stopping
     */
    public void awaitApi() throws InterruptedIOException {
        await(api);
    }

    /**
     * Waits until images may be requested.
     *
     * @throws InterruptedIOException if the process is stopping
     */
    public void awaitImages() throws InterruptedIOException {
        await(images);
    }

    private static void await(RateLimitGate gate) throws InterruptedIOException {
        try {
            if (!gate.await()) {
                throw new InterruptedIOException("the process is stopping");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException stopped = new InterruptedIOException("the process is stopping");
            stopped.initCause(e);
            throw stopped;
        }
    }

    /**
     * Whether the response of an image host says to wait: 429, 503 with a time in {@code Retry-After}, or an
     * over-capacity page with any error status.
     */
    public boolean isLimited(Exchange exchange) throws IOException {
        Message response = exchange.getMessage();
        int status = status(response);
        boolean overCapacity = status >= 400 && RateLimitHeaders.isOverCapacity(start(exchange));
        exchange.setProperty(OVER_CAPACITY, overCapacity);
        return overCapacity
                || status == TOO_MANY_REQUESTS
                || status == UNAVAILABLE
                        && RateLimitHeaders.of(response, Instant.now()).retryAt() != null;
    }

    /**
     * Holds all downloads until the time that the response of an image host names, or for a growing back-off.
     *
     * @throws RateLimitedException always: the request has to be retried
     */
    public void limitImages(Exchange exchange) throws RateLimitedException {
        Message response = exchange.getMessage();
        int status = status(response);
        boolean overCapacity = exchange.getProperty(OVER_CAPACITY, false, Boolean.class);
        String reason = "the server responded " + status + (overCapacity ? ", over capacity" : "");
        images.close(RateLimitHeaders.of(response, Instant.now()).opening(status == TOO_MANY_REQUESTS), reason);
        throw new RateLimitedException(reason);
    }

    private static int status(Message response) {
        return response.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
    }

    private static String start(Exchange exchange) throws IOException {
        InputStream body = exchange.getMessage().getBody(InputStream.class);
        try {
            return body == null ? "" : new String(body.readNBytes(PAGE_START), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw TransferDeadlines.of(exchange).reason(e);
        }
    }
}
