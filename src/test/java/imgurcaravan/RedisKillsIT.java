package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.AppCommand;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.StandInImgur;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Kills of pollers, workers and Redis leave nothing undone, and nothing is done twice unnecessarily. */
class RedisKillsIT extends RedisRuns {

    @Test
    void killsOfWorkersAndOfRedisLoseNothing() throws Exception {
        int workers = 4;
        int kills = 25;
        try (StandInImgur imgur = StandInImgur.ofSize(api, cdn, 2_000, 500, 4_000, 2)) {
            cdn.delay(Duration.ofMillis(30));
            AtomicInteger left = new AtomicInteger(kills);
            ExecutorService slots = Executors.newFixedThreadPool(workers);
            try (AppProcess poller = poller("poller").start()) {
                List<Future<?>> running = new ArrayList<>();
                for (int i = 0; i < workers; i++) {
                    Random random = new Random(i);
                    running.add(slots.submit(() -> work(poller, left, random)));
                }
                for (int i = 1; i <= 3; i++) {
                    int before = kills - i * 6;
                    await().atMost(LONG).until(() -> left.get() <= before);
                    redis.kill();
                    redis.restart();
                }
                for (Future<?> slot : running) {
                    slot.get(5, TimeUnit.MINUTES);
                }
                assertThat(poller.waitFor(LONG)).as(poller.output()).isZero();
                assertThat(poller.output()).contains("2000 listed", " 0 failed");
            } finally {
                slots.shutdownNow();
            }
            assertThat(left.get()).isNotPositive();
            assertAllWholeAndNothingElse(imgur);
            assertNothingIsQueued();
            assertThat(imgur.imageRequests()).hasSizeBetween(2_000, 2_100);
        }
    }

    /** Kills one worker after another at random moments while there are kills left; the last worker finishes. */
    private Void work(AppProcess poller, AtomicInteger left, Random random) throws IOException {
        while (poller.isAlive()) {
            try (AppProcess worker = worker(2).start()) {
                int after = 5 + random.nextInt(20);
                await().atMost(LONG).until(() -> downloads(worker) >= after || !poller.isAlive());
                if (poller.isAlive() && left.getAndDecrement() > 0) {
                    worker.kill();
                } else {
                    await().atMost(LONG).until(() -> !poller.isAlive());
                    worker.terminate();
                }
                worker.waitFor(LONG);
            }
        }
        return null;
    }

    @Test
    void aPollerThatIsKilledLeavesItsImagesToTheWorkers() throws Exception {
        try (StandInImgur imgur = StandInImgur.ofSize(api, cdn, 40, 1_000, 5_000, 3)) {
            try (AppProcess poller = poller("poller").start();
                    Jedis client = redis.client()) {
                await().atMost(LONG).until(() -> client.xlen(STREAM) == 40);
                poller.kill();
            }
            try (AppProcess next = poller("poller").start();
                    AppProcess worker = worker(4).start()) {
                assertThat(next.waitFor(LONG)).as(next.output()).isZero();
                assertThat(next.output()).contains("40 listed", " 0 failed");
                stop(worker);
            }
            assertAllWholeAndNothingElse(imgur);
            assertThat(imgur.imageRequests()).hasSize(40);
            assertNothingIsQueued();
        }
    }

    @Test
    void anImageThatEndsItsProcessIsGivenUpAlone() throws Exception {
        Path queue = folder.resolve("worker/routes/queue/redis.camel.yaml");
        Files.createDirectories(queue.getParent());
        Files.writeString(
                queue,
                Files.readString(Path.of("routes/queue/redis.camel.yaml"))
                        .replace(" group: ", " claimMinIdle: 2s\n        maxDeliveries: 3\n        group: "));
        AtomicReference<AppProcess> worker = new AtomicReference<>();
        try (StandInImgur imgur = StandInImgur.ofSize(api, cdn, 30, 1_000, 5_000, 21)) {
            cdn.delay(Duration.ofMillis(200));
            String deadly = imgur.images().keySet().stream().skip(4).findFirst().orElseThrow();
            imgur.override(imgur.path(deadly), request -> {
                worker.get().kill();
                return imgur.respond(request);
            });
            int workers = 0;
            try (AppProcess poller = poller("poller").start()) {
                while (poller.isAlive()) {
                    assertThat(++workers).as(poller.output()).isLessThanOrEqualTo(8);
                    try (AppProcess next = worker(8).start()) {
                        worker.set(next);
                        await().atMost(LONG).until(() -> !next.isAlive() || !poller.isAlive());
                    }
                }
                assertThat(poller.waitFor(LONG)).as(poller.output()).isEqualTo(1);
                assertThat(poller.output())
                        .contains("30 listed, 29 downloaded, 0 known, 1 failed")
                        .contains("the process ended 3 times while it was downloaded");
            }
            try (Jedis client = redis.client()) {
                assertThat(client.xrange(DEAD, "-", "+")).singleElement().satisfies(letter -> assertThat(
                                letter.getFields())
                        .containsEntry("key", deadly)
                        .containsEntry("reason", "the process ended 3 times while it was downloaded"));
            }
            assertThat(workers).isEqualTo(4);
            assertThat(imgur.images().keySet())
                    .filteredOn(id -> !id.equals(deadly))
                    .allSatisfy(id -> assertThat(cdn.count(imgur.path(id))).isLessThanOrEqualTo(2));
            assertNothingIsQueued();
        }
    }

