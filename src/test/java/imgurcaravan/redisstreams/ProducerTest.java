package imgurcaravan.redisstreams;

import static imgurcaravan.redisstreams.RedisStreamsApp.routes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XAddParams;

/** What a producer adds, rejects and returns. */
class ProducerTest extends AgainstRedis {

    private static final String MISSING = "redis-streams:" + STREAM + "?operation=missing";

    @Test
    void aKeyIsAddedOnceHoweverManyTry() throws Exception {
        RedisStreamsApp application = start();
        AtomicInteger added = new AtomicInteger();
        AtomicInteger duplicates = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        List<Future<?>> tries = IntStream.range(0, 16)
                .<Future<?>>mapToObj(thread -> threads.submit(() -> {
                    for (int key = 0; key < 50; key++) {
                        Map<String, Object> headers = send(application, "body", "k" + key)
                                .getMessage()
                                .getHeaders();
                        if ("queued".equals(headers.get(RedisStreamsConstants.DUPLICATE))) {
                            duplicates.incrementAndGet();
                        } else if (headers.get(RedisStreamsConstants.ID) != null) {
                            added.incrementAndGet();
                        }
                    }
                }))
                .toList();
        for (Future<?> each : tries) {
            each.get(30, TimeUnit.SECONDS);
        }
        threads.shutdown();

        assertThat(added).hasValue(50);
        assertThat(duplicates).hasValue(750);
        assertThat(client.xlen(STREAM)).isEqualTo(50);
    }

    @Test
    void aTryWhoseReplyWasLostIsRecognizedByItsToken() {
        try (RedisConnection connection = connection()) {
            Object[] attempt = {0, "0123456789abcdef", 60_000, 0, "body", "one", "key", "a1"};
            List<String> keys = List.of(STREAM, KEY + "a1");

            List<?> first = (List<?>) connection.run(Script.ADD, keys, attempt);
            List<?> again = (List<?>) connection.run(Script.ADD, keys, attempt);

            assertThat(RedisConnection.text(again.get(0))).isEqualTo("added");
            assertThat(RedisConnection.text(again.get(1))).isEqualTo(RedisConnection.text(first.get(1)));
            assertThat(client.xlen(STREAM)).isEqualTo(1);
        }
    }

    @Test
    void theKeyOfAnEntryThatWasRemovedDoesNotKeepItOut() {
        RedisStreamsApp application = start();
        application.add("one", "a1");

        client.del(STREAM);
        Exchange again = send(application, "one", "a1");

        assertThat(again.getMessage().getHeader(RedisStreamsConstants.DUPLICATE))
                .isNull();
        assertThat(client.xlen(STREAM)).isEqualTo(1);
        assertThat(send(application, "one", "a1").getMessage().getHeader(RedisStreamsConstants.DUPLICATE))
                .isEqualTo("queued");
    }

    @Test
    void whatWasDoneIsAddedAgainWhereThatIsWanted() {
        RedisStreamsApp application = start();
        String again = PRODUCER + "&addDone=${header.gone}";
        client.set(KEY + "a1", "done");

        assertThat(duplicate(application, again, "a1", "false")).isEqualTo("done");
        assertThat(client.xlen(STREAM)).isZero();
        assertThat(duplicate(application, again, "a1", "true")).isNull();
        assertThat(duplicate(application, again, "a1", "true")).isEqualTo("queued");
        assertThat(client.xlen(STREAM)).isEqualTo(1);
    }

    private static Object duplicate(RedisStreamsApp application, String uri, String key, String gone) {
        Exchange sent = application.template().send(uri, exchange -> {
            exchange.getMessage().setBody("one");
            exchange.getMessage().setHeaders(new HashMap<>(Map.of("imageId", key, "gone", gone)));
        });
        assertThat(sent.getException()).isNull();
        return sent.getMessage().getHeader(RedisStreamsConstants.DUPLICATE);
    }

    @Test
    void saysWhichKeysHaveNoEntry() {
        RedisStreamsApp application = start();
        for (int i = 0; i < 1_200; i++) {
            application.add("image " + i, "a" + i);
        }
        client.xdel(STREAM, client.xrange(STREAM, "-", "+", 1).get(0).getID());
        client.set(KEY + "a1100", "done");
        List<String> keys =
                new ArrayList<>(IntStream.range(0, 1_200).mapToObj(i -> "a" + i).toList());
        keys.add("never");
        long before = redis.calls("evalsha");

        Object missing = application.template().requestBody(MISSING, keys);

        assertThat(missing).isEqualTo(List.of("a0", "a1100", "never"));
        assertThat(redis.calls("evalsha") - before).isLessThanOrEqualTo(3);
        client.del(STREAM);
        assertThat((List<?>) application.template().requestBody(MISSING, keys)).hasSize(1_201);
        assertThat(application.template().requestBody(MISSING, List.of())).isEqualTo(List.of());
    }

