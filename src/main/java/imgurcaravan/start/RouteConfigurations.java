package imgurcaravan.start;

import imgurcaravan.run.SettingsException;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PatternHelper;

/** Checks that the route configurations which routes name exist: Camel ignores a name that does not. */
public final class RouteConfigurations {

    private RouteConfigurations() {}

    /**
     * Checks all routes of a context.
     *
     * @throws SettingsException if a configuration is missing; the message names the route that refers to it and the
     *     file
     */
    public static void require(CamelContext context) {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        for (RouteDefinition route : model.getRouteDefinitions()) {
            String chosen = route.getRouteConfigurationId();
            if (chosen == null) {
                continue;
            }
            for (String id : chosen.split(",", -1)) {
                if (model.getRouteConfigurationDefinitions().stream()
                        .noneMatch(configuration -> PatternHelper.matchPattern(configuration.getId(), id.strip()))) {
                    throw new SettingsException("There is no routeConfiguration " + id.strip() + ", which the route "
                            + route.getRouteId() + file(route.getResource()) + " chooses");
                }
            }
        }
    }

    private static String file(Resource resource) {
        return resource == null ? "" : " in " + resource.getLocation();
    }
}
