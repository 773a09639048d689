package imgurcaravan.redisstreams;

import java.util.Map;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Expression;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.spi.HeaderFilterStrategyAware;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultHeaderFilterStrategy;

/** Adds texts to a durable work queue on Redis Streams, and works them off with consumer groups. */
@ManagedResource(description = "Managed Redis Streams endpoint")
@UriEndpoint(
        firstVersion = "4.18.0",
        scheme = "redis-streams",
        title = "Redis Streams",
        syntax = "redis-streams:stream",
        category = {Category.MESSAGING},
        headersClass = RedisStreamsConstants.class)
public class RedisStreamsEndpoint extends DefaultEndpoint implements HeaderFilterStrategyAware {

    @UriParam
    private final RedisStreamsConfiguration configuration;

    @UriParam(
            label = "advanced",
            description =
                    "Which of the headers named by the option headers cross after all. Default: all but Camel's own.")
    private HeaderFilterStrategy headerFilterStrategy;

    private volatile Snapshot snapshot;

    RedisStreamsEndpoint(String uri, RedisStreamsComponent component, RedisStreamsConfiguration configuration) {
        super(uri, component);
        this.configuration = configuration;
        DefaultHeaderFilterStrategy camels = new DefaultHeaderFilterStrategy();
        camels.setLowerCase(true);
        camels.setOutFilterStartsWith(DefaultHeaderFilterStrategy.CAMEL_FILTER_STARTS_WITH);
        camels.setInFilterStartsWith(DefaultHeaderFilterStrategy.CAMEL_FILTER_STARTS_WITH);
        this.headerFilterStrategy = camels;
    }

    @Override
    public Producer createProducer() {
        return new RedisStreamsProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (configuration.getGroup() == null || configuration.getGroup().isBlank()) {
            throw new IllegalArgumentException("A consumer of redis-streams:" + configuration.getStream()
                    + " needs the option group: the name of its consumer group");
        }
        RedisStreamsConsumer consumer = new RedisStreamsConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    /** An expression of the Simple language; null if there is none. */
    Expression simple(String text) {
        return text == null || text.isBlank()
                ? null
                : getCamelContext().resolveLanguage("simple").createExpression(text);
    }

    /** What the endpoints of this stream share. */
    Queue queue() {
        return getComponent().queue(configuration.keys());
    }

    @Override
    public RedisStreamsComponent getComponent() {
        return (RedisStreamsComponent) super.getComponent();
    }

    public RedisStreamsConfiguration getConfiguration() {
        return configuration;
    }

    @Override
    public HeaderFilterStrategy getHeaderFilterStrategy() {
        return headerFilterStrategy;
    }

    @Override
    public void setHeaderFilterStrategy(HeaderFilterStrategy headerFilterStrategy) {
        this.headerFilterStrategy = headerFilterStrategy;
    }

    @ManagedAttribute(description = "Entries that are not done; -1 while Redis cannot be asked")
    public long getLength() {
        return figure("length");
    }

    @ManagedAttribute(description = "Entries that are delivered and not done; -1 while Redis cannot be asked")
    public long getPending() {
        return figure("pending");
    }

    @ManagedAttribute(description = "Age in ms of the oldest pending entry; -1 while Redis cannot be asked")
    public long getOldestPendingMillis() {
        return figure("oldestPendingMillis");
    }

    @ManagedAttribute(description = "Entries that were given up; -1 while Redis cannot be asked")
    public long getDeadLetters() {
        return figure("deadLetters");
    }

    @ManagedAttribute(description = "Entries delivered to this process")
    public long getDeliveries() {
        return queue().statistics().deliveries.sum();
    }

    @ManagedAttribute(description = "Entries delivered to this process that had been delivered before")
    public long getRedeliveries() {
        return queue().statistics().redeliveries.sum();
    }

    @ManagedAttribute(description = "Connections that were lost or could not be made")
    public long getReconnects() {
        return queue().statistics().reconnects.sum();
    }

    @ManagedAttribute(description = "Entries that this process is at work on")
    public int getInFlight() {
        return queue().statistics().inFlight.get();
    }

    private long figure(String name) {
        Snapshot last = snapshot;
        if (last == null || System.nanoTime() - last.taken() > 1_000_000_000L) {
            last = new Snapshot(System.nanoTime(), figures());
            snapshot = last;
        }
        return last.figures() == null ? -1 : ((Number) last.figures().get(name)).longValue();
    }

    /** The figures now, or null while Redis cannot be asked. */
    Map<String, Object> figures() {
        Queue queue = queue();
        if (queue.outages().unreachable()) {
            return null;
        }
        try {
            return queue.pool()
                    .with(connection -> QueueStats.read(connection, queue.keys(), configuration.getGroup()))
                    .with(queue.statistics());
        } catch (RuntimeException e) {
            // Whoever works on the queue tells of it.
            return null;
        }
    }

    private record Snapshot(long taken, Map<String, Object> figures) {}
}
