package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.StandInImgur;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
