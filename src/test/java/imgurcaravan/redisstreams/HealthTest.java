package imgurcaravan.redisstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.map;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.RedisProcess;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckAware;
import org.junit.jupiter.api.Test;

/** What the component reports about its health and its work. */
class HealthTest {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Test
    void consumerIsDownWhileRedisIs() throws Exception {
        try (RedisProcess redis = RedisProcess.bundled()
                        .durable()
                        .password("hidden-secret")
                        .start();
                Worker worker = new Worker(redis.url("", "hidden-secret"))) {
            worker.start();
            worker.add("done");
            await().atMost(PATIENCE).until(() -> worker.results().contains("done"));

            HealthCheck.Result up = health(worker);
            assertThat(up.getState()).isEqualTo(HealthCheck.State.UP);
            assertThat(up.getDetails())
                    .containsEntry("length", 0L)
                    .containsEntry("pending", 0L)
                    .containsEntry("deadLetters", 0L)
                    .containsEntry("deliveries", 1L);

            redis.kill();
            await().atMost(PATIENCE).until(() -> health(worker).getState() == HealthCheck.State.DOWN);
            assertThat(health(worker).getMessage())
                    .hasValue("Redis at " + redis.address() + " cannot be reached (Connection refused)");
            assertThat(health(worker).getDetails().toString()).doesNotContain("hidden-secret");

            redis.restart();
            await().atMost(PATIENCE).until(() -> health(worker).getState() == HealthCheck.State.UP);
        }
    }

    @Test
    void statsAreThoseOfTheQueue() throws Exception {
        try (RedisProcess redis = RedisProcess.bundled().start();
                Worker worker = new Worker(redis.url())) {
            worker.withoutConsumer().start();
            worker.add("one");
            worker.add("two");

            assertThat(stats(worker))
                    .containsEntry("length", 2L)
                    .containsEntry("pending", 0L)
                    .containsOnlyKeys(
                            "length",
                            "pending",
                            "oldestPendingMillis",
                            "deadLetters",
                            "deliveries",
                            "redeliveries",
                            "reconnects",
                            "inFlight");
        }
    }

    private static Map<String, Object> stats(Worker worker) {
        Exchange exchange = worker.camel()
                .createProducerTemplate()
                .send("redis-streams:" + Worker.STREAM + "?operation=stats", stats -> {});
        return map(String.class, Object.class)
                .createAssert(exchange.getMessage().getBody())
                .actual();
    }

    private static HealthCheck.Result health(Worker worker) {
        HealthCheckAware consumer =
                (HealthCheckAware) worker.camel().getRoute("work").getConsumer();
        return consumer.getHealthCheck().call();
    }
}
