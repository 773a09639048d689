package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.testing.AppCommand;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.RedisProcess;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A real Redis, a gallery, and pollers and workers as separate processes, for the tests of a class. */
abstract class RedisRuns {

    static final Path JAR = Path.of(System.getProperty("imgurcaravan.jar", "target/imgur-caravan.jar"));
    static final Duration LONG = Duration.ofMinutes(2);
    static final String STREAM = "imgur:images";
    static final String DEAD = "{imgur:images}:dead";
    static final String GROUP = "downloaders";

    @TempDir
    Path folder;

    final StandInServer api = StandInServer.plain();
    final StandInServer cdn = StandInServer.plain();
    RedisProcess redis;

    @BeforeEach
    void startRedis() {
        redis = RedisProcess.bundled().durable().start();
    }

    @AfterEach
    void stop() {
        redis.close();
        api.close();
        cdn.close();
    }

    final AppCommand app(String home) throws IOException {
        return app(home, null);
    }

    final AppCommand app(String home, Path javaHome) throws IOException {
        Path dir = Files.createDirectories(folder.resolve(home));
        return AppProcess.java(javaHome)
                .jar(JAR.toAbsolutePath())
                .workDir(dir)
                .env("IMGUR_CLIENT_ID", "5ecret0clientid")
                .env("IMGUR_QUEUE", "redis")
                .env("IMGUR_REDIS_URL", redis.url())
                .env("IMGUR_API_URL", api.url())
                .env("IMGUR_HOSTS_ALLOW", "127.0.0.1")
                .env("IMGUR_HOSTS_PRIVATE", "true");
    }

    final AppCommand poller(String home) throws IOException {
        return app(home).env("IMGUR_ONCE", "true").env("IMGUR_DOWNLOAD_ENABLED", "false");
    }

    /** A worker that shares its images directory with all workers. */
    final AppCommand worker(int concurrency) throws IOException {
        return worker(concurrency, null);
    }

    final AppCommand worker(int concurrency, Path javaHome) throws IOException {
        return app("worker", javaHome)
                .env("IMGUR_POLL_ENABLED", "false")
                .env("IMGUR_IMAGES_DIR", images().toString())
                .env("IMGUR_DOWNLOAD_CONCURRENCY", Integer.toString(concurrency));
    }

    final Path images() {
        return folder.resolve("images");
    }

    static long downloads(AppProcess process) {
        return process.lines().stream()
                .filter(line -> line.contains(" INFO Downloaded "))
                .count();
    }

    final void assertAllWholeAndNothingElse(StandInImgur imgur) throws IOException {
        assertThat(images().resolve(".caravan"))
                .isDirectoryNotContaining(file -> file.toString().contains(".part"));
        try (Stream<Path> files = Files.walk(images())) {
            List<Path> all = files.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(images().resolve(".caravan")))
                    .toList();
            assertThat(all).hasSize(imgur.images().size()).allSatisfy(file -> {
                String id = file.getFileName().toString().replaceFirst("\\..*", "");
                assertThat(Samples.sha256(Files.readAllBytes(file)))
                        .isEqualTo(Samples.sha256(imgur.images().get(id)));
            });
        }
    }

    final void assertNothingIsQueued() {
        try (Jedis client = redis.client()) {
            assertThat(client.xlen(STREAM)).isZero();
            assertThat(client.xpending(STREAM, GROUP).getTotal()).isZero();
        }
    }

    static void stop(AppProcess process) {
        process.terminate();
        assertThat(process.waitFor(Duration.ofSeconds(12))).isEqualTo(143);
    }
}