    @Test
    void aWorkerThatLosesAnImageWhileItIsSuspendedRequestsItNoMore() throws Exception {
        byte[] jpeg = Samples.jpeg(1, 30_000);
        try (StandInImgur imgur = new StandInImgur(api, cdn);
                AppProcess first = ownDisk("first").start()) {
            imgur.addImage("slow123", jpeg, "image/jpeg").addPost("slow123");
            imgur.overrideFirst(imgur.path("slow123"), 1, Reply.drip("image/jpeg", jpeg, Duration.ofMillis(500), 100));
            try (AppProcess poller = poller("poller").start()) {
                await().atMost(LONG).until(() -> cdn.count(imgur.path("slow123")) == 1);
                first.suspend();
                try (AppProcess second = ownDisk("second").start()) {
                    assertThat(poller.waitFor(LONG)).as(poller.output()).isZero();
                    assertThat(downloads(second)).isEqualTo(1);
                    // Its connection breaks, and it would try again.
                    cdn.closeConnections();
                    first.resume();
                    await().atMost(Duration.ofSeconds(30))
                            .until(() ->
                                    first.output().contains("Left slow123 ") || cdn.count(imgur.path("slow123")) > 2);
                    stop(second);
                }
                stop(first);
            }
            assertThat(cdn.count(imgur.path("slow123"))).isEqualTo(2);
            assertNothingIsQueued();
        }
    }

    private AppCommand ownDisk(String home) throws IOException {
        // With an archive it may learn in time from the results that another has downloaded an image.
        return app(home).env("IMGUR_POLL_ENABLED", "false").env("IMGUR_ARCHIVE", "none");
    }

    @Test
    void aPollerThatWasSuspendedDoesNotSayThatNothingWasHeard() throws Exception {
        try (StandInImgur imgur = StandInImgur.ofSize(api, cdn, 5, 1_000, 5_000, 22);
                Jedis client = redis.client();
                AppProcess poller = poller("poller").start()) {
            await().atMost(LONG).until(() -> client.xlen(STREAM) == 5);

            poller.suspend();
            await().pollDelay(Duration.ofSeconds(62))
                    .atMost(Duration.ofSeconds(70))
                    .until(() -> true);
            poller.resume();
            await().during(Duration.ofSeconds(15))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> !poller.output().contains("No result"));

            try (AppProcess worker = worker(2).start()) {
                assertThat(poller.waitFor(LONG)).as(poller.output()).isZero();
                stop(worker);
            }
            assertThat(poller.output()).doesNotContain("WARN");
            assertAllWholeAndNothingElse(imgur);
        }
    }

    @Test
    void aWorkerThatIsSuspendedForLongerThanTheLeaseDoesNoHarm() throws Exception {
        try (StandInImgur imgur = StandInImgur.ofSize(api, cdn, 60, 1_000, 5_000, 7)) {
            cdn.delay(Duration.ofMillis(200));
            try (AppProcess first = worker(2).start();
                    AppProcess poller = poller("poller").start()) {
                await().atMost(LONG).until(() -> downloads(first) >= 6);
                first.suspend();
                try (AppProcess second = worker(2).start()) {
                    assertThat(poller.waitFor(LONG)).as(poller.output()).isZero();
                    assertNothingIsQueued();
                    first.resume();
                    first.terminate();
                    second.terminate();
                    assertThat(first.waitFor(Duration.ofSeconds(12))).isEqualTo(143);
                    assertThat(second.waitFor(Duration.ofSeconds(12))).isEqualTo(143);
                }
            }
            // Two were being fetched, and up to four being written to disk.
            assertThat(imgur.imageRequests()).hasSizeBetween(60, 66);
            assertAllWholeAndNothingElse(imgur);
            assertNothingIsQueued();
        }
    }
}
