package imgurcaravan.redisstreams;

import imgurcaravan.testing.RedisProcess;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A separate Camel application with the component, like each process of a queue. */
final class RedisStreamsApp implements AutoCloseable {

    static final String STREAM = "imgur:images";

    /** A consumer with default options. */
    static final String GROUPED = "redis-streams:" + STREAM + "?group=downloaders";

    /** A consumer that claims entries of others quickly. */
    static final String CONSUMER = GROUPED + "&claimMinIdle=1000";

    static final String PRODUCER = "redis-streams:" + STREAM + "?deduplicationKey=${header.imageId}";

    private final CamelContext context = new DefaultCamelContext();
    private final RedisStreamsComponent component = new RedisStreamsComponent();
    private ProducerTemplate template;

    RedisStreamsApp(RedisProcess redis) {
        this(redis.url());
    }

    RedisStreamsApp(String url) {
        component.setUrl(url);
        context.addComponent("redis-streams", component);
        context.getShutdownStrategy().setTimeout(5);
    }

    CamelContext context() {
        return context;
    }

    RedisStreamsComponent component() {
        return component;
    }

    /** Starts it with these routes. */
    RedisStreamsApp start(RouteBuilder... routes) {
        try {
            for (RouteBuilder each : routes) {
                context.addRoutes(each);
            }
            context.start();
            template = context.createProducerTemplate();
            return this;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    ProducerTemplate template() {
        return template;
    }

    /** Adds this text, under this key. */
    void add(String text, String key) {
        template.sendBodyAndHeaders(PRODUCER, text, Map.of("imageId", key));
    }

    @Override
    public void close() {
        context.stop();
    }

    /** Routes from a lambda. */
    static RouteBuilder routes(Routes routes) {
        return new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                routes.configure(this);
            }
        };
    }

    interface Routes {
        void configure(RouteBuilder builder) throws Exception;
    }
}
