package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.image.Image;
import imgurcaravan.testing.AppCommand;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar with images that fail: the dead letters that it keeps, and how it requeues them. */
class RequeueIT {

    private static final Path JAR = Path.of(System.getProperty("imgurcaravan.jar", "target/imgur-caravan.jar"));
    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private AppCommand app(StandInServer api, String... args) {
        return AppProcess.java(null)
                .jar(JAR.toAbsolutePath())
                .workDir(folder)
                .env("IMGUR_API_URL", api.url())
                .env("IMGUR_HOSTS_ALLOW", "127.0.0.1")
                .env("IMGUR_HOSTS_PRIVATE", "true")
                .args(args);
    }

    private AppCommand once(StandInServer api) {
        return app(api).env("IMGUR_CLIENT_ID", "5ecret0clientid").env("IMGUR_ONCE", "true");
    }

    private int run(AppCommand command) {
        try (AppProcess process = command.start()) {
            return process.waitFor(LONG);
        }
    }

    private Path letters() {
        return folder.resolve("dead-letters.jsonl");
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(letters());
    }

    private void assertAllWhole(StandInImgur imgur) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("images"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .hasSize(imgur.images().size());
        }
        for (Map.Entry<String, byte[]> image : imgur.images().entrySet()) {
            try (Stream<Path> files = Files.list(folder.resolve("images"))) {
                assertThat(files.filter(file -> file.getFileName().toString().startsWith(image.getKey() + ".")))
                        .singleElement()
                        .satisfies(file -> assertThat(file).hasBinaryContent(image.getValue()));
            }
        }
    }

    private void assertNoLetters() {
        assertThat(letters()).isEmptyFile();
        assertThat(folder.resolve("dead-letters.jsonl.requeued")).doesNotExist();
    }

    /** One run in which every image request gets a 404. */
    private void leaveLetters(StandInServer api, StandInImgur imgur) {
        for (String id : imgur.images().keySet()) {
            imgur.override(imgur.path(id), Reply.text(404, "not now"));
        }
        assertThat(run(once(api))).isEqualTo(1);
        for (String id : imgur.images().keySet()) {
            imgur.restore(imgur.path(id));
        }
    }

    @Test
    void failedImagesAreDownloadedByARequeueOnceTheyAreAvailable() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, api, 12, 1_000, 3_000, 1)) {
            leaveLetters(api, imgur);
            assertThat(lines()).hasSize(12).allMatch(line -> line.contains("\"reason\":\"the server answered 404\""));

            try (AppProcess process = app(api, "requeue").start()) {
                assertThat(process.waitFor(LONG)).as(process.output()).isZero();
                assertThat(process.lines().get(0)).contains("requeues dead-letters.jsonl");
                assertThat(process.output())
                        .containsPattern("Took .* 12 listed, 12 downloaded, 0 known, 0 failed")
                        .doesNotContain("WARN", "ERROR");
            }

            assertAllWhole(imgur);
            assertNoLetters();
        }
    }

    @Test
    void aReasonChoosesAmongThem() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, api, 4, 1_000, 3_000, 2)) {
            imgur.addRemoved("gone001").addPost("gone001");
            leaveLetters(api, imgur);
            assertThat(lines()).hasSize(5);

            assertThat(run(app(api, "requeue", "--reason", "removed"))).isEqualTo(1);

            assertThat(lines()).hasSize(5);
            assertThat(lines().get(4)).contains("\"reason\":\"removed from Imgur", "gone001");
            imgur.addImage("gone001", Samples.jpeg(1, 2_000), "image/jpeg");
            assertThat(run(app(api, "requeue", "--reason=removed"))).isZero();
            assertThat(lines()).hasSize(4).noneMatch(line -> line.contains("gone001"));
        }
    }

    @Test
    void kill9InMidRequeueCostsNoLetter() throws Exception {
        Random random = new Random(3);
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 120, 1_000, 20_000, 3)) {
            leaveLetters(api, imgur);
            cdn.delay(Duration.ofMillis(60));
            for (int i = 0; i < 3; i++) {
                AtomicInteger left = new AtomicInteger(1 + random.nextInt(25));
                try (AppProcess process = app(api, "requeue").start()) {
                    process.waitForLine(line -> line.contains("Downloaded") && left.decrementAndGet() <= 0, LONG);
                    process.kill();
                    process.waitFor(LONG);
                }
            }

            assertThat(run(app(api, "requeue"))).isZero();

            assertAllWhole(imgur);
            assertNoLetters();
        }
    }

    @Test
    void sigtermInMidRequeueCostsNoLetter() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 60, 1_000, 20_000, 4)) {
            leaveLetters(api, imgur);
            cdn.delay(Duration.ofMillis(200));
            try (AppProcess process = app(api, "requeue").start()) {
                assertThat(process.waitForLine("Downloaded", LONG)).isTrue();
                process.terminate();
                assertThat(process.waitFor(Duration.ofSeconds(20))).isEqualTo(143);
                assertThat(process.output())
                        .contains("the next requeue")
                        .contains("are in dead-letters.jsonl.requeued until the next requeue")
                        .doesNotContain("\tat ");
            }

            assertThat(run(app(api, "requeue"))).isZero();

            assertAllWhole(imgur);
            assertNoLetters();
        }
    }

    @Test
    void twoRequeuesAtOnceDoNotInterfere() throws Exception {
        CountDownLatch secondEnded = new CountDownLatch(1);
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 10, 1_000, 3_000, 5)) {
            leaveLetters(api, imgur);
            imgur.override(imgur.path(imgur.images().keySet().iterator().next()), request -> {
                await(secondEnded);
                return imgur.respond(request);
            });
            try (AppProcess first = app(api, "requeue").start()) {
                assertThat(first.waitForLine("Downloaded", LONG)).isTrue();
                try (AppProcess second = app(api, "requeue").start()) {
                    assertThat(second.waitFor(LONG)).isEqualTo(69);
                    assertThat(second.output()).contains("another requeue is at work on dead-letters.jsonl");
                }
                secondEnded.countDown();
                assertThat(first.waitFor(LONG)).as(first.output()).isZero();
            }

            assertAllWhole(imgur);
            assertNoLetters();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aHundredThousandLettersPassThroughASmallHeap() throws Exception {
        byte[] jpeg = Samples.jpeg(1, 2_000);
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = new StandInImgur(api, api)) {
            try (BufferedWriter writer = Files.newBufferedWriter(letters())) {
                for (int i = 0; i < 100_000; i++) {
                    String id = "img" + (100_000 + i);
                    boolean healed = i % 5_000 == 0;
                    if (healed) {
                        imgur.addImage(id, jpeg, "image/jpeg");
                    }
                    Image image = new Image(
                            id, api.url() + "/" + id + ".jpg", "image/jpeg", 9, false, id, "x".repeat(200), "poll");
                    writer.write("{\"time\":\"2026-11-22T18:54:11.131Z\",\"reason\":\"the server answered "
                            + (healed ? 503 : 404)
                            + "\",\"attempts\":5,\"image\":"
                            + image.toJson()
                            + "}\n");
                }
            }

            int exit = run(app(api, "requeue", "--reason", "503").jvm("-Xmx96m"));

            assertThat(exit).isZero();
            assertAllWhole(imgur);
            try (Stream<String> kept = Files.lines(letters())) {
                assertThat(kept.filter(line -> line.endsWith("\"}}") && line.contains("404")))
                        .hasSize(99_980);
            }
        }
    }
}
