package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.AppCommand;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.GeneratedBody;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import imgurcaravan.testing.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The packaged jar as a separate process: how it starts, what it downloads, how it ends, and what kills leave behind.
 */
class ApplicationIT {

    private static final Path JAR = Path.of(System.getProperty("imgurcaravan.jar", "target/imgur-caravan.jar"));
    private static final Duration LONG = Duration.ofSeconds(90);
    /** What a process that ends leaves of the archive; one that is killed leaves more, which the next one takes up. */
    private static final Set<String> ARCHIVE = Set.of(".caravan/archive.db", ".caravan/archive.db-lock");

    private static final String SECRET = "5ecret0clientid";

    @TempDir
    private Path folder;

    private AppCommand app() {
        return AppProcess.java(null).jar(JAR.toAbsolutePath()).workDir(folder).env("IMGUR_CLIENT_ID", SECRET);
    }

    private AppCommand once(StandInServer api) {
        return app().env("IMGUR_ONCE", "true")
                .env("IMGUR_API_URL", api.url())
                .env("IMGUR_HOSTS_ALLOW", "127.0.0.1")
                .env("IMGUR_HOSTS_PRIVATE", "true");
    }

    private Path images() {
        return folder.resolve("images");
    }

    private int run(AppCommand command) {
        try (AppProcess process = command.start()) {
            return process.waitFor(LONG);
        }
    }

    private void assertAllWholeAndNothingElse(StandInImgur imgur) throws IOException {
        try (Stream<Path> files = Files.walk(images())) {
            List<Path> all = files.filter(Files::isRegularFile)
                    .filter(file -> !ARCHIVE.contains(images().relativize(file).toString()))
                    .toList();
            assertThat(all).hasSize(imgur.images().size()).allSatisfy(file -> {
                String id = file.getFileName().toString().replaceFirst("\\..*", "");
                assertThat(sha256(file)).isEqualTo(Samples.sha256(imgur.images().get(id)));
            });
        }
    }

    private static String sha256(Path file) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    // --- start ---

    @Test
    void withoutAClientIdItEndsInOneLine() {
        try (AppProcess process = app().env("IMGUR_CLIENT_ID", "").start()) {
            assertThat(process.waitFor(LONG)).isEqualTo(78);
            assertThat(process.lines()).singleElement().asString().contains("IMGUR_CLIENT_ID");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "IMGUR_QUEUE, nope, imgur.queue=nope",
        "IMGUR_QUEUE, ../x, imgur.queue=../x",
        "IMGUR_DOWNLOAD_CONCURRENCY, many, imgur.download.concurrency=many",
        "IMGUR_POLL_PERIOD, soon, imgur.poll.period=soon",
        "IMGUR_IMAGES_DIR, /proc/nowhere, imgur.images.dir=/proc/nowhere",
        "IMGUR_API_URL, http://api.imgur.com, imgur.api.url=http://api.imgur.com",
        "IMGUR_DOWNLOAD_ENABLED, false, imgur.download.enabled=false"
    })
    void anUnusableSettingEndsInOneLineThatNamesIt(String name, String value, String named) {
        try (AppProcess process = app().env(name, value).start()) {
            assertThat(process.waitFor(LONG)).isEqualTo(78);
            assertThat(process.lines())
                    .filteredOn(line -> line.contains("ERROR"))
                    .singleElement()
                    .asString()
                    .contains(named)
                    .contains(name)
                    .doesNotContain(SECRET);
            assertThat(process.output()).doesNotContain("\tat ");
        }
    }

