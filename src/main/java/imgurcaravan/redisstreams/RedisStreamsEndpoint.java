package imgurcaravan.redisstreams;

import java.util.Map;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Expression;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.support.DefaultEndpoint;

/** Add texts to a durable work queue on Redis Streams, and process them with consumer groups. */
@ManagedResource(description = "Managed Redis Streams endpoint")
@UriEndpoint(
        firstVersion = "4.18.0",
        scheme = "redis-streams",
        title = "Redis Streams",
        syntax = "redis-streams:stream",
        category = {Category.MESSAGING},
        headersClass = RedisStreamsConstants.class)
public class RedisStreamsEndpoint extends DefaultEndpoint {

    @UriParam
    private final RedisStreamsConfiguration configuration;

    private volatile Snapshot snapshot;

    RedisStreamsEndpoint(String uri, RedisStreamsComponent component, RedisStreamsConfiguration configuration) {
        super(uri, component);
        this.configuration = configuration;
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
    WorkQueue queue() {
        return getComponent().queue(configuration.keys());
    }

    @Override
    public RedisStreamsComponent getComponent() {
        return (RedisStreamsComponent) super.getComponent();
    }

    public RedisStreamsConfiguration getConfiguration() {
        return configuration;
    }

    @ManagedAttribute(description = "Entries that are not done; -1 while Redis is unavailable")
    public long getLength() {
        return stat("length");
    }

    @ManagedAttribute(description = "Entries that are delivered and not done; -1 while Redis is unavailable")
    public long getPending() {
        return stat("pending");
    }

    @ManagedAttribute(description = "Age in ms of the oldest pending entry; -1 while Redis is unavailable")
    public long getOldestPendingMillis() {
        return stat("oldestPendingMillis");
    }

    @ManagedAttribute(description = "Dead letters; -1 while Redis is unavailable")
    public long getDeadLetters() {
        return stat("deadLetters");
    }

    @ManagedAttribute(description = "Entries delivered to this process")
    public long getDeliveries() {
        return queue().counters().deliveries.sum();
    }

    @ManagedAttribute(description = "Entries delivered to this process that had been delivered before")
    public long getRedeliveries() {
        return queue().counters().redeliveries.sum();
    }

    @ManagedAttribute(description = "Connections that were lost or could not be made")
    public long getReconnects() {
        return queue().counters().reconnects.sum();
    }

    @ManagedAttribute(description = "Entries that this process is working on")
    public int getInFlight() {
        return queue().counters().inFlight.get();
    }

    private long stat(String name) {
        Snapshot last = snapshot;
        if (last == null || System.nanoTime() - last.taken() > 1_000_000_000L) {
            last = new Snapshot(System.nanoTime(), stats());
            snapshot = last;
        }
        return last.stats() == null ? -1 : ((Number) last.stats().get(name)).longValue();
    }

    /** The statistics now; null while Redis is unavailable. */
    Map<String, Object> stats() {
        WorkQueue queue = queue();
        if (queue.outages().unreachable()) {
            return null;
        }
        try {
            return queue.pool()
                    .with(connection -> QueueStats.read(connection, queue.keys(), configuration.getGroup()))
                    .with(queue.counters());
        } catch (RuntimeException e) {
            // Whoever works on the queue reports it.
            return null;
        }
    }

    private record Snapshot(long taken, Map<String, Object> stats) {}
}
