package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.AppCommand;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar while names cannot be resolved and connections are refused. */
class NetworkIT {

    private static final Path JAR = Path.of(System.getProperty("imgurcaravan.jar", "target/imgur-caravan.jar"));
    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private Path hosts;

    @BeforeEach
    void open() throws Exception {
        hosts = folder.resolve("hosts");
        know("");
    }

    /** Java reads this file at every look-up. */
    private void know(String lines) throws IOException {
        Path next = folder.resolve("hosts.next");
        Files.writeString(next, lines);
        Files.move(next, hosts, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private AppCommand app(String apiUrl) {
        return AppProcess.java(null)
                .jar(JAR.toAbsolutePath())
                // Java also remembers names that it could not resolve, for 10 s as everywhere.
                .jvm("-Djdk.net.hosts.file=" + hosts, "-Dsun.net.inetaddr.ttl=0")
                .workDir(folder)
                .env("IMGUR_CLIENT_ID", "id")
                .env("IMGUR_API_URL", apiUrl)
                .env("IMGUR_HOSTS_ALLOW", "127.0.0.1,api.test,images.test")
                .env("IMGUR_HOSTS_PRIVATE", "true");
    }

    @Test
    void aNameThatIsMissingForAMomentDoesNotCostThePoll() throws Exception {
        try (StandInServer server = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(server, server, 3, 1_000, 3_000, 1);
                AppProcess process = app("http://api.test:" + server.port())
                        .jvm("-Dorg.slf4j.simpleLogger.log.org.apache.camel.processor.errorhandler=debug")
                        .env("IMGUR_ONCE", "true")
                        .start()) {
            assertThat(process.waitForLine("UnknownHostException", LONG)).isTrue();

            know("127.0.0.1 api.test\n");

            assertThat(process.waitFor(LONG)).as(process.output()).isZero();
            assertThat(imgur.imageRequests()).hasSize(3);
        }
    }

    @Test
    void anUnreadableGalleryIsReadAgainSoon() throws Exception {
        Files.createDirectories(folder.resolve("routes"));
        String poll = Files.readString(Path.of("routes/imgur-poll.camel.yaml"));
        assertThat(poll).contains("scheduler.retryDelay: 1m");
        Files.writeString(
                folder.resolve("routes/imgur-poll.camel.yaml"),
                poll.replace("scheduler.retryDelay: 1m", "scheduler.retryDelay: 1s"));
        int port = freePort();
        try (AppProcess process = app("http://127.0.0.1:" + port).start()) {
            assertThat(process.waitForLine("The gallery could not be read", LONG))
                    .isTrue();

            try (StandInServer server = StandInServer.plain(port);
                    StandInImgur imgur = StandInImgur.ofSize(server, server, 3, 1_000, 3_000, 1)) {
                assertThat(process.waitForLine("3 downloaded", LONG)).isTrue();
                assertThat(imgur.apiRequests()).isNotEmpty();
                process.terminate();
                process.waitFor(LONG);
            }
        }
    }

    private static int freePort() {
        try (StandInServer server = StandInServer.plain()) {
            return server.port();
        }
    }

    @Test
    void downloadsWaitWhileTheNameOfTheImageHostIsMissing() throws Exception {
        StandInServer first = StandInServer.plain();
        int port = first.port();
        first.delay(Duration.ofMillis(20));
        know("127.0.0.1 images.test\n");
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = new StandInImgur(api, first).linkBase("http://images.test:" + port)) {
            for (int i = 0; i < 100; i++) {
                String id = "image%02d".formatted(i);
                imgur.addImage(id, Samples.jpeg(i, 2_000), "image/jpeg").addPost(id);
            }
            try (AppProcess process = app(api.url())
                    .env("IMGUR_ONCE", "true")
                    .env("IMGUR_DOWNLOAD_BACKOFF", "100ms")
                    .start()) {
                await().pollInterval(Duration.ofMillis(10))
                        .atMost(LONG)
                        .until(() -> first.requests().size() >= 20);

                // Open connections go too.
                know("");
                first.close();
                try (StandInServer second = StandInServer.plain(port)) {
                    second.handle(imgur::respond);
                    assertThat(process.waitForLine("WARN", LONG)).isTrue();
                    await().during(Duration.ofSeconds(3)).atMost(LONG).until(process::isAlive);
                    know("127.0.0.1 images.test\n");

                    assertThat(process.waitFor(LONG)).as(process.output()).isZero();
                    assertThat(process.lines())
                            .filteredOn(line -> line.contains("WARN"))
                            .singleElement()
                            .asString()
                            .contains("Downloads paused: ", "host not found: images.test");
                    assertThat(process.output())
                            .contains("Downloads resumed: ", "100 listed, 100 downloaded, 0 known, 0 failed");
                }
            }
        }
    }
}
