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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar with images that fail: what it keeps of them, and how it lists and requeues them. */
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

    /** The dead letters, as the command lists them. */
    private List<String> lines(StandInServer api, String... more) {
        List<String> args = new ArrayList<>(List.of("failed", "--json"));
        args.addAll(List.of(more));
        try (AppProcess process = app(api, args.toArray(String[]::new)).start()) {
            assertThat(process.waitFor(LONG)).as(process.output()).isZero();
            return process.lines();
        }
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

    private void assertNoLetters(StandInServer api) {
        assertThat(lines(api)).isEmpty();
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
            assertThat(lines(api))
                    .hasSize(12)
                    .allMatch(line -> line.contains("\"reason\":\"the server responded 404\",\"class\":\"NOT_FOUND\""));

            try (AppProcess process = app(api, "requeue").start()) {
                assertThat(process.waitFor(LONG)).as(process.output()).isZero();
                assertThat(process.lines().get(0)).contains("requeues the dead letters of images/.caravan/archive.db");
                assertThat(process.output())
                        .containsPattern("Took .* 12 listed, 12 downloaded, 0 known, 0 failed")
                        .doesNotContain("WARN", "ERROR");
            }

            assertAllWhole(imgur);
            assertNoLetters(api);
        }
    }

    @Test
    void aReasonChoosesAmongThem() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, api, 4, 1_000, 3_000, 2)) {
            imgur.addRemoved("gone001").addPost("gone001");
            leaveLetters(api, imgur);
            assertThat(lines(api)).hasSize(5);

            assertThat(run(app(api, "requeue", "--reason", "removed"))).isEqualTo(1);

            assertThat(lines(api)).hasSize(5);
            assertThat(lines(api, "--reason", "REMOVED"))
                    .singleElement()
                    .asString()
                    .contains("\"reason\":\"removed from Imgur", "gone001");
            imgur.addImage("gone001", Samples.jpeg(1, 2_000), "image/jpeg");
            assertThat(run(app(api, "requeue", "--reason=removed"))).isZero();
            assertThat(lines(api)).hasSize(4).noneMatch(line -> line.contains("gone001"));
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
            assertNoLetters(api);
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
                assertThat(process.output()).contains("the next requeue").doesNotContain("\tat ");
            }

            assertThat(run(app(api, "requeue"))).isZero();

            assertAllWhole(imgur);
            assertNoLetters(api);
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
                    assertThat(second.output()).contains("another requeue is at work on images/.caravan/archive.db");
                }
                secondEnded.countDown();
                assertThat(first.waitFor(LONG)).as(first.output()).isZero();
            }

            assertAllWhole(imgur);
            assertNoLetters(api);
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
            assertThat(lines(api, "--reason", "404")).hasSize(99_980);
            assertThat(letters()).doesNotExist();
            assertThat(folder.resolve("dead-letters.jsonl.imported")).isRegularFile();
        }
    }
}
