package imgurcaravan.http;

import imgurcaravan.run.Settings;
import java.io.InterruptedIOException;
import java.time.Clock;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * The two services that may ask us to wait, each with a {@link RateLimitGate} of its own: Imgur's API and its image hosts.
 *
 * <p>Each {@code await} is a step of a route, before the clock of a transfer starts.
 */
public final class RateLimitGates implements CamelContextAware {

    private CamelContext camelContext;
    private RateLimitGate api;
    private RateLimitGate images;

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        camelContext.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext context) {
                api.abandon();
                images.abandon();
            }
        });
    }

    public void setSettings(Settings settings) {
        api = new RateLimitGate("Questions to the API", settings.httpBackOff(), Clock.systemUTC());
        images = new RateLimitGate("Downloads", settings.httpBackOff(), Clock.systemUTC());
    }

    public RateLimitGate api() {
        return api;
    }

    public RateLimitGate images() {
        return images;
    }

    /**
     * Waits until the API may be asked.
     *
     * @throws InterruptedIOException if the process is stopping
     */
    public void awaitApi() throws InterruptedIOException {
        await(api);
    }

    /**
     * Waits until the image hosts may be asked.
     *
     * @throws InterruptedIOException if the process is stopping
     */
    public void awaitImages() throws InterruptedIOException {
        await(images);
    }

    private static void await(RateLimitGate pause) throws InterruptedIOException {
        try {
            if (!pause.await()) {
                throw new InterruptedIOException("the process is stopping");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException stopped = new InterruptedIOException("the process is stopping");
            stopped.initCause(e);
            throw stopped;
        }
    }
}
