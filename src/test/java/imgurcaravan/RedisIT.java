package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.AppCommand;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.StandInImgur;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.util.FileUtil;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.XAddParams;

/** Pollers and workers as processes of their own, a real Redis between them. */
class RedisIT extends RedisRuns {

    @Test
    void onePollsAndOthersDownload() throws Exception {
        try (StandInImgur imgur = StandInImgur.ofSize(api, cdn, 60, 1_000, 20_000, 1)) {
            imgur.addRemoved("gone123").addPost("gone123");
            try (AppProcess first = worker(2).start();
                    AppProcess second = worker(2).start();
                    AppProcess poller = poller("poller").start()) {
                assertThat(poller.waitFor(LONG)).as(poller.output()).isEqualTo(1);
                assertThat(poller.output())
                        .containsPattern("Took .* s: 61 listed, 60 downloaded, 0 known, 1 failed, [1-9].*")
                        .containsPattern("WARN Failed gone123 .*removed.*in another process");
                assertThat(downloads(first) + downloads(second)).isEqualTo(60);

                // Known to the poller, though its own folder has no images; and a failure is told once.
                try (AppProcess again = poller("poller").start()) {
                    assertThat(again.waitFor(LONG)).isZero();
                    assertThat(again.output()).contains("61 listed, 0 downloaded, 61 known, 0 failed, 0 B");
                }
                // Known to the queue, when another machine polls the same gallery.
                try (AppProcess other = poller("other").start()) {
                    other.waitFor(LONG);
                    assertThat(other.output()).contains("61 listed, 0 downloaded, 60 known, 1 failed, 0 B");
                }
                first.terminate();
                second.terminate();
                first.waitFor(Duration.ofSeconds(12));
                second.waitFor(Duration.ofSeconds(12));
                assertThat(first.output() + second.output())
                        .doesNotContain("\tat ")
                        .doesNotContain("ERROR");
            }
            assertThat(imgur.imageRequests().stream()
                            .filter(request -> !request.path().contains("gone123")))
                    .hasSize(60 + (int) cdn.count("/removed.png"));
            assertAllWholeAndNothingElse(imgur);
            assertNothingIsQueued();
        }
    }

    @Test
    void aQueueThatIsLostIsFilledAgain() throws Exception {
        try (StandInImgur imgur = StandInImgur.ofSize(api, cdn, 10, 1_000, 5_000, 4)) {
            try (AppProcess poller = poller("poller").start()) {
                try (Jedis client = redis.client()) {
                    await().atMost(LONG).until(() -> client.xlen(STREAM) == 10);
                    client.flushAll();
                }
                try (AppProcess worker = worker(4).start()) {
                    assertThat(poller.waitFor(LONG)).as(poller.output()).isZero();
                    stop(worker);
                }
            }
            assertAllWholeAndNothingElse(imgur);
        }
    }

    @Test
    void whatTheQueueLosesIsOfferedAgainWithin15Seconds() throws Exception {
        try (StandInImgur imgur = StandInImgur.ofSize(api, cdn, 30, 1_000, 5_000, 11);
                Jedis client = redis.client()) {
            try (AppProcess poller = poller("poller").start()) {
                await().atMost(LONG).until(() -> client.xlen(STREAM) == 30);

                client.xtrim(STREAM, 5, false);
                await().atMost(Duration.ofSeconds(15)).until(() -> client.xlen(STREAM) == 30);
                client.flushAll();
                await().atMost(Duration.ofSeconds(15)).until(() -> client.xlen(STREAM) == 30);
                // While what is left is taken, there are results all the time.
                cdn.delay(Duration.ofMillis(300));
                try (AppProcess worker = worker(1).start()) {
                    await().atMost(LONG).until(() -> downloads(worker) >= 5);
                    client.xtrim(STREAM, 5, false);
                    assertThat(poller.waitFor(LONG)).as(poller.output()).isZero();
                    stop(worker);
                }
                assertThat(poller.output()).contains("30 listed", " 0 failed").doesNotContain("WARN");
            }
            assertAllWholeAndNothingElse(imgur);
            assertThat(imgur.imageRequests()).hasSizeBetween(30, 32);
            assertNothingIsQueued();
        }
    }

    @Test
    void whatWasDoneEndsAPollThoughTheResultIsLost() throws Exception {
        try (StandInImgur imgur = StandInImgur.ofSize(api, cdn, 5, 1_000, 5_000, 12);
                Jedis client = redis.client();
                AppProcess poller = poller("poller").start()) {
            await().atMost(LONG).until(() -> client.xlen(STREAM) == 5);

            imgur.images().keySet().forEach(id -> client.set("{imgur:images}:key:" + id, "done"));
            client.del(STREAM);

            assertThat(poller.waitFor(Duration.ofSeconds(20)))
                    .as(poller.output())
                    .isZero();
            assertThat(poller.output()).contains("5 listed, 0 downloaded, 5 known, 0 failed");
            assertThat(client.xlen(STREAM)).isZero();
        }
    }

