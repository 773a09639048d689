package imgurcaravan.run;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Starts only the routes that this process has a part in.
 *
 * <p>A route file cannot say so itself: Camel's YAML schema allows no placeholder for {@code autoStartup}. This way a
 * queue file of one's own need not say it either.
 */
public final class RouteSelection {

    /** So that even a thousand consumers that wait cost next to nothing: each one wakes up so often. */
    private static final int LEAST_POLL_TIMEOUT_MILLIS = 10;

    private Settings settings;

    public void setSettings(Settings settings) {
        this.settings = settings;
    }

    /**
     * Sees to it that the poll, or the worker, is not started where {@code imgur.*.enabled} is false, nor what this
     * queue has no use for.
     */
    public void assign() {
        rememberIntrospection(settings.getCamelContext());
        settings.getCamelContext().addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onEndpointAdd(Endpoint endpoint) {
                if (settings.once()) {
                    shortenIdling(endpoint);
                }
            }

            @Override
            public void onContextStarting(CamelContext context) {
                exclude(context);
            }
        });
    }

    /** A process that ends with its poll is not to wait for consumers of ours that have nothing to do. */
    private void shortenIdling(Endpoint endpoint) {
        if (endpoint instanceof SedaEndpoint queue && queue.getEndpointUri().startsWith("seda://imgur-")) {
            int enough = Math.max(LEAST_POLL_TIMEOUT_MILLIS, settings.concurrency());
            queue.setPollTimeout(Math.min(queue.getPollTimeout(), enough));
        }
    }

    /** Not sooner, as Camel Main sets the pattern to its own when the routes are loaded. */
    private void exclude(CamelContext context) {
        List<String> idle = new ArrayList<>();
        if (context.getAutoStartupExcludePattern() != null) {
            idle.add(context.getAutoStartupExcludePattern());
        }
        if (!settings.pollEnabled()) {
            idle.add("imgur-poll");
        }
        if (!settings.pollEnabled() || settings.isQueueInProcess()) {
            idle.add("imgur-overdue");
        }
        if (!settings.pollEnabled() && !settings.requeue()) {
            // Nor has a worker a use for what came of images, which is what a queue may have to tell those who send
            // them.
            idle.add("image-enqueue");
        }
        if (!settings.downloadEnabled()) {
            idle.add("image-worker");
        }
        if (!idle.isEmpty()) {
            context.setAutoStartupExcludePattern(String.join(",", idle));
        }
    }

    /**
     * Camel looks at all methods of a bean again for each step and each error handler that names it, unless this
     * component runs, and by itself it runs only after the routes are built: three quarters of what a start allocates.
     */
    private static void rememberIntrospection(CamelContext context) {
        ServiceHelper.startService(context.getComponent("bean"));
    }
}
