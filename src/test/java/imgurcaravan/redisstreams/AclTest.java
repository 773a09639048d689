package imgurcaravan.redisstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.RedisCommand;
import imgurcaravan.testing.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/** The permissions that the documentation says a Redis user needs are sufficient, and each of them is necessary. */
class AclTest {

    private static final Path DOCUMENTATION = Path.of("src/main/docs/redis-streams.md");
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String PASSWORD = "pass";

    static final List<Named<Supplier<RedisCommand>>> SERVERS =
            List.of(Named.of("Redis 6.2", RedisProcess::bundled), Named.of("installed Redis", RedisProcess::installed));

    @ParameterizedTest
    @FieldSource("SERVERS")
    void producer(Supplier<RedisCommand> server) throws Exception {
        String rights = rights("producer");
        try (RedisProcess redis =
                        server.get().user("producer", PASSWORD, rights).start();
                Worker adds = new Worker(redis.url("producer", PASSWORD))) {
            adds.withoutConsumer().producerOptions("&maxPending=10").start();

            assertThat(adds.add("a").getException()).isNull();
            assertThat(adds.add("a").getMessage().getHeader(RedisStreamsConstants.DUPLICATE))
                    .isEqualTo("queued");
            try (Jedis client = redis.client()) {
                client.xadd(
                        "{" + Worker.STREAM + "}:results",
                        StreamEntryID.NEW_ENTRY,
                        Map.of("entry", "1-1", "key", "", "result", "told"));
            }
            await().atMost(PATIENCE).until(() -> adds.results().contains("told"));
            idle(adds);
            cutOff(redis);
            takeTheLastId(redis, adds);

            assertEnoughAndNotTooMuch(redis, rights);
        }
    }

    @ParameterizedTest
    @FieldSource("SERVERS")
    void consumer(Supplier<RedisCommand> server) throws Exception {
        String rights = rights("consumer");
        try (RedisProcess redis =
                        server.get().user("consumer", PASSWORD, rights).start();
                Worker works = new Worker(redis.url("consumer", PASSWORD))) {
            try (Jedis client = redis.client()) {
                client.xadd(Worker.STREAM, StreamEntryID.NEW_ENTRY, Map.of("body", "good", "key", "good"));
                client.xadd(Worker.STREAM, StreamEntryID.NEW_ENTRY, Map.of("body", "bad", "key", "bad"));
                client.configResetStat();
            }
            everyKindOf(works).withoutProducer().start();
            await().atMost(PATIENCE).until(() -> redis.calls("xack") == 2);
            idle(works);
            readStats(works);
            clearDeadConsumers(works, redis);
            works.stop();

            assertEnoughAndNotTooMuch(redis, rights);
        }
    }

    @ParameterizedTest
    @FieldSource("SERVERS")
    void both(Supplier<RedisCommand> server) throws Exception {
        String rights = rights("both");
        try (RedisProcess redis = server.get().user("both", PASSWORD, rights).start();
                Worker worker = new Worker(redis.url("both", PASSWORD))) {
            everyKindOf(worker).start();
            worker.add("good");
            worker.add("bad");
            await().atMost(PATIENCE).until(() -> worker.results().containsAll(List.of("good", "bad")));

            Exchange stats = worker.camel()
                    .createProducerTemplate()
                    .send("redis-streams:" + Worker.STREAM + "?operation=stats", exchange -> {});
            assertThat(stats.getException()).isNull();
            Iterator<?> letters = worker.camel()
                    .createProducerTemplate()
                    .requestBody("redis-streams:" + Worker.STREAM + "?operation=deadLetters", null, Iterator.class);
            assertThat(letters.hasNext()).isTrue();
            Exchange requeued = worker.camel()
                    .createProducerTemplate()
                    .send("redis-streams:" + Worker.STREAM + "?operation=requeue", exchange -> {});
            assertThat(requeued.getMessage().getBody()).isEqualTo(1);
            idle(worker);
            cutOff(redis);
            readStats(worker);
            takeTheLastId(redis, worker);
            clearDeadConsumers(worker, redis);
            worker.stop();

            assertEnoughAndNotTooMuch(redis, rights);
        }
    }

