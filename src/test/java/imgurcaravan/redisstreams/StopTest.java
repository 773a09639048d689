package imgurcaravan.redisstreams;

import static imgurcaravan.redisstreams.RedisStreamsApp.routes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a consumer leaves behind when it is suspended or stopped. */
class StopTest extends AgainstRedis {

    @Test
    void finishesWhatItHasInHand() {
        RedisStreamsApp application =
                start(routes(route -> route.from(CONSUMER).process(take()).process(hold())));
        application.add("one", "a1");
        application.add("two", "a2");
        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 1);

        CompletableFuture<Void> stop = CompletableFuture.runAsync(application::close);
        await().during(Duration.ofMillis(300)).until(() -> !stop.isDone());
        gate.countDown();

        assertThat(stop).succeedsWithin(Duration.ofSeconds(5));
        assertThat(bodies()).containsExactly("one");
        assertThat(client.get(KEY + "a1")).isEqualTo("done");
        assertThat(client.xlen(STREAM)).isEqualTo(1);
        assertThat(client.xinfoConsumers(STREAM, GROUP)).isEmpty();
    }

    @Test
    void givesBackWhatItCannotFinish() {
        RedisStreamsApp application = start(routes(route ->
                route.from(GROUPED + "&claimMinIdle=30000").process(take()).process(hold())));
        application.context().getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
        application.context().getShutdownStrategy().setTimeout(300);
        application.add("one", "a1");
        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 1);

        application.close();

        start(routes(route -> route.from(GROUPED + "&claimMinIdle=30000").process(take())));
        await().atMost(Duration.ofSeconds(3)).until(() -> client.xlen(STREAM) == 0);
        assertThat(bodies()).containsExactly("one", "one");
        // A released delivery does not count.
        assertThat(headers(RedisStreamsConstants.DELIVERIES)).containsExactly(1L, 1L);
    }

    @Test
    void stopsAtOnceWhenThereIsNothingToDo() {
        RedisStreamsApp application = start(
                routes(route -> route.from(GROUPED + "&claimMinIdle=60000&blockTimeout=20000&concurrentConsumers=8")
                        .process(take())));
        await().atMost(Duration.ofSeconds(5)).until(() -> client.info("clients").contains("blocked_clients:8"));

        assertThat(CompletableFuture.runAsync(application::close)).succeedsWithin(Duration.ofSeconds(2));

        assertThat(client.xinfoConsumers(STREAM, GROUP)).isEmpty();
        await().atMost(Duration.ofSeconds(2)).until(() -> client.info("clients").contains("connected_clients:1\r\n"));
    }

    @Test
    void takesNothingWhileItIsSuspended() throws Exception {
        RedisStreamsApp application =
                start(routes(route -> route.from(CONSUMER).routeId("work").process(take())));
        application.add("one", "a1");
        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 1);

        application.context().getRouteController().suspendRoute("work");
        application.add("two", "a2");
        await().during(Duration.ofMillis(500)).until(() -> received.size() == 1 && pending() == 0);
        application.context().getRouteController().resumeRoute("work");

        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 2);
        application.context().getRouteController().stopRoute("work");
        application.context().getRouteController().startRoute("work");
        application.add("three", "a3");
        await().atMost(Duration.ofSeconds(5)).until(() -> received.size() == 3 && client.xlen(STREAM) == 0);
    }

    @Test
    void losesNothingWhenItIsStoppedUnderLoad() {
        for (int round = 0; round < 10; round++) {
            RedisStreamsApp application = start(routes(
                    route -> route.from(CONSUMER + "&concurrentConsumers=4").process(take())));
            for (int i = 0; i < 50; i++) {
                application.add("image " + round + ' ' + i, "a" + round + '-' + i);
            }
            application.close();
        }

        start(routes(route -> route.from(CONSUMER + "&concurrentConsumers=4").process(take())));
        await().atMost(Duration.ofSeconds(10)).until(() -> client.xlen(STREAM) == 0);
        assertThat(bodies()).hasSize(500).doesNotHaveDuplicates();
        // What was delivered while a consumer stopped was released, and that delivery does not count.
        assertThat(headers(RedisStreamsConstants.DELIVERIES)).containsOnly(1L);
        assertThat(client.xlen(DEAD)).isZero();
    }
}
