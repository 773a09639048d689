package imgurcaravan;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.dsl.yaml.common.YamlDeserializationContext;
import org.apache.camel.dsl.yaml.common.YamlDeserializerSupport;
import org.apache.camel.dsl.yaml.deserializers.BeansDeserializer;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.service.ServiceHelper;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.YamlUnicodeReader;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Camel's loader of YAML files, which reads each file once and makes its beans once.
 *
 * <p>Camel's own reads every file twice, first for the beans, and remembers which beans are made only until the routes
 * of any file are: those of the files that come after it are made again (4.18, {@code BeansDeserializer.clearCache}).
 * Ours hold what there must be one of, such as connections, an open file and the images in flight.
 */
final class YamlLoader extends YamlRoutesBuilderLoader {

    private final Map<String, Parsed> parsed = new ConcurrentHashMap<>();

    /** Has the context load its YAML files with a loader of this class. */
    static void install(CamelContext context) {
        YamlLoader loader = new YamlLoader();
        loader.setCamelContext(context);
        ServiceHelper.startService(loader);
        context.getRegistry().bind("imgur-yaml-loader", loader);
    }

    /** Makes the beans of a file, and keeps the rest for {@link #doLoadRouteBuilder}. */
    @Override
    public void preParseRoute(Resource resource) throws Exception {
        String location = resource.getLocation();
        if (parsed.containsKey(location)) {
            return;
        }
        Optional<Parsed> file = parse(resource);
        if (file.isEmpty()) {
            super.preParseRoute(resource);
            return;
        }
        try {
            file.get().makeBeans(getCamelContext());
        } catch (RuntimeException e) {
            throw new RuntimeCamelException("The beans of " + location + " cannot be made", e);
        }
        parsed.put(location, file.get());
    }

    @Override
    public RouteBuilder doLoadRouteBuilder(Resource resource) throws Exception {
        Parsed file = parsed.remove(resource.getLocation());
        return file == null ? super.doLoadRouteBuilder(resource) : builder(file.context(), file.routes());
    }

    /** @return empty where the file is not a list, and so is not one of routes */
    private Optional<Parsed> parse(Resource resource) throws IOException {
        if (!resource.exists()) {
            return Optional.empty();
        }
        String location = resource.getLocation();
        LoadSettings settings = LoadSettings.builder().setLabel(location).build();
        try (InputStream stream = resourceInputStream(resource)) {
            StreamReader reader = new StreamReader(settings, new YamlUnicodeReader(stream));
            return new Composer(settings, new ParserImpl(settings, reader))
                    .getSingleNode()
                    .filter(SequenceNode.class::isInstance)
                    .map(root -> Parsed.of(newYamlDeserializationContext(settings, resource), (SequenceNode) root));
        }
    }

    /**
     * What was read of a file.
     *
     * @param beans the values of its keys {@code beans}
     * @param routes all the rest of it
     */
    private record Parsed(YamlDeserializationContext context, List<Node> beans, SequenceNode routes) {

        static Parsed of(YamlDeserializationContext context, SequenceNode root) {
            List<Node> beans = new ArrayList<>();
            List<Node> routes = new ArrayList<>();
            for (Node item : root.getValue()) {
                beansOf(item).ifPresentOrElse(beans::add, () -> routes.add(item));
            }
            SequenceNode rest = new SequenceNode(
                    root.getTag(), true, routes, root.getFlowStyle(), root.getStartMark(), root.getEndMark());
            return new Parsed(context, beans, rest);
        }

        private static Optional<Node> beansOf(Node item) {
            if (item instanceof MappingNode mapping && mapping.getValue().size() == 1) {
                NodeTuple entry = mapping.getValue().get(0);
                if (entry.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals("beans")) {
                    return Optional.of(entry.getValueNode());
                }
            }
            return Optional.empty();
        }

        void makeBeans(CamelContext camelContext) {
            BeansDeserializer deserializer = new BeansDeserializer();
            for (Node node : beans) {
                YamlDeserializerSupport.setDeserializationContext(node, context);
                ((CamelContextCustomizer) deserializer.construct(node)).configure(camelContext);
            }
        }
    }
}