    @ParameterizedTest
    @FieldSource("SERVERS")
    void inACluster(Supplier<RedisCommand> server) throws Exception {
        try (RedisProcess redis = server.get()
                        .cluster()
                        .user("both", PASSWORD, rights("both") + " +cluster|slots")
                        .start();
                Worker worker = new Worker("redis-cluster://both:" + PASSWORD + '@' + redis.address())) {
            worker.start();
            worker.add("clustered");
            await().atMost(PATIENCE).until(() -> worker.results().contains("clustered"));

            try (Jedis client = redis.client()) {
                assertThat(client.aclLog()).isEmpty();
            }
        }
    }

    private static Worker everyKindOf(Worker worker) {
        return worker.consumerOptions("&maxDeliveries=1").doing(exchange -> {
            if (exchange.getMessage().getBody(String.class).equals("bad")) {
                throw new IllegalStateException("cannot be done");
            }
        });
    }

    /** Waits until a pooled connection has been idle for so long that it is tested before use. */
    private static void idle(Worker worker) {
        WorkQueue queue = endpoint(worker).queue();
        await().pollDelay(Duration.ofMillis(1100)).atMost(PATIENCE).until(() -> queue.pool()
                .with(connection -> true));
    }

    /** What JMX and the health check read. */
    private static void readStats(Worker worker) {
        await().atMost(PATIENCE).until(() -> endpoint(worker).getLength() == 0);
    }

    /** After which the results are read on from where they were. */
    private static void cutOff(RedisProcess redis) {
        try (Jedis client = redis.client()) {
            long before = redis.calls("xrange");
            client.clientKill(ClientKillParams.clientKillParams().type(ClientType.NORMAL));
            await().atMost(PATIENCE).until(() -> redis.calls("xrange") > before);
        }
    }

    /** So that an add fails half-way and is undone: a stream can be at the end of its ids. */
    private static void takeTheLastId(RedisProcess redis, Worker worker) throws Exception {
        String last = "18446744073709551615-18446744073709551615";
        try (Jedis client = redis.client()) {
            client.rename(Worker.STREAM, "elsewhere");
            client.sendCommand(Command.XADD, Worker.STREAM, last, "body", "last");
            client.sendCommand(Command.XDEL, Worker.STREAM, last);
            CompletableFuture<Exchange> adding = CompletableFuture.supplyAsync(() -> worker.add("half-way"));
            await().atMost(PATIENCE).until(() -> redis.calls("del") > 0);
            client.rename("elsewhere", Worker.STREAM);
            assertThat(adding.get(10, TimeUnit.SECONDS).getException()).isNull();
        }
    }

    private static RedisStreamsEndpoint endpoint(Worker worker) {
        return worker.camel().getEndpoints().stream()
                .filter(RedisStreamsEndpoint.class::isInstance)
                .map(RedisStreamsEndpoint.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /**
     * Which a consumer does on its own once a minute, and with more patience: here, the living one is removed as well.
     */
    private static void clearDeadConsumers(Worker worker, RedisProcess redis) {
        try (Jedis client = redis.client()) {
            client.xgroupCreateConsumer(Worker.STREAM, Worker.GROUP, "dead");
            await().atMost(PATIENCE).until(() -> endpoint(worker)
                    .queue()
                    .pool()
                    .with(connection -> connection.run(Script.REAP, List.of(Worker.STREAM), Worker.GROUP, 5))
                    .equals(2L));
        }
    }

    private static void assertEnoughAndNotTooMuch(RedisProcess redis, String rights) {
        try (Jedis client = redis.client()) {
            assertThat(client.aclLog()).isEmpty();
            Set<String> granted = Arrays.stream(rights.split(" "))
                    .filter(right -> right.startsWith("+"))
                    .map(right -> right.substring(1))
                    .collect(Collectors.toCollection(TreeSet::new));
            for (String command : granted) {
                assertThat(neededBy(redis, command)).as(command).isTrue();
            }
        }
    }

    /** Whether it was called. Redis 6.2 counts commands without their subcommands. */
    private static boolean neededBy(RedisProcess redis, String command) {
        return redis.calls(command) > 0 || redis.calls(command.replaceAll("\\|.*", "")) > 0;
    }

    /** What the documentation says, with the names that the tests use. */
    private static String rights(String user) throws IOException {
        Matcher line = Pattern.compile("(?m)^ACL SETUSER " + user + " on >\\S+ (.*)$")
                .matcher(Files.readString(DOCUMENTATION));
        assertThat(line.find()).as("rights of a " + user).isTrue();
        return line.group(1).replace("imgur:images", Worker.STREAM);
    }
}