    @Test
    void whatWasDoneIsDownloadedAgainWhereItsFileAndArchiveAreGone() throws Exception {
        try (StandInImgur imgur = StandInImgur.ofSize(api, cdn, 30, 1_000, 5_000, 13)) {
            try (AppProcess first = both().start()) {
                assertThat(first.waitFor(LONG)).as(first.output()).isZero();
            }
            FileUtil.removeDir(images().toFile());

            try (AppProcess second = both().start()) {
                assertThat(second.waitFor(LONG)).as(second.output()).isZero();
                assertThat(second.output()).contains("30 listed, 30 downloaded, 0 known, 0 failed");
            }
            assertAllWholeAndNothingElse(imgur);
            assertNothingIsQueued();
            try (AppProcess third = both().start()) {
                assertThat(third.waitFor(LONG)).as(third.output()).isZero();
                assertThat(third.output()).contains("30 listed, 0 downloaded, 30 known, 0 failed");
            }
            assertThat(imgur.imageRequests()).hasSize(60);
        }
    }

    /** A process that polls once, and downloads too. */
    private AppCommand both() throws IOException {
        return app("both").env("IMGUR_ONCE", "true").env("IMGUR_IMAGES_DIR", images().toString());
    }

    @Test
    void poisonedEntriesReachTheDeadLettersAndTheirNeighboursFinish() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new java.io.File("/etc/passwd"));
        }
        List<Map<byte[], byte[]>> poison = List.of(
                Map.of(utf8("body"), utf8("garbage")),
                Map.of(utf8("body"), new byte[10_000_000]),
                Map.of(utf8("body"), bytes.toByteArray()),
                Map.of(utf8("wrong"), utf8("field")),
                Map.of(utf8("body"), utf8("{\"id\":\"../../x\",\"url\":\"file:///etc/passwd\"}")),
                Map.of(utf8("body"), utf8("{\"id\":\"inner01\",\"url\":\"https://elsewhere.test/x.jpg\"}")));
        try (StandInImgur imgur = StandInImgur.ofSize(api, cdn, 12, 1_000, 5_000, 5);
                Jedis client = redis.client()) {
            poison.forEach(entry -> client.xadd(utf8(STREAM), XAddParams.xAddParams(), entry));
            try (AppProcess worker = worker(2).start();
                    AppProcess poller = poller("poller").start()) {
                assertThat(poller.waitFor(LONG)).as(poller.output()).isZero();
                await().atMost(LONG).until(() -> client.xlen(DEAD) == poison.size());
                assertThat(worker.lines()).allMatch(line -> line.length() < 1_000);
                stop(worker);
            }
            assertAllWholeAndNothingElse(imgur);
            assertNothingIsQueued();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aDownloadThatOutlastsTheLeaseHappensOnce() throws Exception {
        byte[] jpeg = Samples.jpeg(1, 30_000);
        try (StandInImgur imgur = new StandInImgur(api, cdn)) {
            imgur.addImage("slow123", jpeg, "image/jpeg")
                    .addPost("slow123")
                    .override(
                            imgur.path("slow123"),
                            Reply.drip("image/jpeg", jpeg, Duration.ofMillis(500), jpeg.length / 28));
            try (AppProcess first = worker(2).start();
                    AppProcess second = worker(2).start();
                    AppProcess poller = poller("poller").start()) {
                assertThat(poller.waitFor(LONG)).as(poller.output()).isZero();
                assertThat(downloads(first) + downloads(second)).isEqualTo(1);
            }
            assertThat(cdn.count(imgur.path("slow123"))).isEqualTo(1);
            assertAllWholeAndNothingElse(imgur);
        }
    }

    @Test
    void aWorkerThatIsStoppedLosesAndRepeatsNothing() throws Exception {
        try (StandInImgur imgur = StandInImgur.ofSize(api, cdn, 200, 1_000, 5_000, 6)) {
            cdn.delay(Duration.ofMillis(100));
            try (AppProcess poller = poller("poller").start()) {
                try (AppProcess first = worker(4).start()) {
                    await().atMost(LONG).until(() -> downloads(first) >= 40);
                    first.terminate();
                    assertThat(first.waitFor(Duration.ofSeconds(12))).isEqualTo(143);
                    assertThat(first.output())
                            .doesNotContain("\tat ")
                            .doesNotContain("ERROR")
                            .doesNotContain("WARN");
                }
                assertThat(poller.isAlive()).isTrue();
                try (AppProcess second = worker(4).start()) {
                    assertThat(poller.waitFor(LONG)).as(poller.output()).isZero();
                    stop(second);
                }
            }
            assertThat(imgur.imageRequests()).hasSize(200);
            assertAllWholeAndNothingElse(imgur);
            assertNothingIsQueued();
        }
    }

    @Test
    void oneCommandStartsWorkersAndStopsThemTogether() throws Exception {
        try (StandInImgur imgur = StandInImgur.ofSize(api, cdn, 30, 1_000, 5_000, 9)) {
            Path script = JAR.toAbsolutePath().resolveSibling("imgur-caravan-workers");
            AppCommand workers = AppProcess.program(script.toString(), "3")
                    .workDir(folder)
                    .env("JAVA_HOME", System.getProperty("java.home"))
                    .env("IMGUR_REDIS_URL", redis.url())
                    .env("IMGUR_HOSTS_ALLOW", "127.0.0.1")
                    .env("IMGUR_HOSTS_PRIVATE", "true");
            try (AppProcess started = workers.start();
                    AppProcess poller = poller("poller").start()) {
                assertThat(poller.waitFor(LONG)).as(poller.output()).isZero();
                List<ProcessHandle> children = ProcessHandle.of(started.pid())
                        .orElseThrow()
                        .descendants()
                        .toList();
                assertThat(children).hasSize(3);
                stop(started);
                assertThat(children).noneMatch(ProcessHandle::isAlive);
                assertThat(started.output()).doesNotContain("ERROR");
            }
            assertAllWholeAndNothingElse(imgur);
            assertNothingIsQueued();
        }
    }

    @Test
    void sixtyFourConsumersOnVirtualThreads() throws Exception {
        Optional<Path> java = javaWithVirtualThreads();
        if (java.isEmpty()) {
            System.out.println("Skipped: no Java 21 or later in /usr/lib/jvm");
        }
        Assumptions.assumeTrue(java.isPresent(), "no Java 21 or later in /usr/lib/jvm");
        try (StandInImgur imgur = StandInImgur.ofSize(api, cdn, 400, 1_000, 5_000, 10)) {
            cdn.delay(Duration.ofMillis(400));
            try (AppProcess worker = worker(64, java.get())
                            .jvm("-Dcamel.threads.virtual.enabled=true")
                            .start();
                    AppProcess poller = poller("poller").start()) {
                assertThat(poller.waitFor(LONG)).as(poller.output()).isZero();
                stop(worker);
                assertThat(worker.output()).doesNotContain("ERROR").doesNotContain("WARN");
            }
            assertThat(cdn.maxConcurrent()).isBetween(33, 64);
            assertThat(imgur.imageRequests()).hasSize(400);
            assertAllWholeAndNothingElse(imgur);
            assertNothingIsQueued();
        }
    }

    private static Optional<Path> javaWithVirtualThreads() throws IOException {
        try (Stream<Path> homes = Files.list(Path.of("/usr/lib/jvm"))) {
            return homes.filter(home -> Files.isExecutable(home.resolve("bin/java")))
                    .filter(home -> majorVersion(home) >= 21)
                    .findFirst();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static int majorVersion(Path home) {
        Properties release = new Properties();
        try (Reader reader = Files.newBufferedReader(home.resolve("release"))) {
            release.load(reader);
        } catch (IOException e) {
            return 0;
        }
        return Integer.parseInt(release.getProperty("JAVA_VERSION", "0").replaceFirst("^\"?(\\d+).*", "$1"));
    }

    @Test
    void deadLettersAreListedAndRequeuedFromAnyMachine() throws Exception {
        byte[] jpeg = Samples.jpeg(1, 3_000);
        try (StandInImgur imgur = StandInImgur.ofSize(api, cdn, 3, 1_000, 5_000, 8);
                Jedis client = redis.client()) {
            imgur.addImage("later01", jpeg, "image/jpeg")
                    .addPost("later01")
                    .override(imgur.path("later01"), Reply.text(404, "gone"));
            imgur.addImage("never01", jpeg, "image/jpeg")
                    .addPost("never01")
                    .override(imgur.path("never01"), Reply.text(410, "gone"));
            try (AppProcess worker = worker(2).start()) {
                try (AppProcess poller = poller("poller").start()) {
                    assertThat(poller.waitFor(LONG)).as(poller.output()).isEqualTo(1);
                }
                assertThat(client.xlen(DEAD)).isEqualTo(2);
                assertThat(folder.resolve("worker/dead-letters.jsonl")).doesNotExist();
                try (AppProcess failed = app("elsewhere").args("failed").start()) {
                    assertThat(failed.waitFor(LONG)).as(failed.output()).isZero();
                    assertThat(failed.lines())
                            .hasSize(2)
                            .anyMatch(line -> line.contains(" later01 ") && line.contains("the server responded 404"))
                            .anyMatch(line -> line.contains(" never01 ") && line.contains("the server responded 410"));
                }
                try (AppProcess failed = app("elsewhere")
                        .args("failed", "--json", "--reason", "410")
                        .start()) {
                    assertThat(failed.waitFor(LONG)).as(failed.output()).isZero();
                    assertThat(failed.lines())
                            .singleElement()
                            .asString()
                            .startsWith("{\"time\":\"20")
                            .contains("\"class\":\"NOT_FOUND\"", "\"id\":\"never01\"");
                }
                imgur.restore(imgur.path("later01"));
                try (AppProcess requeue =
                        app("elsewhere").args("requeue", "--reason", "404").start()) {
                    assertThat(requeue.waitFor(LONG)).as(requeue.output()).isZero();
                    assertThat(requeue.output()).contains("Requeued 1 dead letters");
                }
                await().atMost(LONG).until(() -> Files.exists(images().resolve("later01.jpg")));
                assertThat(client.xlen(DEAD)).isEqualTo(1);
                stop(worker);
            }
        }
    }
}