    @Test
    void anUnknownQueueNamesThoseThereAre() throws Exception {
        Files.createDirectories(folder.resolve("routes/queue"));
        Files.writeString(folder.resolve("routes/queue/mine.camel.yaml"), "[]");
        try (AppProcess process = app().env("IMGUR_QUEUE", "nope").start()) {
            assertThat(process.waitFor(LONG)).isEqualTo(78);
            assertThat(process.output()).contains("direct, mine, redis, seda");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            - route:\\n    id: image-enqueue\\n    from:\\n       uri: [\\n | mine.camel.yaml
            route:\\n  id: image-enqueue\\n                           | image-enqueue
            - route:\\n    id: image-enqueue\\n    from:\\n      uri: direct:image-enqueue\\n      steps: [{to: {uri: seda:x}}]\\n- route:\\n    id: image-worker\\n    from:\\n      uri: nosuch:thing\\n | nosuch
            """)
    void aBrokenRouteFileEndsInOneLine(String yaml, String named) throws Exception {
        Files.createDirectories(folder.resolve("routes/queue"));
        Files.writeString(folder.resolve("routes/queue/mine.camel.yaml"), yaml.replace("\\n", "\n"));
        try (AppProcess process = app().env("IMGUR_QUEUE", "mine").start()) {
            assertThat(process.waitFor(LONG)).isEqualTo(78);
            assertThat(process.lines())
                    .filteredOn(line -> line.contains("ERROR"))
                    .singleElement()
                    .asString()
                    .contains(named);
            assertThat(process.output()).doesNotContain("\tat ");
        }
    }

    @Test
    void theWorkingDirectoryComesFirstAndTheEnvironmentOverridesIt() throws Exception {
        copyRoutes();
        Path download = folder.resolve("routes/image-download.camel.yaml");
        Files.writeString(download, Files.readString(download).replace("Downloaded $", "Brought $"));
        Files.writeString(folder.resolve("application.properties"), """
                imgur.images.dir=elsewhere
                imgur.download.concurrency=3
                imgur.queue=nope
                """);
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, api, 5, 1_000, 3_000, 1);
                AppProcess process = once(api)
                        .env("IMGUR_QUEUE", "seda")
                        .jvm("-Dimgur.images.dir=images")
                        .start()) {
            assertThat(process.waitFor(LONG)).isZero();
            assertThat(process.output()).contains("Brought http", "3 at once").doesNotContain("Downloaded");
            assertAllWholeAndNothingElse(imgur);
        }
    }

    @Test
    void routesOfOnesOwnRunBesideOurs() throws Exception {
        copyRoutes();
        try (StandInServer api = StandInServer.plain();
                StandInServer other = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, api, 5, 1_000, 3_000, 1)) {
            for (String name : List.of("a", "z")) {
                Files.writeString(folder.resolve("routes/" + name + ".camel.yaml"), """
                        - beans:
                            - name: connection-%s
                              type: java.net.Socket
                              constructors:
                                0: 127.0.0.1
                                1: %d
                        - route:
                            id: %s
                            from:
                              uri: timer:%s
                              parameters:
                                repeatCount: 1
                              steps:
                                - log:
                                    message: %s ${bean:connection-%s?method=isConnected}
                        """.formatted(
                                name, other.port(), name, name, name, name));
            }
            try (AppProcess process = once(api).env("IMGUR_ONCE", "false").start()) {
                assertThat(process.waitForLine("INFO a true", LONG)).isTrue();
                assertThat(process.waitForLine("INFO z true", LONG)).isTrue();
                assertThat(process.waitForLine("INFO Took ", LONG)).isTrue();
                assertThat(process.lines()).as(process.output()).hasSize(9);
                process.terminate();
                assertThat(process.waitFor(LONG)).isEqualTo(143);
                assertAllWholeAndNothingElse(imgur);
            }
        }
    }

    @Test
    void aFolderWithOneFileOfOnesOwnRunsWithTheRestFromTheJar() throws Exception {
        Files.createDirectories(folder.resolve("routes"));
        Files.writeString(folder.resolve("routes/mine.camel.yaml"), """
                - route:
                    id: mine
                    from:
                      uri: timer:mine
                      parameters:
                        repeatCount: 1
                        delay: 0s
                      steps:
                        - log:
                            message: Mine runs
                """);
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, api, 3, 1_000, 3_000, 1);
                AppProcess process = once(api).start()) {
            assertThat(process.waitFor(LONG)).as(process.output()).isZero();
            assertThat(process.lines().get(0))
                    .contains("mine from " + folder.toRealPath().resolve("routes") + ", failures, image-download")
                    .endsWith("queue/seda from the jar");
            assertThat(process.output()).contains("Mine runs");
            assertAllWholeAndNothingElse(imgur);
        }
    }

    @Test
    void aRouteConfigurationThatIsNotThereStopsTheStart() throws Exception {
        Files.createDirectories(folder.resolve("routes"));
        Files.writeString(folder.resolve("routes/mine.camel.yaml"), """
                - route:
                    id: mine
                    routeConfigurationId: image-failure
                    from:
                      uri: direct:mine
                      steps:
                        - log:
                            message: Mine runs
                """);
        try (AppProcess process = app().start()) {
            assertThat(process.waitFor(LONG)).isEqualTo(78);
            assertThat(process.lines())
                    .filteredOn(line -> line.contains("ERROR"))
                    .singleElement()
                    .asString()
                    .contains("There is no routeConfiguration image-failure", "mine", "routes/mine.camel.yaml");
        }
    }

    private void copyRoutes() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(file.toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    @Test
    void aQueueOfOnesOwnIsOneFileBesideTheJar() throws Exception {
        Files.createDirectories(folder.resolve("routes/queue"));
        Files.writeString(
                folder.resolve("routes/queue/mine.camel.yaml"),
                Files.readString(Path.of("routes/queue/seda.camel.yaml")).replace("seda:imgur-images", "seda:mine"));
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, api, 8, 1_000, 3_000, 1)) {
            assertThat(run(once(api).env("IMGUR_QUEUE", "mine"))).isZero();
            assertAllWholeAndNothingElse(imgur);
        }
    }

    // --- the main job ---

    @ParameterizedTest
    @ValueSource(strings = {"direct", "seda"})
    void bringsAGalleryFromAnEmptyFolder(String queue) throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 40, 10_000, 200_000, 2);
                AppProcess process = once(api).env("IMGUR_QUEUE", queue).start()) {

            assertThat(process.waitFor(LONG)).isZero();

            assertAllWholeAndNothingElse(imgur);
            assertThat(imgur.imageRequests()).hasSize(40);
            assertThat(process.lines().get(process.lines().size() - 1))
                    .matches(".* INFO Took \\d+\\.\\d\\d s: 40 listed, 40 downloaded, 0 known, 0 failed, [\\d.]+ MB");
            assertThat(process.lines())
                    .filteredOn(line -> line.matches(".* INFO Downloaded http://\\S+ [\\d.]+ k?M?B in \\d+ ms"))
                    .hasSize(40);
            assertThat(process.lines()).hasSize(42);
            assertThat(process.output()).doesNotContain(SECRET);
        }
    }

    @Test
    void worksOverTlsUnderImgursOwnNames() throws Exception {
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 api.imgur.com i.imgur.com imgur.com\n");
        try (StandInServer tls = tlsOnItsPort();
                StandInImgur imgur = new StandInImgur(tls, tls).linkBase("https://i.imgur.com");
                AppProcess process = app().env("IMGUR_ONCE", "true")
                        .env("IMGUR_IMAGES_DIR", images().toString())
                        .env("IMGUR_HOSTS_PRIVATE", "true")
                        .jvm(
                                "-Djdk.net.hosts.file=" + hosts,
                                "-Djavax.net.ssl.trustStore=" + TestCertificate.trustStore(),
                                "-Djavax.net.ssl.trustStorePassword=" + TestCertificate.password())
                        .start()) {
            imgur.addImage("abcde12", Samples.jpeg(1, 50_000), "image/jpeg")
                    .addImage("fghij34", Samples.png(2, 50_000), "image/png")
                    .addPost("abcde12")
                    .addAlbum("album01", "An album", List.of("fghij34"), 0);

            assertThat(process.waitFor(LONG)).as(process.output()).isZero();

            assertAllWholeAndNothingElse(imgur);
            assertThat(imgur.apiRequests())
                    .allSatisfy(request -> assertThat(request.host()).isEqualTo("api.imgur.com"));
            assertThat(imgur.imageRequests())
                    .allSatisfy(request -> assertThat(request.host()).isEqualTo("i.imgur.com"));
            assertThat(process.output()).doesNotContain(SECRET);
        }
    }

    private static StandInServer tlsOnItsPort() {
        try {
            return StandInServer.tls(443);
        } catch (UncheckedIOException e) {
            if (System.getenv("CI") != null) {
                throw e;
            }
            return Assumptions.abort("Port 443 cannot be bound here: " + e.getMessage());
        }
    }

    @Test
    void endsWithOneWhenAnImageFailsAndNamesIt() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, api, 5, 1_000, 3_000, 3);
                AppProcess process = startWithRemoved(api, imgur)) {
            assertThat(process.waitFor(LONG)).isEqualTo(1);
            assertThat(process.lines())
                    .filteredOn(line -> line.contains("WARN"))
                    .singleElement()
                    .asString()
                    .contains("Failed gone001 " + api.url() + "/gone001")
                    .contains("removed from Imgur");
            assertThat(process.output()).contains("6 listed, 5 downloaded, 0 known, 1 failed");
            assertAllWholeAndNothingElse(imgur);
        }
    }

    private AppProcess startWithRemoved(StandInServer api, StandInImgur imgur) {
        imgur.addRemoved("gone001").addPost("gone001");
        return once(api).start();
    }

    @Test
    void endsWith69WhenTheGalleryCannotBeRead() throws Exception {
        try (StandInServer api = StandInServer.plain();
                AppProcess process = once(api).start()) {
            assertThat(process.waitFor(LONG)).isEqualTo(69);
            assertThat(process.output())
                    .contains("The gallery could not be read")
                    .contains("Took ");
        }
    }

    @Test
    void doesNotContactPrivateAddressesByDefault() throws Exception {
        try (StandInServer tls = StandInServer.tls();
                AppProcess process = app().env("IMGUR_ONCE", "true")
                        .env("IMGUR_API_URL", tls.url())
                        .start()) {
            assertThat(process.waitFor(LONG)).isEqualTo(69);
            assertThat(process.output()).contains("imgur.hosts.private=true would allow them");
            assertThat(tls.connections()).isZero();
        }
    }

    @Test
    void aBodyOfOneGibibytePassesThroughASmallHeap() throws Exception {
        GeneratedBody body = GeneratedBody.jpeg(1L << 30, 4);
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = new StandInImgur(api, api)) {
            imgur.addReply("bigbig1", "image/jpeg", body.length(), Reply.generated("image/jpeg", body))
                    .addPost("bigbig1");

            int exit = run(once(api)
                    .env("IMGUR_DOWNLOAD_MAX_BYTES", "2GB")
                    .env("IMGUR_DOWNLOAD_TIMEOUT", "80s")
                    .jvm("-Xmx96m"));

            assertThat(exit).isZero();
            assertThat(images().resolve("bigbig1.jpg")).hasSize(1L << 30);
            assertThat(sha256(images().resolve("bigbig1.jpg"))).isEqualTo(body.sha256());
        }
    }

    // --- ends ---

    @Test
    void sigtermFinishesWhatIsInFlightAndTheNextRunCompletesTheSet() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 200, 10_000, 60_000, 5)) {
            cdn.delay(Duration.ofMillis(200));
            try (AppProcess process = once(api).start()) {
                assertThat(process.waitForLine("Downloaded", LONG)).isTrue();
                long asked = System.nanoTime();
                process.terminate();

                assertThat(process.waitFor(Duration.ofSeconds(20))).isEqualTo(143);

                assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(10));
                assertThat(process.output())
                        .contains("Stopped")
                        .containsPattern("Took .* 0 failed")
                        .doesNotContain("\tat ");
                long downloaded = process.lines().stream()
                        .filter(line -> line.contains("Downloaded "))
                        .count();
                assertThat(downloaded).isBetween(1L, 199L);
                // What was begun was finished: every request of the first run is a file.
                assertThat(imgur.imageRequests()).hasSize((int) downloaded);
            }
            assertThat(run(once(api))).isZero();
            assertAllWholeAndNothingElse(imgur);
            assertThat(imgur.imageRequests()).hasSize(200);
        }
    }

    @Test
    void sigtermDoesNotWaitForAStall() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, api, 5, 1_000, 2_000, 6)) {
            byte[] jpeg = Samples.jpeg(1, 50_000);
            imgur.addReply("stalls1", "image/jpeg", jpeg.length, Reply.stall("image/jpeg", jpeg, 20_000))
                    .addPost("stalls1");
            try (AppProcess process = once(api)
                    .env("IMGUR_HTTP_IDLE_TIMEOUT", "5m")
                    .env("IMGUR_DOWNLOAD_TIMEOUT", "5m")
                    .start()) {
                await().atMost(LONG).until(() -> api.count(imgur.path("stalls1")) == 1);
                assertThat(process.waitForLine("Downloaded", LONG)).isTrue();
                long asked = System.nanoTime();
                process.terminate();

                process.waitFor(Duration.ofSeconds(20));

                assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(10));
                assertThat(process.output())
                        .contains("Stopped with 1 listed images")
                        .doesNotContain("\tat ");
            }
            imgur.override(imgur.path("stalls1"), Reply.bytes(200, "image/jpeg", jpeg));
            assertThat(run(once(api))).isZero();
            assertThat(images().resolve("stalls1.jpg")).hasBinaryContent(jpeg);
            try (Stream<Path> left = Files.list(images().resolve(".caravan"))) {
                assertThat(left.map(file -> images().relativize(file).toString()))
                        .containsExactlyInAnyOrderElementsOf(ARCHIVE);
            }
        }
    }

    @Test
    void kill9AtAnyMomentCostsAtMostTheWorkInFlight() throws Exception {
        Random random = new Random(7);
        // Eight being fetched and four on their way to the disk.
        int inFlight = 12;
        int kills = 6;
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 300, 10_000, 200_000, 8)) {
            cdn.delay(Duration.ofMillis(60));
            for (int i = 0; i < kills; i++) {
                int after = 1 + random.nextInt(40);
                try (AppProcess process = once(api).start()) {
                    process.waitForLine(new Countdown(after), LONG);
                    process.kill();
                    process.waitFor(LONG);
                }
            }

            assertThat(run(once(api))).isZero();

            assertAllWholeAndNothingElse(imgur);
            assertThat(imgur.imageRequests()).hasSizeBetween(300, 300 + kills * inFlight);
        }
    }

    /** True at the n-th line that tells of a download. */
    private static final class Countdown implements Predicate<String> {
        private int left;

        Countdown(int left) {
            this.left = left;
        }

        @Override
        public boolean test(String line) {
            return line.contains("Downloaded") && --left <= 0;
        }
    }

    @Test
    void twoProcessesMayShareAFolder() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 60, 10_000, 100_000, 9)) {
            cdn.delay(Duration.ofMillis(150));
            try (AppProcess first = once(api).start()) {
                assertThat(first.waitForLine("Downloaded", LONG)).isTrue();
                try (AppProcess second = once(api).start()) {
                    assertThat(second.waitFor(LONG)).isZero();
                }
                assertThat(first.waitFor(LONG)).isZero();
            }
            assertAllWholeAndNothingElse(imgur);
        }
    }

    @Test
    void twoProcessesMayShareAFolderInWhichAllNamesMeet() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = new StandInImgur(api, cdn)) {
            for (int i = 10; i < 70; i++) {
                imgur.addImage("image" + i, Samples.jpeg(i, 20_000), "image/jpeg");
            }
            imgur.addAlbum(
                    "album01", "One title / for all", List.copyOf(imgur.images().keySet()), 3);
            cdn.delay(Duration.ofMillis(50));
            AppCommand app = once(api)
                    .env("IMGUR_IMAGES_FILE_NAME", "${header.postTitle}.${header.imageExtension}")
                    .env("IMGUR_IMAGES_METADATA", "true");
            try (AppProcess first = app.start();
                    AppProcess second = app.start()) {
                assertThat(first.waitFor(LONG)).as(first.output()).isZero();
                assertThat(second.waitFor(LONG)).as(second.output()).isZero();
            }
            try (Stream<Path> files = Files.list(images())) {
                List<Path> all = files.filter(Files::isRegularFile).sorted().toList();
                assertThat(all).hasSize(120);
                assertThat(all)
                        .filteredOn(file -> file.toString().endsWith(".jpg.json"))
                        .hasSize(60);
                assertThat(all.stream()
                                .filter(file -> file.toString().endsWith(".jpg"))
                                .map(file -> {
                                    try {
                                        return sha256(file);
                                    } catch (Exception e) {
                                        throw new AssertionError(e);
                                    }
                                }))
                        .containsExactlyInAnyOrderElementsOf(imgur.images().values().stream()
                                .map(Samples::sha256)
                                .toList());
            }
        }
    }

    @Test
    void withoutUnicodeInTheLocaleTitlesLoseLettersAndNothingElse() throws Exception {
        try (StandInServer server = StandInServer.plain();
                StandInImgur imgur = new StandInImgur(server, server)) {
            imgur.addImage("image01", Samples.jpeg(1, 20_000), "image/jpeg");
            imgur.addAlbum("album01", "Fata Morgana, \u00fcber dem \ud83d\udc2a", List.of("image01"), 1);
            AppCommand app = once(server)
                    .env("LC_ALL", "C")
                    .env("IMGUR_IMAGES_FILE_NAME", "${header.postTitle}.${header.imageExtension}");
            try (AppProcess process = app.start()) {
                assertThat(process.waitFor(LONG)).as(process.output()).isZero();
                assertThat(process.output()).contains("LC_ALL=C.UTF-8");
            }
            assertThat(images().resolve("Fata Morgana, _ber dem _.jpg")).hasSize(20_000);
        }
    }

    // --- the demo ---

    @Test
    void theDemoNeedsNothingAndEndsWithOneForItsRemovedImage() throws Exception {
        try (AppProcess process = AppProcess.java(null)
                .jar(JAR.toAbsolutePath())
                .workDir(folder)
                .env("IMGUR_DEMO_POSTS", "4")
                .args("demo")
                .start()) {
            assertThat(process.waitFor(LONG)).as(process.output()).isEqualTo(1);
            assertThat(process.output())
                    .containsPattern("Failed \\w+ http://127.0.0.1:\\d+/\\w+.jpg: removed from Imgur")
                    .containsPattern("Took .* 1 failed");
            try (Stream<Path> files = Files.list(images())) {
                assertThat(files.filter(Files::isRegularFile)).isNotEmpty().allSatisfy(file -> assertThat(
                                ImageIO.read(file.toFile()))
                        .isNotNull());
            }
        }
    }
}
