package imgurcaravan.redisstreams;

import static imgurcaravan.redisstreams.RedisStreamsApp.routes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.LogLines;
import java.io.ByteArrayOutputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;
import redis.clients.jedis.params.XAddParams;

/** How a consumer processes the entries that are delivered to it. */
class ConsumerTest extends AgainstRedis {

    @Test
    void whatIsAddedIsProcessedOnceAndRemembered() {
        RedisStreamsApp application = start(routes(route -> route.from(CONSUMER).process(take())));

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
        assertThat(pending()).isZero();
    }

    @Test
    void aFailedEntryIsRedeliveredAndGivenUpInTheEnd() {
        RedisStreamsApp application = start(routes(route -> route.from(CONSUMER + "&maxDeliveries=2")
                .process(take())
                .process(exchange -> {
                    throw new IllegalStateException("the disk\nis full");
                })));

        application.add("one", "a1");

        await().atMost(Duration.ofSeconds(10)).until(() -> client.xlen(STREAM) == 0);
        assertThat(headers(RedisStreamsConstants.DELIVERIES)).containsExactly(1L, 2L);
        assertThat(client.xrange(DEAD, "-", "+")).singleElement().satisfies(letter -> assertThat(letter.getFields())
                .containsEntry("body", "one")
                .containsEntry("key", "a1")
                .containsEntry("reason", "the disk is full")
                .containsEntry("deliveries", "2")
                .containsEntry(
                        "entry", received.element().getMessage().getHeader(RedisStreamsConstants.ID, String.class))
                .containsKey("time"));
        assertThat(client.exists(KEY + "a1")).isFalse();
    }

    @Test
    void anErrorOnAnotherThreadCausesRedelivery() {
        RedisStreamsApp application = start(routes(route -> route.from(CONSUMER + "&result=${exchangeProperty.end}")
                .threads()
                .process(take())
                .process(exchange -> exchange.setProperty("end", new Object() {
                    @Override
                    public String toString() {
                        if (received.size() == 1) {
                            throw new StackOverflowError("too deep");
                        }
                        return "the end";
                    }
                }))));

        application.add("one", "a1");

        await().atMost(Duration.ofSeconds(10)).until(() -> client.xlen(STREAM) == 0);
        assertThat(headers(RedisStreamsConstants.DELIVERIES)).containsExactly(1L, 2L);
    }

    @Test
    void anEntryIsAcknowledgedAlthoughItsConnectionIsLost() {
        Semaphore goOn = new Semaphore(0);
        RedisStreamsApp application = start(routes(route -> route.from(CONSUMER + "&concurrentConsumers=1&result=done")
                .process(take())
                .process(exchange -> goOn.acquire())));

        for (int i = 0; i < 5; i++) {
            application.add("x", "a" + i);
            int taken = i + 1;
            await().atMost(Duration.ofSeconds(10)).until(() -> received.size() == taken);
            client.clientKill(
                    ClientKillParams.clientKillParams().type(ClientType.NORMAL).skipMe(ClientKillParams.SkipMe.YES));
            goOn.release();
        }

        await().atMost(Duration.ofSeconds(10)).until(() -> client.xlen(STREAM) == 0 && received.size() >= 5);
        assertThat(headers(RedisStreamsConstants.DELIVERIES)).containsExactly(1L, 1L, 1L, 1L, 1L);
        assertThat(client.get(KEY + "a4")).isEqualTo("done");
        assertThat(pending()).isZero();
    }

    @Test
    void aRollbackCausesRedelivery() {
        RedisStreamsApp application = start(routes(route -> route.from(CONSUMER)
                .process(take())
                .choice()
                .when(exchange -> received.size() == 1)
                .markRollbackOnly()));

        application.add("one", "a1");

        await().atMost(Duration.ofSeconds(10)).until(() -> client.xlen(STREAM) == 0);
        assertThat(headers(RedisStreamsConstants.DELIVERIES)).containsExactly(1L, 2L);
        assertThat(client.xlen(DEAD)).isZero();
    }

    @Test
    void whatIsQueuedIsFinishedThoughRedisHasNoMemoryLeft() {
        client.xgroupCreate(STREAM, GROUP, new StreamEntryID(), true);
        RedisStreamsApp adding = start();
        for (int i = 0; i < 10; i++) {
            adding.add(i == 7 ? "not an image" : "", "a" + i);
        }
        adding.close();
        String before = client.configGet("maxmemory").get("maxmemory");
        client.configSet("maxmemory", "1");
        try {
            start(routes(route -> route.from(CONSUMER + "&deadLetterReason=${header.reason}&result=done")
                    .setHeader("reason", route.simple("${body}"))));

            await().atMost(Duration.ofSeconds(10)).until(() -> client.xlen(STREAM) == 0);
        } finally {
            client.configSet("maxmemory", before);
        }
        assertThat(client.xlen(DEAD)).isEqualTo(1);
        assertThat(client.get(KEY + "a1")).isEqualTo("done");
    }

