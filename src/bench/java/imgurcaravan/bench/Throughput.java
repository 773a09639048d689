package imgurcaravan.bench;

import imgurcaravan.redisstreams.RedisStreamsComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Endpoint;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import redis.clients.jedis.Jedis;

/** The throughput of a queue of the component: first messages are added, then an empty route consumes them. */
final class Throughput {

    /**
     * Messages per second.
     *
     * @param done consumed, and acknowledged and deleted after the route
     */
    record Rates(double added, double done) {}

    private static final String STREAM = "bench:messages";
    private static final String BODY = "x".repeat(200);

    private final RedisServer redis;
    private final int messages;

    Throughput(RedisServer redis, int messages) {
        this.redis = redis;
        this.messages = messages;
    }

    /** @param count of threads that add, and of consumers, each with its own connection */
    Rates run(int count, boolean keyed) throws Exception {
        redis.clear();
        CountDownLatch left = new CountDownLatch(messages);
        AtomicLong first = new AtomicLong();
        RedisStreamsComponent component = new RedisStreamsComponent();
        component.setUrl(redis.url());
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addComponent("redis-streams", component);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("redis-streams:" + STREAM + "?group=all&concurrentConsumers=" + count)
                            .routeId("take")
                            .autoStartup(false)
                            .process(exchange -> {
                                first.compareAndSet(0, System.nanoTime());
                                left.countDown();
                            });
                }
            });
            context.start();
            double added = add(context, count, keyed);
            context.getRouteController().startRoute("take");
            if (!left.await(5, TimeUnit.MINUTES)) {
                throw new IllegalStateException(left.getCount() + " messages were not taken");
            }
            awaitEmpty();
            double done = messages / ((System.nanoTime() - first.get()) / 1e9);
            return new Rates(added, done);
        }
    }

    private double add(DefaultCamelContext context, int threads, boolean keyed) throws Exception {
        Endpoint endpoint =
                context.getEndpoint("redis-streams:" + STREAM + (keyed ? "?deduplicationKey=${header.key}" : ""));
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (ProducerTemplate template = context.createProducerTemplate()) {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int from = messages * thread / threads;
                int to = messages * (thread + 1) / threads;
                tasks.add(() -> {
                    for (int i = from; i < to; i++) {
                        template.sendBodyAndHeaders(endpoint, BODY, Map.of("key", i));
                    }
                    return null;
                });
            }
            long begun = System.nanoTime();
            for (Future<Void> task : pool.invokeAll(tasks)) {
                task.get();
            }
            return messages / ((System.nanoTime() - begun) / 1e9);
        } finally {
            pool.shutdown();
        }
    }

    /** A message is acknowledged after its route. */
    private void awaitEmpty() throws InterruptedException {
        try (Jedis client = redis.client()) {
            for (int attempt = 0; client.xlen(STREAM) > 0; attempt++) {
                if (attempt == 10_000) {
                    throw new IllegalStateException("Not all messages were acknowledged");
                }
                TimeUnit.MILLISECONDS.sleep(2);
            }
        }
    }
}
