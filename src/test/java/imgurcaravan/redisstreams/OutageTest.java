package imgurcaravan.redisstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.LogLines;
import imgurcaravan.testing.RedisProcess;
import imgurcaravan.testing.TcpProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/** Any Redis outage: the log has two lines, nothing is lost, nothing busy-loops, and work resumes soon afterwards. */
class OutageTest {

    /** Long enough to detect a busy loop. */
    private static final Duration OUTAGE = Duration.ofSeconds(2);

    private static final Duration RECOVERY = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** Two consumers, two producers, a reader of results, a renewer and the acknowledgements try about four times. */
    private static final int MOST_CONNECTIONS = 60;

    private static final int MOST_COMMANDS = 300;

    /** They wait for most of the time, so they do it together. */
    private static final ExecutorService TOGETHER = Executors.newFixedThreadPool(5);

    private static final Map<Outage, Future<?>> RUNS = new EnumMap<>(Outage.class);

    private static final Set<Integer> WAYS = ConcurrentHashMap.newKeySet();

    private static LogLines log;

    @BeforeAll
    static void beginAll() {
        log = new LogLines();
        for (Outage outage : Outage.values()) {
            RUNS.put(outage, TOGETHER.submit(() -> run(outage)));
        }
    }

    @AfterAll
    static void endAll() {
        TOGETHER.shutdownNow();
        log.close();
    }

    @ParameterizedTest
    @EnumSource
    void isLoggedInTwoLinesAndLosesNothing(Outage outage) throws Exception {
        RUNS.get(outage).get(2, TimeUnit.MINUTES);
    }

    /** On a port that no other run has had: the port tells their lines in the log apart. */
    private static TcpProxy newWay(int port) throws IOException {
        while (true) {
            TcpProxy way = new TcpProxy(port);
            if (WAYS.add(way.port())) {
                return way;
            }
            way.close();
        }
    }

    private static Void run(Outage outage) throws Exception {
        try (RedisProcess redis = RedisProcess.bundled().durable().start();
                TcpProxy way = newWay(redis.port());
                Jedis admin = redis.client();
                Worker worker = new Worker("redis://127.0.0.1:" + way.port())) {
            worker.start().load();
            await().atMost(PATIENCE).until(() -> worker.results().size() > 20);
            int connections = way.connections();
            assertThat(problems(way.port())).isEmpty();

            outage.begin(redis, admin);
            await().atMost(PATIENCE).until(() -> !problems(way.port()).isEmpty());
            long commands = outage.responds() ? commands(admin) : 0;
            await().during(OUTAGE).atMost(OUTAGE.plusSeconds(3)).until(() -> true);

            assertThat(problems(way.port())).singleElement().asString().contains("127.0.0.1:" + way.port());
            assertThat(problems(way.port()).get(0)).containsPattern(outage.words());
            assertThat(way.connections() - connections).isLessThan(MOST_CONNECTIONS);
            if (outage.responds()) {
                assertThat(commands(admin) - commands).isLessThan(MOST_COMMANDS);
            }
            int done = worker.results().size();

            outage.end(redis, admin);

            await().atMost(RECOVERY).until(() -> worker.results().size() > done);
            worker.stopLoad();
            await().atMost(PATIENCE).until(() -> worker.results().containsAll(worker.sent()));
            assertThat(worker.hasSeenAll()).isTrue();
            await().atMost(PATIENCE).until(() -> backs(way.port()) == 1);
            assertThat(problems(way.port())).hasSize(1);
            await().atMost(PATIENCE).untilAsserted(() -> assertEmpty(redis));
        }
        return null;
    }

