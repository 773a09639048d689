package imgurcaravan.image;

import imgurcaravan.http.FailureReasons;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Quantity;
import imgurcaravan.run.Settings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses all downloads while no image host can be reached, and resumes them when one responds.
 *
 * <p>A pause begins when different images in a row got no connection, for at least {@code imgur.download.backoff}, and
 * no host responded in between: one image whose own host is away does not hold up the others. During a pause one image
 * at a time is tried, after waits that double up to 32 times the first; failures do not count as attempts. An image
 * waits for 600 times the first wait at most, 10 minutes by default; then its attempts count, so that no image waits
 * forever. In a process that is to end, the limit is that of the whole pause. A pause is logged in one line when it
 * begins and one when it ends. Thread-safe.
 */
public final class NetworkGate {

    private static final int MOST_DOUBLINGS = 5;
    private static final int LONGEST = 600;
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String WAITED = "imgurNetworkWait";
    private static final String PROBES = "imgurNetworkProbe";

    private static final Logger LOG = LoggerFactory.getLogger(NetworkGate.class);

    private final Object monitor = new Object();
    private final Settings settings;
    private final Polls polls;
    private final long backOffNanos;
    private final long longestNanos;

    /** The first image without a connection since a host last responded, or null. */
    private String unconnected;

    private long unconnectedNanos;
    private boolean away;
    private int probes;
    private long nextProbeNanos;

    public NetworkGate(CamelContext camelContext, Settings settings, Polls polls) {
        this.settings = settings;
        this.polls = polls;
        backOffNanos = settings.download().backoff().toNanos();
        longestNanos = Math.min(LONGEST * backOffNanos, LIMIT.toNanos());
        camelContext.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext context) {
                synchronized (monitor) {
                    monitor.notifyAll();
                }
            }
        });
    }

    /**
     * Waits until a host can be reached again, or it is this image's turn to try.
     *
     * @throws ImageIncompleteException if the process is stopping meanwhile, so that the image stays in its queue
     */
    public void await(Exchange exchange) throws ImageIncompleteException {
        synchronized (monitor) {
            long since = System.nanoTime() - waited(exchange);
            while (away) {
                if (polls.isStopping()) {
                    throw new ImageIncompleteException("the process is stopping");
                }
                long now = System.nanoTime();
                exchange.setProperty(WAITED, now - since);
                long left = Math.min(nextProbeNanos - now, longestNanos - waited(exchange));
                if (left <= 0) {
                    // Another may try if nothing is heard of this one.
                    nextProbeNanos = now + settings.download().timeout().toNanos();
                    exchange.setProperty(PROBES, true);
                    return;
                }
                rest(left);
            }
        }
    }

    private long waited(Exchange exchange) {
        return settings.poll().once()
                ? System.nanoTime() - unconnectedNanos
                : exchange.getProperty(WAITED, 0L, Long.class);
    }

    private void rest(long nanos) throws ImageIncompleteException {
        try {
            TimeUnit.NANOSECONDS.timedWait(monitor, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageIncompleteException("the process is stopping", e);
        }
    }

    /** Records that an image host responded, whatever it said. */
    public void reached() {
        synchronized (monitor) {
            if (away) {
                LOG.info(
                        "Downloads resumed: an image host responded after {}",
                        Quantity.formatDuration(Duration.ofNanos(System.nanoTime() - unconnectedNanos)));
                away = false;
                monitor.notifyAll();
            }
            unconnected = null;
        }
    }

    /** Records that an image got no connection, and decides whether it waits, which does not count as an attempt. */
    public boolean isAway(Exchange exchange) {
        String id = exchange.getProperty(Downloads.IMAGE, Image.class).id();
        synchronized (monitor) {
            long now = System.nanoTime();
            if (unconnected == null) {
                unconnected = id;
                unconnectedNanos = now;
            }
            if (!away) {
                if (unconnected.equals(id) || now - unconnectedNanos < backOffNanos) {
                    return false;
                }
                Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
                // Errors can echo what was sent.
                LOG.warn(
                        "Downloads paused: several images in a row got no connection; the last: {}",
                        settings.secrets().mask(FailureReasons.of(thrown)));
                away = true;
                probes = 0;
                nextProbeNanos = now + backOffNanos;
            } else if (exchange.removeProperty(PROBES) != null) {
                probes = Math.min(probes + 1, MOST_DOUBLINGS);
                nextProbeNanos = now + (backOffNanos << probes);
                monitor.notifyAll();
            }
            return waited(exchange) < longestNanos;
        }
    }
}