    @Test
    void whatHasJustEndedIsMissingOnceItsResultWasSent() throws Exception {
        RedisStreamsApp application = start(
                routes(route -> route.from("direct:outcome").process(take()).process(hold())),
                routes(route ->
                        route.from(CONSUMER + "&deadLetterReason=not an image").log("${body}")));
        application.template().sendBodyAndHeader(PRODUCER + "&resultUri=direct:outcome", "one", "imageId", "a1");
        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 1);

        Future<Object> missing = application.template().asyncRequestBody(MISSING, List.of("a1"));

        await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(2)).until(() -> !missing.isDone());
        gate.countDown();
        assertThat(missing.get(5, TimeUnit.SECONDS)).isEqualTo(List.of("a1"));
    }

    @Test
    void whatCannotBeAddedLeavesNoKeyBehind() {
        client.set(STREAM, "no stream");
        RedisStreamsApp application = start();

        Exchange sent = application.template().send(PRODUCER + "&sendTimeout=200", exchange -> {
            exchange.getMessage().setBody("one");
            exchange.getMessage().setHeader("imageId", "a1");
        });

        assertThat(sent.getException()).hasMessageContaining(STREAM).hasMessageContaining("WRONGTYPE");
        assertThat(client.exists(KEY + "a1")).isFalse();
    }

    @Test
    void onlyTextIsTaken() {
        RedisStreamsApp application = start();

        assertThat(send(application, "grüße".getBytes(StandardCharsets.UTF_8), "")
                        .getException())
                .isNull();
        assertThat(send(application, new ByteArrayInputStream(new byte[] {'a'}), "")
                        .getException())
                .isNull();
        assertThat(send(application, 5, "").getException()).isNull();
        assertThat(send(application, new byte[] {(byte) 0xC3, 0x28}, "").getException())
                .hasMessageContaining("not UTF-8");
        assertThat(send(application, "\uD800", "").getException()).hasMessageContaining("surrogate");
        assertThat(send(application, null, "").getException()).hasMessageContaining("missing");
        assertThat(send(application, Map.of("a", "b"), "").getException()).hasMessageContaining("not text");
        assertThat(send(application, "x".repeat(1_000_001), "").getException()).hasMessageContaining("maxBodySize");
        assertThat(client.xrange(STREAM, "-", "+"))
                .extracting(entry -> entry.getFields().get("body"))
                .containsExactly("grüße", "a", "5");
    }

    @Test
    void onlyTheHeadersThatAreNamedCross() {
        RedisStreamsApp application = start(routes(
                route -> route.from(CONSUMER + "&headers=color,camelSecret,hue").process(take())));
        application
                .template()
                .sendBodyAndHeaders(
                        PRODUCER + "&headers=color,CamelSecret,Hue",
                        "one",
                        Map.of("color", "red", "CamelSecret", "x", "other", "y", "HUE", 7));

        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 1);

        assertThat(received.element().getMessage().getHeaders())
                .containsEntry("color", "red")
                .containsEntry("HUE", "7")
                .doesNotContainKeys("CamelSecret", "other");
    }

    @Test
    void waitsForRoomAndTrimsNothing() throws Exception {
        RedisStreamsApp application = start();
        String bounded = PRODUCER + "&maxPending=2";
        application.template().sendBody(bounded, "one");
        application.template().sendBody(bounded, "two");

        Future<Object> third = application.template().asyncSendBody(bounded, "three");

        await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(5)).until(() -> client.xlen(STREAM) == 2);
        assertThat(third).isNotDone();
        client.xdel(STREAM, client.xrange(STREAM, "-", "+").get(0).getID());
        third.get(5, TimeUnit.SECONDS);
        assertThat(client.xlen(STREAM)).isEqualTo(2);
    }

    @Test
    void stopsWaitingWhenTheApplicationStops() {
        RedisStreamsApp application = start();
        application.template().sendBody(PRODUCER, "one");
        Future<Object> second = application.template().asyncSendBody(PRODUCER + "&maxPending=1", "two");
        await().during(Duration.ofMillis(100)).until(() -> !second.isDone());

        application.close();

        assertThat(second)
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableOfType(ExecutionException.class)
                .withStackTraceContaining("it holds 1 entries, and this application is stopping");
    }

    @Test
    void movesDeadLettersBack() {
        for (int i = 0; i < 250; i++) {
            letter("image " + i, "a" + i, i % 2 == 0 ? "HTTP 404 [gone]" : "Disk full");
        }
        letter("taken", "t1", "disk full");
        client.set(KEY + "t1", "queued:0123:1-0");
        client.xadd(DEAD, XAddParams.xAddParams(), Map.of("what", "no letter"));
        RedisStreamsApp application = start();
        String requeue = "redis-streams:" + STREAM + "?operation=requeue";

        Object disk =
                application.template().requestBodyAndHeader(requeue, null, RedisStreamsConstants.REASON, "DISK FULL");

        assertThat(disk).isEqualTo(125);
        assertThat(client.xlen(DEAD)).isEqualTo(126);
        assertThat(client.xlen(STREAM)).isEqualTo(125);
        assertThat(client.get(KEY + "a1")).startsWith("queued");
        assertThat(client.pttl(KEY + "a1")).isPositive();
        assertThat(client.exists(KEY + "a0")).isFalse();
        assertThat(client.xrange(STREAM, "-", "+").get(0).getFields())
                .containsOnly(Map.entry("body", "image 1"), Map.entry("key", "a1"), Map.entry("header.color", "red"));
        assertThat(application.template().requestBodyAndHeader(requeue, null, RedisStreamsConstants.REASON, "[gon."))
                .isEqualTo(0);
        assertThat(application.template().requestBody(requeue, (Object) null)).isEqualTo(125);
        assertThat(client.xrange(DEAD, "-", "+")).singleElement().satisfies(entry -> assertThat(entry.getFields())
                .containsKey("what"));
        assertThat(application.template().requestBody(requeue, (Object) null)).isEqualTo(0);
    }

    @Test
    void listsDeadLettersOldestFirst() {
        for (int i = 0; i < 50; i++) {
            letter("image " + i, "a" + i, i % 2 == 0 ? "HTTP 404 [gone]" : "Disk full");
        }
        client.xadd(DEAD, XAddParams.xAddParams(), Map.of("what", "no letter"));
        client.xadd(
                DEAD,
                XAddParams.xAddParams(),
                Map.of("body", "x".repeat(2_000_000), "reason", "malformed", "deliveries", "1", "entry", "1700-0"));
        RedisStreamsApp application = start();

        List<Map<?, ?>> all = deadLetters(application, null);
        List<Map<?, ?>> full = deadLetters(application, "DISK full");

        assertThat(all).hasSize(52);
        assertThat(all.subList(0, 50))
                .extracting(letter -> String.valueOf(letter.get("body")))
                .containsExactlyElementsOf(
                        IntStream.range(0, 50).mapToObj(i -> "image " + i).toList());
        StreamEntryID first = client.xrange(DEAD, "-", "+", 1).get(0).getID();
        assertThat(all.get(0).toString())
                .isEqualTo(
                        "{id=" + first + ", key=a0, body=image 0, reason=HTTP 404 [gone], deliveries=2, added=1, time="
                                + first.getTime() + '}');
        assertThat(all.get(50).toString()).contains("key=, body=, reason=, deliveries=0,");
        assertThat(all.get(51).toString()).contains("body=, reason=malformed, deliveries=1, added=1700,");
        assertThat(full)
                .hasSize(25)
                .extracting(letter -> String.valueOf(letter.get("key")))
                .startsWith("a1", "a3");
        assertThat(deadLetters(application, "[gon.")).isEmpty();
        assertThat(client.xlen(DEAD)).isEqualTo(52);
    }

    @Test
    void returnsTheStats() {
        letter("dead", "d1", "malformed");
        client.xadd(STREAM, XAddParams.xAddParams(), Map.of("body", "one"));
        RedisStreamsApp application =
                start(routes(route -> route.from(CONSUMER).process(take()).process(hold())));
        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 1);
        client.xadd(STREAM, XAddParams.xAddParams(), Map.of("body", "two"));

        for (String group : List.of("", "&group=" + GROUP)) {
            Map<?, ?> stats = application
                    .template()
                    .requestBody("redis-streams:" + STREAM + "?operation=stats" + group, null, Map.class);

            assertThat(stats.keySet().stream().map(String::valueOf))
                    .containsExactlyInAnyOrder(
                            "length",
                            "pending",
                            "oldestPendingMillis",
                            "deadLetters",
                            "deliveries",
                            "redeliveries",
                            "reconnects",
                            "inFlight");
            assertThat(stats.get("length")).isEqualTo(2L);
            assertThat(stats.get("pending")).isEqualTo(1L);
            assertThat(stats.get("deadLetters")).isEqualTo(1L);
            assertThat(stats.get("deliveries")).isEqualTo(1L);
            assertThat(stats.get("inFlight")).isEqualTo(1);
            assertThat((Long) stats.get("oldestPendingMillis")).isBetween(0L, 60_000L);
        }
    }

    private static void letter(String body, String key, String reason) {
        client.xadd(
                DEAD,
                XAddParams.xAddParams(),
                Map.of(
                        "body",
                        body,
                        "key",
                        key,
                        "header.color",
                        "red",
                        "reason",
                        reason,
                        "deliveries",
                        "2",
                        "entry",
                        "1-0"));
    }

    private static List<Map<?, ?>> deadLetters(RedisStreamsApp application, String reason) {
        Iterator<?> letters = application
                .template()
                .requestBodyAndHeader(
                        "redis-streams:" + STREAM + "?operation=deadLetters",
                        null,
                        RedisStreamsConstants.REASON,
                        reason,
                        Iterator.class);
        List<Map<?, ?>> all = new ArrayList<>();
        letters.forEachRemaining(letter -> all.add((Map<?, ?>) letter));
        return all;
    }

    private static Exchange send(RedisStreamsApp application, Object body, String key) {
        return application.template().send(PRODUCER, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeader("imageId", key);
        });
    }

    private static RedisConnection connection() {
        RedisAddress address = RedisAddress.parse(redis.url());
        return new Redis(address, DefaultJedisClientConfig::builder).connect(STREAM);
    }
}
