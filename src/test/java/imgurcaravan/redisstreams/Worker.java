package imgurcaravan.redisstreams;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A Camel application that adds texts to a stream and processes them itself, with short times for quick tests. */
final class Worker implements AutoCloseable {

    static final String STREAM = "test:work";
    static final String GROUP = "workers";

    private static final String CONSUMER = "redis-streams:" + STREAM + "?group=" + GROUP
            + "&concurrentConsumers=2&claimMinIdle=1s&blockTimeout=200&result=${body}";
    private static final String PRODUCER =
            "redis-streams:" + STREAM + "?deduplicationKey=${body}&resultUri=direct:outcome";

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final RedisStreamsComponent component = new RedisStreamsComponent();
    private final Map<String, AtomicInteger> seen = new ConcurrentHashMap<>();
    private final Set<String> results = ConcurrentHashMap.newKeySet();
    private final Queue<String> sent = new ConcurrentLinkedQueue<>();
    private final AtomicInteger next = new AtomicInteger();
    private final List<Future<?>> loads = new ArrayList<>();
    private ScheduledExecutorService load;
    private ProducerTemplate template;
    private String consumer = CONSUMER;
    private String producer = PRODUCER;
    private Processor work = exchange -> {};

    Worker(String url) {
        component.setUrl(url);
        component.setConnectTimeout(1500);
        component.setSocketTimeout(1500);
        camel.addComponent("redis-streams", component);
    }

    /** For settings that must be made before the start. */
    RedisStreamsComponent component() {
        return component;
    }

    DefaultCamelContext camel() {
        return camel;
    }

    /** Sets an additional step for entries; call it before the start. */
    Worker doing(Processor also) {
        work = also;
        return this;
    }

    Worker consumerOptions(String more) {
        consumer += more;
        return this;
    }

    Worker producerOptions(String more) {
        producer += more;
        return this;
    }

    Worker withoutConsumer() {
        consumer = null;
        return this;
    }

    Worker withoutProducer() {
        producer = null;
        return this;
    }

    Worker start() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                if (consumer != null) {
                    from(consumer).routeId("work").process(work).process(Worker.this::note);
                }
                if (producer != null) {
                    from("direct:add").routeId("add").to(producer);
                    from("direct:outcome")
                            .routeId("outcome")
                            .process(exchange ->
                                    results.add(exchange.getMessage().getBody(String.class)));
                }
            }
        });
        camel.getShutdownStrategy().setTimeout(5);
        camel.start();
        template = camel.createProducerTemplate();
        return this;
    }

    /** Adds this text; returns the exchange, which has an exception if that failed. */
    Exchange add(String text) {
        Exchange exchange =
                template.send("direct:add", added -> added.getMessage().setBody(text));
        if (exchange.getException() == null) {
            sent.add(text);
        }
        return exchange;
    }

    /** Adds numbers, a few hundred per second, until {@link #stopLoad()}. */
    Worker load() {
        load = Executors.newScheduledThreadPool(2);
        for (int i = 0; i < 2; i++) {
            loads.add(load.scheduleWithFixedDelay(
                    () -> add(Integer.toString(next.incrementAndGet())), 0, 5, TimeUnit.MILLISECONDS));
        }
        return this;
    }

    /** Waits for the last ones to be added. */
    void stopLoad() throws InterruptedException, ExecutionException {
        load.shutdown();
        if (!load.awaitTermination(10, TimeUnit.SECONDS)) {
            throw new AssertionError("an add does not end");
        }
        for (Future<?> each : loads) {
            if (!each.isCancelled()) {
                each.get();
            }
        }
    }

    /** The texts that were added, in order. */
    Queue<String> sent() {
        return sent;
    }

    /** How often the consumer was given each text. */
    Map<String, AtomicInteger> seen() {
        return seen;
    }

    /** The texts that came back as results. */
    Set<String> results() {
        return results;
    }

    boolean hasSeenAll() {
        return seen.keySet().containsAll(sent);
    }

    void stop() {
        camel.stop();
    }

    @Override
    public void close() {
        if (load != null) {
            load.shutdownNow();
        }
        stop();
    }

    private void note(Exchange exchange) {
        seen.computeIfAbsent(exchange.getMessage().getBody(String.class), text -> new AtomicInteger())
                .incrementAndGet();
    }
}
