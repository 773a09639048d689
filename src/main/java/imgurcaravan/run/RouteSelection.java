package imgurcaravan.run;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Starts only the routes that this process has a part in.
 *
 * <p>A route file cannot say so itself: Camel's YAML schema allows no placeholder for {@code autoStartup}. This way a
 * queue file of one's own need not say it either.
 */
public final class RouteSelection {

    private Settings settings;

    public void setSettings(Settings settings) {
        this.settings = settings;
    }

    /**
     * Sees to it that the poll, or the worker, is not started where {@code imgur.*.enabled} is false, nor what this
     * queue has no use for.
     */
    public void assign() {
        settings.getCamelContext().addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStarting(CamelContext context) {
                exclude(context);
            }
        });
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
}