    @Test
    void aRouteMayGiveUpAnEntryWithAReason() {
        RedisStreamsApp application = start(
                routes(route -> route.from(CONSUMER + "&deadLetterReason=${header.reason}&result=done")
                        .setHeader("reason", route.simple("${body}"))),
                routes(route -> route.from("direct:outcome").process(take())));
        String resulting = PRODUCER + "&resultUri=direct:outcome";

        application.template().sendBodyAndHeader(resulting, "not an image", "imageId", "a1");
        application.template().sendBodyAndHeader(resulting, "", "imageId", "a2");

        await().atMost(Duration.ofSeconds(10)).until(() -> received.size() == 2);
        assertThat(client.xrange(DEAD, "-", "+")).singleElement().satisfies(letter -> assertThat(letter.getFields())
                .containsEntry("reason", "not an image"));
        assertThat(client.exists(KEY + "a1")).isFalse();
        assertThat(client.get(KEY + "a2")).isEqualTo("done");
        assertThat(bodies()).containsExactly("done", "done");
        assertThat(headers(RedisStreamsConstants.REASON)).containsExactlyInAnyOrder("not an image", null);
        assertThat(headers(RedisStreamsConstants.KEY)).containsExactlyInAnyOrder("a1", "a2");
    }

    @Test
    void poisonGoesToTheDeadLettersAtOnce() throws Exception {
        ByteArrayOutputStream serialized = new ByteArrayOutputStream();
        try (ObjectOutputStream objects = new ObjectOutputStream(serialized)) {
            objects.writeObject(new ArrayList<>(List.of("gadget")));
        }
        List<Map<byte[], byte[]>> poison = List.of(
                fields("body", new byte[] {(byte) 0xFF, (byte) 0xFE, 0}),
                fields("body", serialized.toByteArray()),
                fields("body", "x".repeat(10_000_000).getBytes(StandardCharsets.UTF_8)),
                fields("text", "no body".getBytes(StandardCharsets.UTF_8)),
                fields("reason", "mine".getBytes(StandardCharsets.UTF_8)),
                Map.of(new byte[0], new byte[0]),
                fields("body", "a".getBytes(StandardCharsets.UTF_8), "key", new byte[] {(byte) 0xFF}));
        try (LogLines log = new LogLines()) {
            for (Map<byte[], byte[]> fields : poison) {
                client.xadd(bytes(STREAM), XAddParams.xAddParams(), fields);
            }
            client.xadd(STREAM, XAddParams.xAddParams(), Map.of("body", "good", "Camel", "x", "header.CamelX", "y"));

            start(routes(
                    route -> route.from(CONSUMER + "&concurrentConsumers=2").process(take())));

            await().atMost(Duration.ofSeconds(10)).until(() -> client.xlen(STREAM) == 0);
            assertThat(bodies()).containsExactly("good");
            assertThat(received.element().getMessage().getHeaders())
                    .containsOnlyKeys(RedisStreamsConstants.ID, RedisStreamsConstants.DELIVERIES);
            assertThat(client.xlen(DEAD)).isEqualTo(poison.size());
            assertThat(client.xrange(DEAD, "-", "+")).allSatisfy(letter -> assertThat(letter.getFields())
                    .containsEntry("reason", "malformed")
                    .containsEntry("deliveries", "1"));
            assertThat(client.memoryUsage(RESULTS)).isLessThan(100_000);
            assertThat(log.with("malformed")).hasSize(poison.size());
            assertThat(log.text()).hasSizeLessThan(10_000);
        }
    }