    @Test
    void redisMayBeDownAtTheStart() throws Exception {
        try (RedisProcess redis = RedisProcess.bundled().durable().start();
                Worker worker = new Worker(redis.url())) {
            redis.kill();

            long start = System.nanoTime();
            worker.start();
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(5));
            CompletableFuture<Exchange> adding = CompletableFuture.supplyAsync(() -> worker.add("early"));
            await().atMost(PATIENCE).until(() -> !problems(redis.port()).isEmpty());
            assertThat(problems(redis.port())).singleElement().asString().contains(redis.address(), "refused");
            assertThat(adding).isNotDone();

            redis.restart();

            await().atMost(RECOVERY).until(() -> worker.seen().containsKey("early"));
            assertThat(adding.get(5, TimeUnit.SECONDS).getException()).isNull();
            await().atMost(PATIENCE).until(() -> backs(redis.port()) == 1);
            assertThat(problems(redis.port())).hasSize(1);
        }
    }

    @Test
    void aKeyOfTheWrongTypeIsNamedAndMayBeRemoved() throws Exception {
        try (RedisProcess redis = RedisProcess.bundled().start();
                Jedis admin = redis.client();
                Worker worker = new Worker(redis.url())) {
            admin.set(Worker.STREAM, "another value");

            worker.start();
            CompletableFuture<Exchange> adding = CompletableFuture.supplyAsync(() -> worker.add("early"));
            await().atMost(PATIENCE).until(() -> !problems(redis.port()).isEmpty());
            await().during(OUTAGE).atMost(OUTAGE.plusSeconds(3)).until(() -> true);
            assertThat(problems(redis.port()))
                    .singleElement()
                    .asString()
                    .contains(redis.address(), "WRONGTYPE", Worker.STREAM);
            assertThat(adding).isNotDone();
            assertThat(admin.get(Worker.STREAM)).isEqualTo("another value");

            admin.del(Worker.STREAM);

            await().atMost(RECOVERY).until(() -> worker.seen().containsKey("early"));
            await().atMost(PATIENCE).until(() -> backs(redis.port()) == 1);
            assertThat(problems(redis.port())).hasSize(1);
        }
    }

    @Test
    void afterFlushallWorkGoesOn() throws Exception {
        try (RedisProcess redis = RedisProcess.bundled().start();
                Jedis admin = redis.client();
                Worker worker = new Worker(redis.url())) {
            worker.start();
            worker.add("before");
            await().atMost(PATIENCE).until(() -> worker.results().contains("before"));

            admin.flushAll();

            worker.add("after");
            await().atMost(RECOVERY).until(() -> worker.seen().containsKey("after"));
            await().atMost(RECOVERY).until(() -> worker.results().contains("after"));
            assertThat(problems(redis.port())).isEmpty();
        }
    }

    @Test
    void underLoadAFlushallCostsWhatItDeletedOnly() throws Exception {
        try (RedisProcess redis = RedisProcess.bundled().start();
                Jedis admin = redis.client();
                Worker worker = new Worker(redis.url())) {
            worker.start().load();
            await().atMost(PATIENCE).until(() -> worker.results().size() > 20);

            Object deleted = admin.eval(
                    "local entries = redis.call('XLEN', KEYS[1]) redis.call('FLUSHALL') return entries",
                    1,
                    Worker.STREAM);
            int done = worker.results().size();

            await().atMost(RECOVERY).until(() -> worker.results().size() > done + 20);
            worker.stopLoad();
            await().atMost(PATIENCE).untilAsserted(() -> assertEmpty(redis));
            assertThat((long) worker.sent().size() - worker.seen().size()).isLessThanOrEqualTo((Long) deleted);
            assertThat(problems(redis.port())).isEmpty();
        }
    }

    @Test
    void aNewPasswordTakesTheEpisodeAway() throws Exception {
        try (RedisProcess redis = RedisProcess.bundled().password("old-secret").start();
                Jedis admin = redis.client();
                Worker worker = new Worker(redis.url())) {
            worker.component().setPassword("old-secret");
            worker.start();
            worker.add("before");
            await().atMost(PATIENCE).until(() -> worker.results().contains("before"));

            Outage.PASSWORD_CHANGED.begin(redis, admin);
            await().atMost(PATIENCE).until(() -> !problems(redis.port()).isEmpty());
            worker.component().setPassword("another-secret");

            worker.add("after");
            await().atMost(RECOVERY).until(() -> worker.results().contains("after"));
            await().atMost(PATIENCE).until(() -> backs(redis.port()) == 1);
            assertThat(problems(redis.port())).hasSize(1);
            assertThat(log.text()).doesNotContain("old-secret").doesNotContain("another-secret");
        }
    }

    @Test
    void waitsNoLongerThanItMay() throws Exception {
        try (RedisProcess redis = RedisProcess.bundled().start();
                Worker worker = new Worker(redis.url())) {
            redis.kill();
            worker.withoutConsumer().producerOptions("&sendTimeout=1s").start();

            long start = System.nanoTime();
            Exchange exchange = worker.add("never");

            assertThat(exchange.getException())
                    .hasMessageContaining(redis.address())
                    .hasMessageContaining("refused");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(900), PATIENCE);
            assertThat(problems(redis.port()))
                    .filteredOn(line -> line.contains(" WARN "))
                    .hasSize(1);
        }
    }

    @Test
    void stopsWhileRedisIsDown() throws Exception {
        try (RedisProcess redis = RedisProcess.bundled().start();
                Worker worker = new Worker(redis.url())) {
            worker.start();
            worker.add("before");
            await().atMost(PATIENCE).until(() -> worker.results().contains("before"));
            redis.kill();
            CompletableFuture<Exchange> adding = CompletableFuture.supplyAsync(() -> worker.add("late"));
            await().atMost(PATIENCE).until(() -> !problems(redis.port()).isEmpty());

            long start = System.nanoTime();
            worker.stop();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            assertThat(adding.get(5, TimeUnit.SECONDS).getException()).isNotNull();
        }
    }

    private static List<String> problems(int port) {
        return log.with("127.0.0.1:" + port).stream()
                .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                .toList();
    }

    private static int backs(int port) {
        return log.with("127.0.0.1:" + port + " is back after ").size();
    }

    private static long commands(Jedis admin) {
        return admin.info("stats")
                .lines()
                .filter(line -> line.startsWith("total_commands_processed:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                .sum();
    }

    private static void assertEmpty(RedisProcess redis) {
        try (Jedis client = redis.client()) {
            assertThat(client.xlen(Worker.STREAM)).isZero();
            assertThat(client.xpending(Worker.STREAM, Worker.GROUP).getTotal()).isZero();
            assertThat(client.xlen("{" + Worker.STREAM + "}:dead")).isZero();
        }
    }
}
