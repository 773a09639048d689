package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.testing.AppCommand;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.ForwardProxy;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar and its environment: a full disk, a proxy, another gateway to the API. */
class SurroundingsIT {

    private static final Path JAR = Path.of(System.getProperty("imgurcaravan.jar", "target/imgur-caravan.jar"));
    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private AppCommand app(StandInServer api) {
        return AppProcess.java(null)
                .jar(JAR.toAbsolutePath())
                .workDir(folder)
                .env("IMGUR_CLIENT_ID", "5ecret0clientid")
                .env("IMGUR_ONCE", "true")
                .env("IMGUR_API_URL", api.url())
                .env("IMGUR_HOSTS_ALLOW", "127.0.0.1")
                .env("IMGUR_HOSTS_PRIVATE", "true");
    }

    @Test
    void sigtermEndsAPauseAndLeavesTheImages() {
        try (StandInServer server = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(server, server, 30, 1_000, 3_000, 1);
                AppProcess process =
                        app(server).env("IMGUR_IMAGES_MIN_FREE", "9000TB").start()) {
            assertThat(process.waitForLine("Downloads paused: ", LONG)).isTrue();
            long start = System.nanoTime();

            process.terminate();

            process.waitFor(Duration.ofSeconds(10));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            assertThat(process.lines())
                    .filteredOn(line -> line.contains("WARN"))
                    .hasSize(2)
                    .satisfiesExactly(
                            pause -> assertThat(pause).contains("less than imgur.images.min-free"),
                            left -> assertThat(left).contains("still to download"));
            assertThat(process.output())
                    .contains("0 downloaded, 0 known, 0 failed")
                    .doesNotContain("\tat ");
            assertThat(imgur.imageRequests()).isEmpty();
            assertThat(folder.resolve("images/.caravan"))
                    .isDirectoryNotContaining("glob:**.{part,lock}")
                    .isDirectoryContaining("glob:**/archive.db");
        }
    }

    @Test
    void aProxyAndTheKeyOfAGatewayComeFromTheEnvironment() {
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 10, 1_000, 3_000, 2);
                ForwardProxy proxy = new ForwardProxy().credentials("me", "pa55word");
                AppProcess process = app(api).env("IMGUR_HTTP_PROXY", "http://me:pa55word@127.0.0.1:" + proxy.port())
                        .env("IMGUR_API_HEADERS_X_RAPIDAPI_KEY", "rapid5ecretkey")
                        .start()) {

            assertThat(process.waitFor(LONG)).as(process.output()).isZero();

            assertThat(proxy.heads())
                    .hasSize(api.requests().size() + cdn.requests().size());
            assertThat(imgur.apiRequests()).isNotEmpty().allSatisfy(request -> assertThat(request.headers())
                    .containsEntry("x-rapidapi-key", "rapid5ecretkey"));
            assertThat(imgur.imageRequests()).hasSize(10).allSatisfy(request -> assertThat(request.headers())
                    .doesNotContainKey("x-rapidapi-key"));
            assertThat(process.output()).doesNotContain("pa55word", "rapid5ecretkey", "5ecret0clientid");
        }
    }
}