    @Test
    void anAsynchronousRouteIsAcknowledgedAtItsEnd() {
        RedisStreamsApp application = start(routes(route -> route.from(CONSUMER + "&concurrentConsumers=2")
                .threads(8, 8)
                .process(take())
                .process(hold())));
        for (int i = 0; i < 10; i++) {
            application.add("image " + i, "a" + i);
        }

        // Twice as many as there are threads to read, and no more.
        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 4);
        await().during(Duration.ofMillis(300)).until(() -> received.size() == 4 && pending() == 4);
        assertThat(client.xlen(STREAM)).isEqualTo(10);
        gate.countDown();
        await().atMost(Duration.ofSeconds(5)).until(() -> client.xlen(STREAM) == 0);
        assertThat(bodies()).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void workThatIsHandedOverIsAcknowledgedWhereItEnds() {
        RedisStreamsApp application = start(
                routes(route -> route.from(CONSUMER + "&result=${body}").to("seda:inner")),
                routes(route ->
                        route.from("seda:inner").process(take()).process(hold()).transform(route.constant("end"))));
        application.add("one", "a1");

        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 1);
        await().during(Duration.ofMillis(300)).until(() -> client.xlen(STREAM) == 1);
        gate.countDown();
        await().atMost(Duration.ofSeconds(5)).until(() -> client.xlen(STREAM) == 0);
        assertThat(client.xrange(RESULTS, "-", "+").get(0).getFields()).containsEntry("result", "end");
    }

    @Test
    void everyApplicationReceivesEveryResultOnce() {
        RedisStreamsApp worker =
                start(routes(route -> route.from(CONSUMER + "&concurrentConsumers=4&result=${body} is done")
                        .log("${body}")));
        worker.add("before", "b");
        await().atMost(Duration.ofSeconds(5)).until(() -> client.xlen(RESULTS) == 1);
        List<RedisStreamsApp> askers = List.of(
                start(routes(route -> route.from("direct:outcome").process(take()))),
                start(routes(route -> route.from("direct:outcome").process(take()))));

        for (int i = 0; i < 20; i++) {
            askers.get(i % 2).template().sendBody(PRODUCER + "&resultUri=direct:outcome", "image " + i);
        }

        await().atMost(Duration.ofSeconds(10)).until(() -> received.size() >= 39);
        await().during(Duration.ofMillis(300)).until(() -> received.size() <= 40);
        assertThat(bodies()).contains("image 7 is done").doesNotContain("before is done");
        assertThat(client.xlen(RESULTS)).isEqualTo(21);
    }

    @Test
    void aResultThatCannotBeHandedOnIsHandedOnLater() {
        MockEndpoint[] target = new MockEndpoint[1];
        AtomicBoolean ready = new AtomicBoolean();
        RedisStreamsApp application = start(
                routes(route -> {
                    target[0] = new MockEndpoint("mock:late", route.getContext().getComponent("mock")) {
                        @Override
                        public Exchange createExchange(ExchangePattern pattern) {
                            if (!ready.getAndSet(true)) {
                                throw new IllegalStateException("not yet");
                            }
                            return super.createExchange(pattern);
                        }
                    };
                    route.getContext().addEndpoint("mock:late", target[0]);
                    route.from("direct:with-results").to(PRODUCER + "&resultUri=mock:late");
                }),
                routes(route -> route.from(CONSUMER + "&result=${body}").process(take())));

        application.add("one", "a1");

        await().atMost(Duration.ofSeconds(10))
                .until(() -> target[0].getReceivedExchanges().size() == 1);
        assertThat(target[0].getReceivedExchanges().get(0).getMessage().getBody())
                .isEqualTo("one");
    }

    @Test
    void manyConsumersShareTheWork() {
        for (int i = 0; i < 1000; i++) {
            client.xadd(STREAM, XAddParams.xAddParams(), Map.of("body", "image " + i));
        }

        start(routes(route -> route.from(CONSUMER + "&concurrentConsumers=64").process(take())));

        await().atMost(Duration.ofSeconds(20)).until(() -> client.xlen(STREAM) == 0);
        assertThat(bodies()).hasSize(1000).doesNotHaveDuplicates();
        assertThat(client.xinfoConsumers(STREAM, GROUP)).hasSize(1);
    }

    @Test
    void aDeletedGroupIsRecreated() {
        RedisStreamsApp application =
                start(routes(route -> route.from(CONSUMER + "&startId=$").process(take())));
        await().atMost(Duration.ofSeconds(5)).until(() -> client.exists(STREAM));
        application.add("one", "a1");
        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 1);

        client.flushAll();
        application.add("two", "a2");

        await().atMost(Duration.ofSeconds(5)).until(() -> client.exists(KEY + "a2") && client.xlen(STREAM) == 0);
        assertThat(bodies()).containsExactly("one", "two");
    }

    @Test
    void somethingElseInThePlaceOfTheStreamIsOneLine() {
        client.set(STREAM, "no stream");
        try (LogLines log = new LogLines()) {
            RedisStreamsApp application = start(routes(
                    route -> route.from(CONSUMER + "&concurrentConsumers=4").process(take())));
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> !log.with("WRONGTYPE").isEmpty());
            await().during(Duration.ofSeconds(1))
                    .until(() -> log.with("WRONGTYPE").size() == 1);

            client.del(STREAM);
            application.add("one", "a1");

            await().atMost(Duration.ofSeconds(5)).until(() -> client.xlen(STREAM) == 0);
            assertThat(log.with("WRONGTYPE")).singleElement().asString().contains(STREAM, redis.address());
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> log.with("is back").size() == 1);
        }
    }

    private static Map<byte[], byte[]> fields(Object... fields) {
        IdentityHashMap<byte[], byte[]> map = new IdentityHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            map.put(bytes((String) fields[i]), (byte[]) fields[i + 1]);
        }
        return map;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
