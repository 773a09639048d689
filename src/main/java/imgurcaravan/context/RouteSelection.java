package imgurcaravan.context;

import imgurcaravan.run.Settings;
import imgurcaravan.run.SettingsException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.CamelContextHelper;

/**
 * Starts only those of our routes that this process needs, and checks that all routes which belong together exist.
 *
 * <p>A route file cannot configure this itself: Camel's YAML schema allows no placeholder for {@code autoStartup}. So a
 * user's own queue file need not do so either.
 */
final class RouteSelection extends ModelLifecycleStrategySupport implements StartupListener {

    private static final String POLL = "imgur-poll";
    private static final String OVERDUE = "imgur-overdue";
    private static final String ENQUEUE = "image-enqueue";
    private static final String WORKER = "image-worker";
    private static final String DOWNLOAD = "image-download";

    private static final Set<String> OURS = Set.of(POLL, OVERDUE, ENQUEUE, WORKER, DOWNLOAD);

    private final CamelContext context;

    RouteSelection(CamelContext context) {
        this.context = context;
    }

    /** Looks at the existing routes and at all that are added later. */
    void apply() {
        Model model = model();
        model.getRouteDefinitions().forEach(this::select);
        model.addModelLifecycleStrategy(this);
        try {
            context.addStartupListener(this);
        } catch (Exception e) {
            throw new IllegalStateException("A context that is being initialized takes startup listeners", e);
        }
    }

    private Model model() {
        return context.getCamelContextExtension().getContextPlugin(Model.class);
    }

    private Settings settings() {
        return CamelContextHelper.mandatoryLookup(context, "imgur-settings", Settings.class);
    }

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        select(route);
    }

    private void select(RouteDefinition route) {
        String id = route.getRouteId();
        if (id != null && OURS.contains(id) && !takesPart(id, settings())) {
            route.setAutoStartup("false");
        }
    }

    private static boolean takesPart(String id, Settings settings) {
        boolean polls = settings.poll().enabled();
        return switch (id) {
            case POLL -> polls;
            case OVERDUE -> polls && !settings.isQueueInProcess();
            // A worker does not need the results of images, which a queue may have to report to the senders.
            case ENQUEUE -> polls || settings.requeue().enabled();
            case WORKER -> settings.download().enabled();
            default -> true;
        };
    }

    /** @throws SettingsException if one of the routes that belong together is missing: Camel would do nothing */
    @Override
    public void onCamelContextStarting(CamelContext camelContext, boolean alreadyStarted) {
        Model model = model();
        if (OURS.stream().allMatch(id -> model.getRouteDefinition(id) == null)) {
            return;
        }
        Settings settings = settings();
        Stream<String> needed = Stream.concat(
                settings.poll().enabled() ? Stream.of(POLL) : Stream.of(), Stream.of(ENQUEUE, WORKER, DOWNLOAD));
        List<String> missing =
                needed.filter(id -> model.getRouteDefinition(id) == null).toList();
        if (!missing.isEmpty()) {
            throw new SettingsException("There is no route " + String.join(", ", missing)
                    + " (a file whose root is not a list is ignored by Camel)");
        }
    }

    @Override
    public void onCamelContextStarted(CamelContext camelContext, boolean alreadyStarted) {
        // Everything has been checked by then.
    }
}
