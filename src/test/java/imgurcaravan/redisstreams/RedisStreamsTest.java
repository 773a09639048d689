package imgurcaravan.redisstreams;

import static imgurcaravan.redisstreams.Application.CONSUMER;
import static imgurcaravan.redisstreams.Application.PRODUCER;
import static imgurcaravan.redisstreams.Application.STREAM;
import static imgurcaravan.redisstreams.Application.routes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** What producers and consumers do with a Redis that works. */
@Timeout(60)
class RedisStreamsTest {

    private static final String KEY = "{imgur:images}:key:";
    private static final String DEAD = "{imgur:images}:dead";
    private static final String RESULTS = "{imgur:images}:results";

    private static RedisProcess redis;
    private static Jedis client;

    private final Queue<Exchange> received = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void startRedis() {
        redis = RedisProcess.bundled().start();
        client = redis.client();
    }

    @AfterAll
    static void stopRedis() {
        client.close();
        redis.close();
    }

    @BeforeEach
    void empty() {
        client.flushAll();
    }

    @Test
    void whatIsAddedIsProcessedOnceAndRemembered() {
        try (Application application = new Application(redis)) {
            application.start(routes(route -> route.from(CONSUMER).process(received::add)));

            application.add("äöü 🖼", "a1");

            await().atMost(Duration.ofSeconds(5)).until(() -> client.xlen(STREAM) == 0 && !received.isEmpty());
            assertThat(received).singleElement().satisfies(exchange -> {
                assertThat(exchange.getMessage().getBody()).isEqualTo("äöü 🖼");
                assertThat(exchange.getMessage().getHeaders())
                        .containsEntry(RedisStreamsConstants.KEY, "a1")
                        .containsEntry(RedisStreamsConstants.DELIVERIES, 1L)
                        .containsOnlyKeys(
                                RedisStreamsConstants.ID, RedisStreamsConstants.KEY, RedisStreamsConstants.DELIVERIES);
            });
            assertThat(client.get(KEY + "a1")).isEqualTo("done");
            assertThat(client.pttl(KEY + "a1")).isBetween(600_000_000L, 604_800_000L);
            assertThat(client.xpending(STREAM, "downloaders").getTotal()).isZero();
        }
    }

    @Test
    void aKeyIsAddedOnceHoweverManyTry() throws Exception {
        try (Application application = new Application(redis)) {
            application.start();
            AtomicInteger added = new AtomicInteger();
            AtomicInteger duplicates = new AtomicInteger();
            ExecutorService threads = Executors.newFixedThreadPool(16);
            for (int i = 0; i < 16; i++) {
                threads.execute(() -> {
                    for (int key = 0; key < 50; key++) {
                        String id = "k" + key;
                        Exchange sent = application.template().send(PRODUCER, exchange -> {
                            exchange.getMessage().setBody(id);
                            exchange.getMessage().setHeader("imageId", id);
                        });
                        Map<String, Object> headers = sent.getMessage().getHeaders();
                        if ("queued".equals(headers.get(RedisStreamsConstants.DUPLICATE))) {
                            duplicates.incrementAndGet();
                        } else if (headers.get(RedisStreamsConstants.ID) != null) {
                            added.incrementAndGet();
                        }
                    }
                });
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

            assertThat(added).hasValue(50);
            assertThat(duplicates).hasValue(750);
            assertThat(client.xlen(STREAM)).isEqualTo(50);
        }
    }

    @Test
    void whatFailsComesAgainAndIsGivenUpInTheEnd() {
        try (Application application = new Application(redis)) {
            application.start(routes(route -> route.from(CONSUMER + "&maxDeliveries=2")
                    .process(received::add)
                    .process(exchange -> {
                        throw new IllegalStateException("the disk\nis full");
                    })));

            application.add("one", "a1");

            await().atMost(Duration.ofSeconds(10)).until(() -> client.xlen(DEAD) == 1);
            assertThat(received)
                    .extracting(exchange -> exchange.getMessage().getHeader(RedisStreamsConstants.DELIVERIES))
                    .containsExactly(1L, 2L);
            assertThat(client.xrange(DEAD, "-", "+")).singleElement().satisfies(letter -> assertThat(letter.getFields())
                    .containsEntry("body", "one")
                    .containsEntry("key", "a1")
                    .containsEntry("reason", "the disk is full")
                    .containsEntry("deliveries", "2")
                    .containsKeys("time", "entry"));
            assertThat(client.exists(KEY + "a1")).isFalse();
            assertThat(client.xlen(STREAM)).isZero();
        }
    }

    @Test
    void aLongExchangeIsRenewedAndProcessedOnce() throws Exception {
        CountDownLatch enough = new CountDownLatch(1);
        try (Application one = new Application(redis);
                Application other = new Application(redis)) {
            List.of(one, other)
                    .forEach(application -> application.start(routes(
                            route -> route.from(CONSUMER).process(received::add).process(exchange -> enough.await()))));

            one.add("long", "a1");

            await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(5)).until(() -> received.size() <= 1);
            enough.countDown();
            await().atMost(Duration.ofSeconds(5)).until(() -> client.xlen(STREAM) == 0);
            assertThat(received).hasSize(1);
        } finally {
            enough.countDown();
        }
    }

    @Test
    void resultsAreToldOnce() {
        try (Application application = new Application(redis)) {
            application.start(
                    routes(route -> route.from(CONSUMER + "&concurrentConsumers=4&result=${body} is done")
                            .log("${body}")),
                    routes(route -> route.from("direct:outcome").process(received::add)));

            for (int i = 0; i < 20; i++) {
                application.template().sendBody(PRODUCER + "&resultUri=direct:outcome", "image " + i);
            }

            await().atMost(Duration.ofSeconds(10)).until(() -> received.size() >= 20);
            assertThat(received)
                    .extracting(exchange -> exchange.getMessage().getBody(String.class))
                    .doesNotHaveDuplicates()
                    .contains("image 7 is done");
            assertThat(client.xlen(RESULTS)).isEqualTo(20);
        }
    }
}
