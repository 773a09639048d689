package imgurcaravan.redisstreams;

import static imgurcaravan.redisstreams.RedisStreamsApp.routes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.KillSwitch;
import imgurcaravan.testing.RedisProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XClaimParams;
import redis.clients.jedis.params.XPendingParams;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamPendingEntry;

/** Who owns an entry, for how long, and who claims it afterwards. */
class LeaseTest extends AgainstRedis {

    @Test
    void aLongExchangeIsRenewedAndProcessedOnce() {
        RedisStreamsApp application = start(holding());
        start(holding());

        application.add("long", "a1");

        await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(5)).until(() -> received.size() <= 1);
        assertThat(owner().getDeliveredTimes()).isEqualTo(1);
        gate.countDown();
        await().atMost(Duration.ofSeconds(5)).until(() -> client.xlen(STREAM) == 0);
        assertThat(received).hasSize(1);
    }

    @Test
    void whatAnotherTookIsNotTakenBackButMayBeFinished() {
        RedisStreamsApp application = start(routes(route -> route.from(GROUPED + "&claimMinIdle=3000&result=done")
                .process(take())
                .process(hold())));
        application.add("one", "a1");
        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 1);
        StreamEntryID id = owner().getID();

        client.xclaim(STREAM, GROUP, "another", 0, XClaimParams.xClaimParams().idle(0), id);

        await().during(Duration.ofMillis(1500))
                .until(() -> owner().getConsumerName().equals("another"));
        assertThat(owner().getIdleTime()).isGreaterThan(1_400);
        gate.countDown();
        await().atMost(Duration.ofSeconds(5)).until(() -> client.xlen(STREAM) == 0);
        assertThat(pending()).isZero();
        assertThat(client.xrange(RESULTS, "-", "+")).hasSize(1);
        assertThat(client.get(KEY + "a1")).isEqualTo("done");
    }

    @Test
    void aRouteIsToldThatAnotherHasItsEntry() {
        RedisStreamsApp application = start(holding());
        application.add("one", "a1");
        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 1);
        BooleanSupplier lease = received.element().getProperty(RedisStreamsConstants.LEASE, BooleanSupplier.class);
        assertThat(lease.getAsBoolean()).isTrue();

        client.xclaim(STREAM, GROUP, "another", 0, XClaimParams.xClaimParams().idle(0), owner().getID());

        await().atMost(Duration.ofSeconds(2)).until(() -> !lease.getAsBoolean());
        received.element().setRollbackOnly(true);
        gate.countDown();
        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 2);
        assertThat(client.xlen(DEAD)).isZero();
    }

    @Test
    @Timeout(180)
    void anEntryThatEndsItsProcessIsTakenAloneAndGivenUpAlone() throws Exception {
        RedisStreamsApp adding = start();
        for (int i = 0; i < 12; i++) {
            adding.add(i == 2 ? Deadly.BODY : "image " + i, "a" + i);
        }
        int processes = 0;
        List<String> lines = new ArrayList<>();
        while (client.xlen(STREAM) > 0) {
            assertThat(++processes).as("processes: %s", lines).isLessThanOrEqualTo(6);
            try (AppProcess process = AppProcess.java(Path.of(System.getProperty("java.home")))
                    .jvm("-XX:TieredStopAtLevel=1")
                    .mainClass(System.getProperty("java.class.path"), Deadly.class.getName())
                    .args(redis.url())
                    .start()) {
                await().atMost(Duration.ofSeconds(60)).until(() -> !process.isAlive() || client.xlen(STREAM) == 0);
                lines.addAll(process.lines());
            }
        }

        assertThat(client.xrange(DEAD, "-", "+")).singleElement().satisfies(letter -> assertThat(letter.getFields())
                .containsEntry("body", Deadly.BODY)
                .containsEntry("reason", "the process ended 3 times while it was processed"));
        assertThat(lines.stream().filter(line -> line.startsWith("done image"))).hasSize(11);
        assertThat(lines).noneMatch(line -> line.matches("done image \\d+ after [3-9]"));
        assertThat(processes).isEqualTo(4);
    }

    /** Delivers so many entries to a consumer that died long ago. */
    private void leaveToOthers(int count) {
        client.xreadGroup(
                GROUP,
                "dead",
                XReadGroupParams.xReadGroupParams().count(count),
                Map.of(STREAM, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
        client.xpending(
                        STREAM,
                        GROUP,
                        XPendingParams.xPendingParams()
                                .start(StreamEntryID.MINIMUM_ID)
                                .end(StreamEntryID.MAXIMUM_ID)
                                .count(count))
                .forEach(entry -> idle("dead", Duration.ofDays(2), entry.getID()));
    }

    @Test
    void whatIsTakenAloneStartsNextToNothing() {
        client.xgroupCreate(STREAM, GROUP, new StreamEntryID(), true);
        for (int i = 0; i < 3; i++) {
            client.xadd(STREAM, XAddParams.xAddParams(), Map.of("body", "suspect " + i));
        }
        leaveToOthers(3);
        for (int i = 0; i < 200; i++) {
            client.xadd(STREAM, XAddParams.xAddParams(), Map.of("body", "new " + i));
        }
        Set<String> active = ConcurrentHashMap.newKeySet();
        Queue<String> company = new ConcurrentLinkedQueue<>();

        start(routes(route -> route.from(CONSUMER + "&concurrentConsumers=4")
                .threads(8, 8)
                .process(exchange -> {
                    String body = exchange.getMessage().getBody(String.class);
                    active.add(body);
                    Set<String> others = new TreeSet<>(active);
                    others.remove(body);
                    if (body.startsWith("suspect") && !others.isEmpty()
                            || others.stream().anyMatch(other -> other.startsWith("suspect"))) {
                        company.add(body + " beside " + others);
                    }
                    // Long enough for others to start beside it.
                    new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS);
                    active.remove(body);
                })
                .process(take())));

        await().atMost(Duration.ofSeconds(20)).until(() -> client.xlen(STREAM) == 0);
        assertThat(bodies()).hasSize(203).doesNotHaveDuplicates();
        assertThat(company).isEmpty();
    }

    @Test
    void whoWaitsToTakeAnEntryAloneCanBePausedAndStopped() throws Exception {
        client.xgroupCreate(STREAM, GROUP, new StreamEntryID(), true);
        client.xadd(STREAM, XAddParams.xAddParams(), Map.of("body", "suspect"));
        client.xreadGroup(
                GROUP,
                "dead",
                XReadGroupParams.xReadGroupParams().count(1),
                Map.of(STREAM, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
        client.xadd(STREAM, XAddParams.xAddParams(), Map.of("body", "long"));
        RedisStreamsApp application = start(routes(route -> route.from(CONSUMER + "&concurrentConsumers=2")
                .routeId("work")
                .process(take())
                .process(hold())));
        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 1);
        idle("dead", Duration.ofDays(2), owner().getID());
        // The next turn has come, and a thread waits until the long one has ended.
        await().during(Duration.ofMillis(800)).atMost(Duration.ofSeconds(2)).until(() -> received.size() == 1);

        Future<?> suspending = Executors.newSingleThreadExecutor().submit(() -> {
            application.context().getRouteController().suspendRoute("work");
            return null;
        });
        await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(2)).until(() -> !suspending.isDone());
        client.xadd(STREAM, XAddParams.xAddParams(), Map.of("body", "new"));
        gate.countDown();
        suspending.get(5, TimeUnit.SECONDS);
        await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(2)).until(() -> received.size() == 1);
        application.context().getRouteController().resumeRoute("work");

        await().atMost(Duration.ofSeconds(10)).until(() -> client.xlen(STREAM) == 0);
        assertThat(bodies()).containsExactlyInAnyOrder("long", "suspect", "new");
    }

    @Test
    void aStepBackOfTheServersClockDelaysNobodyForLong() throws Exception {
        Path clock = Files.createTempFile("clock", "");
        Files.writeString(clock, "+0");
        try (RedisProcess shifted = RedisProcess.bundled().clock(clock).start();
                RedisStreamsApp adding = new RedisStreamsApp(shifted);
                RedisStreamsApp working = new RedisStreamsApp(shifted);
                Jedis there = shifted.client()) {
            adding.start();
            adding.add("one", "a1");
            there.xgroupCreate(STREAM, GROUP, new StreamEntryID(), false);
            there.xreadGroup(
                    GROUP,
                    "dead",
                    XReadGroupParams.xReadGroupParams().count(1),
                    Map.of(STREAM, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
            String before = there.time().get(0);

            Files.writeString(clock, "-3600");
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> Long.parseLong(there.time().get(0)) < Long.parseLong(before) - 3_000);
            working.start(routes(route -> route.from(CONSUMER).process(take())));

            await().atMost(Duration.ofSeconds(10)).until(() -> there.xlen(STREAM) == 0);
            assertThat(bodies()).containsExactly("one");
        } finally {
            Files.delete(clock);
        }
    }

    @Test
    void whatAnotherFinishedIsNotFinishedAgain() {
        RedisStreamsApp application = start(holding());
        application.add("one", "a1");
        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 1);
        StreamEntryID id = owner().getID();

        client.xack(STREAM, GROUP, id);
        client.xdel(STREAM, id);
        client.del(KEY + "a1");
        gate.countDown();

        await().atMost(Duration.ofSeconds(5))
                .until(() -> application
                                .component()
                                .queue(Keys.of(STREAM, null))
                                .counters()
                                .inFlight
                                .get()
                        == 0);
        assertThat(client.xlen(RESULTS)).isZero();
        assertThat(client.exists(KEY + "a1")).isFalse();
    }

    @Test
    void whatIsLeftBehindIsTakenOverByAgeBesideWhatIsNew() {
        client.xgroupCreate(STREAM, GROUP, new StreamEntryID(), true);
        for (int i = 0; i < 20; i++) {
            client.xadd(STREAM, XAddParams.xAddParams(), Map.of("body", "old " + (char) ('a' + i)));
        }
        leaveToOthers(20);
        for (int i = 0; i < 20; i++) {
            client.xadd(STREAM, XAddParams.xAddParams(), Map.of("body", "new " + (char) ('a' + i)));
        }

        start(routes(route -> route.from(CONSUMER).process(take())));

        await().atMost(Duration.ofSeconds(10)).until(() -> client.xlen(STREAM) == 0);
        assertThat(bodies().stream().filter(body -> body.startsWith("old")))
                .isSorted()
                .hasSize(20);
        assertThat(bodies().stream().filter(body -> body.startsWith("new")))
                .isSorted()
                .hasSize(20);
        // In turns: neither had to wait until the other was through.
        assertThat(bodies().subList(0, 20).stream().filter(body -> body.startsWith("old")))
                .hasSizeBetween(8, 12);
        assertThat(headers(RedisStreamsConstants.DELIVERIES)).contains(1L, 2L);
    }

    @Test
    void whatAKilledProcessHadIsTakenOverWithin15Seconds() throws Exception {
        RedisStreamsApp application = start();
        application.add("one", "a1");
        try (AppProcess other = AppProcess.java(Path.of(System.getProperty("java.home")))
                .jvm("-XX:TieredStopAtLevel=1")
                .mainClass(System.getProperty("java.class.path"), Held.class.getName())
                .args(redis.url())
                .start()) {
            assertThat(other.waitForLine("holds one", Duration.ofSeconds(20))).isTrue();
            start(routes(route -> route.from(GROUPED).process(take())));
            await().during(Duration.ofMillis(300)).until(() -> received.isEmpty());
            other.kill();
        }

        await().atMost(Duration.ofSeconds(15)).until(() -> received.size() == 1);
        assertThat(headers(RedisStreamsConstants.DELIVERIES)).containsExactly(2L);
        await().atMost(Duration.ofSeconds(2)).until(() -> client.xlen(STREAM) == 0);
    }

    @Test
    void whoStartsGivesThoseWhoLiveTheTimeToRenewWhatIsTheirs() {
        client.xgroupCreate(STREAM, GROUP, new StreamEntryID(), true);
        client.xadd(STREAM, XAddParams.xAddParams(), Map.of("body", "one"));
        client.xreadGroup(
                GROUP,
                "another",
                XReadGroupParams.xReadGroupParams().count(1),
                Map.of(STREAM, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
        // As after an outage that was longer than the lease.
        idle("another", Duration.ofMinutes(1), owner().getID());

        start(routes(route -> route.from(CONSUMER).process(take())));

        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(3)).until(received::isEmpty);
        await().atMost(Duration.ofSeconds(5)).until(() -> client.xlen(STREAM) == 0);
        assertThat(bodies()).containsExactly("one");
    }

    @Test
    void thoseWhoLiveKeepTheirEntriesThroughAnOutage() {
        try (RedisProcess durable = RedisProcess.bundled().durable().start();
                RedisStreamsApp one = new RedisStreamsApp(durable);
                RedisStreamsApp other = new RedisStreamsApp(durable)) {
            one.start(holding());
            other.start(holding());
            one.add("one", "a1");
            await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 1);

            durable.kill();
            await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
            durable.restart();

            await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(5)).until(() -> received.size() == 1);
            gate.countDown();
            try (Jedis there = durable.client()) {
                await().atMost(Duration.ofSeconds(5)).until(() -> there.xlen(STREAM) == 0);
                assertThat(there.get(KEY + "a1")).isEqualTo("done");
            }
        }
    }

    @Test
    void consumersThatHoldNothingAndAreSilentAreRemoved() {
        client.xgroupCreate(STREAM, GROUP, new StreamEntryID(), true);
        client.xgroupCreateConsumer(STREAM, GROUP, "dead");
        client.xadd(STREAM, XAddParams.xAddParams(), Map.of("body", "one"));
        client.xreadGroup(
                GROUP,
                "holding",
                XReadGroupParams.xReadGroupParams().count(1),
                Map.of(STREAM, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY));
        await().pollDelay(Duration.ofMillis(20)).until(() -> true);
        RedisAddress address = RedisAddress.parse(redis.url());
        try (RedisConnection connection = new Redis(address, DefaultJedisClientConfig::builder).connect(STREAM)) {
            assertThat(connection.run(Script.REAP, List.of(STREAM), GROUP, 60_000))
                    .isEqualTo(0L);
            assertThat(connection.run(Script.REAP, List.of(STREAM), GROUP, 10)).isEqualTo(1L);
        }
        assertThat(client.xinfoConsumers2(STREAM, GROUP)).singleElement().satisfies(left -> assertThat(left.getName())
                .isEqualTo("holding"));
    }

    private RouteBuilder holding() {
        return routes(
                route -> route.from(CONSUMER + "&result=done").process(take()).process(hold()));
    }

    private static void idle(String consumer, Duration time, StreamEntryID id) {
        client.xclaimJustId(
                STREAM, GROUP, consumer, 0, XClaimParams.xClaimParams().idle(time.toMillis()), id);
    }

    private static StreamPendingEntry owner() {
        return client.xpending(
                        STREAM,
                        GROUP,
                        XPendingParams.xPendingParams()
                                .start(StreamEntryID.MINIMUM_ID)
                                .end(StreamEntryID.MAXIMUM_ID)
                                .count(1))
                .get(0);
    }

    /** A separate process that ends when it has processed a certain entry for a moment. */
    static final class Deadly {

        static final String BODY = "deadly";

        private Deadly() {}

        public static void main(String[] arguments) throws InterruptedException {
            RedisStreamsApp application = new RedisStreamsApp(arguments[0]);
            application.start(routes(route -> route.from(CONSUMER + "&concurrentConsumers=4&maxDeliveries=3")
                    .process(exchange -> {
                        boolean deadly = exchange.getMessage().getBody().equals(BODY);
                        // So that the first ones are in flight together.
                        new CountDownLatch(1).await(deadly ? 300 : 500, TimeUnit.MILLISECONDS);
                        if (deadly) {
                            Runtime.getRuntime().halt(KillSwitch.EXIT);
                        }
                        System.out.println("done " + exchange.getMessage().getBody() + " after "
                                + exchange.getMessage().getHeader(RedisStreamsConstants.DELIVERIES));
                    })));
            new CountDownLatch(1).await();
        }
    }

    /** A separate process that reads an entry and never acknowledges it. */
    static final class Held {

        private Held() {}

        public static void main(String[] arguments) throws InterruptedException {
            RedisStreamsApp application = new RedisStreamsApp(arguments[0]);
            application.start(routes(route -> route.from(GROUPED).process(exchange -> {
                System.out.println("holds " + exchange.getMessage().getBody());
                new CountDownLatch(1).await();
            })));
            new CountDownLatch(1).await();
        }
    }
}
