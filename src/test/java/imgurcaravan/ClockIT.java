package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.AppCommand;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.FakeClock;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Request;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar while somebody sets the wall clock back. */
class ClockIT {

    private static final Path JAR = Path.of(System.getProperty("imgurcaravan.jar", "target/imgur-caravan.jar"));
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String GALLERY = "/3/gallery/hot/viral/0";

    @TempDir
    private Path folder;

    private StandInServer server;
    private StandInImgur imgur;

    @BeforeEach
    void open() {
        server = StandInServer.plain();
        imgur = StandInImgur.ofSize(server, server, 3, 1_000, 3_000, 1);
    }

    @AfterEach
    void close() {
        imgur.close();
    }

    private AppCommand app() {
        return AppProcess.java(null)
                .jar(JAR.toAbsolutePath())
                .workDir(folder)
                .env("IMGUR_CLIENT_ID", "id")
                .env("IMGUR_API_URL", server.url())
                .env("IMGUR_HOSTS_ALLOW", "127.0.0.1")
                .env("IMGUR_HOSTS_PRIVATE", "true");
    }

    @Test
    void pollsGoOnWhenTheClockIsSetBack() throws Exception {
        AppCommand command = app().env("IMGUR_POLL_PERIOD", "3s");
        FakeClock clock = FakeClock.of(command, folder.resolve("clock"));
        try (AppProcess process = command.start()) {
            assertThat(process.waitForLine("3 downloaded", LONG)).isTrue();
            long before = server.count(GALLERY);

            clock.set(Duration.ofHours(-2));

            await().atMost(SOON).until(() -> server.count(GALLERY) >= before + 3);
            process.terminate();
            process.waitFor(SOON);
            assertTimesGoBack(process);
        }
    }

    @Test
    void waitsDoNotGetLongerWhenTheClockIsSetBack() throws Exception {
        imgur.overrideFirst(GALLERY, 1, Reply.text(429, "slower").with("Retry-After", "5"));
        String image = imgur.path(imgur.images().keySet().iterator().next());
        imgur.overrideFirst(image, 1, Reply.text(429, "slower").with("Retry-After", "5"));
        AppCommand command = app().env("IMGUR_ONCE", "true");
        FakeClock clock = FakeClock.of(command, folder.resolve("clock"));
        try (AppProcess process = command.start()) {
            assertThat(process.waitForLine("API requests wait until", LONG)).isTrue();
            clock.set(Duration.ofHours(-2));
            assertThat(process.waitForLine("Downloads wait until", SOON)).isTrue();
            clock.set(Duration.ofHours(-4));

            assertThat(process.waitFor(SOON)).as(process.output()).isZero();
            assertTimesGoBack(process);
            assertThat(waitBetweenRequests(GALLERY)).isBetween(Duration.ofMillis(4_900), SOON);
            assertThat(waitBetweenRequests(image)).isBetween(Duration.ofMillis(4_900), SOON);
        }
    }

    private static void assertTimesGoBack(AppProcess process) {
        List<String> lines = process.lines();
        assertThat(lines.get(lines.size() - 1)).as(process.output()).isLessThan(lines.get(0));
    }

    private Duration waitBetweenRequests(String path) {
        List<Request> requests =
                server.requests().stream().filter(r -> r.path().equals(path)).toList();
        assertThat(requests).hasSize(2);
        return Duration.ofNanos(requests.get(1).nanos() - requests.get(0).nanos());
    }
}
