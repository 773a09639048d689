package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.AppCommand;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Request;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Processes that share an images directory, and images that end the process that downloads them. */
class SharedFolderIT {

    private static final Path JAR = Path.of(System.getProperty("imgurcaravan.jar", "target/imgur-caravan.jar"));
    private static final Duration LONG = Duration.ofSeconds(90);
    /** Of one process: eight being fetched and four being written to disk. */
    private static final int MOST_IN_FLIGHT = 12;

    private static final String REASON = "the process ended 3 times while it was downloaded";

    @TempDir
    private Path folder;

    private List<String> lines = List.of();

    private AppCommand app(StandInServer api, String... args) {
        return AppProcess.java(null)
                .jar(JAR.toAbsolutePath())
                .workDir(folder)
                .args(args)
                .env("IMGUR_CLIENT_ID", "test-client-id")
                .env("IMGUR_ONCE", "true")
                .env("IMGUR_API_URL", api.url())
                .env("IMGUR_HOSTS_ALLOW", "127.0.0.1")
                .env("IMGUR_HOSTS_PRIVATE", "true");
    }

    private static Map<String, Long> requests(StandInImgur imgur) {
        return imgur.imageRequests().stream()
                .map(Request::path)
                .map(path -> path.substring(1).replaceFirst("\\..*", ""))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private Set<String> filesInPlace() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("images"))) {
            return files.filter(Files::isRegularFile)
                    .map(path -> path.getFileName().toString().replaceFirst("\\..*", ""))
                    .collect(Collectors.toSet());
        }
    }

    private void assertAllWhole(StandInImgur imgur) throws IOException {
        assertThat(filesInPlace()).isEqualTo(imgur.images().keySet());
        for (var image : imgur.images().entrySet()) {
            Path file = folder.resolve("images" + imgur.path(image.getKey()));
            assertThat(file).hasBinaryContent(image.getValue());
        }
    }

    // --- one request for each image ---

    @ParameterizedTest
    @CsvSource({"seda, seda, .caravan/archive.db", "seda, direct, .caravan/archive.db", "seda, seda, none"})
    void twoProcessesRequestEachImageOnce(String queue, String otherQueue, String archive) throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 80, 2_000, 20_000, 1)) {
            cdn.delay(Duration.ofMillis(100));
            try (AppProcess first = app(api).env("IMGUR_QUEUE", queue)
                            .env("IMGUR_ARCHIVE", archive)
                            .start();
                    AppProcess second = app(api).env("IMGUR_QUEUE", otherQueue)
                            .env("IMGUR_ARCHIVE", archive)
                            .start()) {
                assertThat(first.waitFor(LONG)).as(first.output()).isZero();
                assertThat(second.waitFor(LONG)).as(second.output()).isZero();

                assertThat(imgur.imageRequests()).hasSize(80);
                assertThat(requests(imgur).keySet()).isEqualTo(imgur.images().keySet());
                assertAllWhole(imgur);
                assertThat(List.of(first.output(), second.output()))
                        .allSatisfy(output ->
                                assertThat(output).contains("80 listed").doesNotContain("WARN", "ERROR"));
                assertThat(Stream.concat(first.lines().stream(), second.lines().stream())
                                .filter(line -> line.contains("INFO Downloaded")))
                        .hasSize(80);
            }
        }
    }

    @Test
    void whatADeadProcessWasDownloadingIsDownloadedByTheOther() throws Exception {
        CountDownLatch killed = new CountDownLatch(1);
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 80, 2_000, 20_000, 2)) {
            AtomicInteger number = new AtomicInteger();
            cdn.delay(Duration.ofMillis(50));
            for (String id : imgur.images().keySet()) {
                // From the 30th on, no response is sent until one process is dead.
                imgur.override(imgur.path(id), request -> {
                    if (number.incrementAndGet() > 30) {
                        awaitLatch(killed);
                    }
                    return imgur.respond(request);
                });
            }
            try (AppProcess first = app(api).start();
                    AppProcess second = app(api).start()) {
                await().atMost(LONG).until(() -> number.get() >= 30 + 2 * 8);
                first.kill();
                first.waitFor(LONG);
                killed.countDown();

                assertThat(second.waitFor(LONG)).as(second.output()).isZero();
                assertThat(second.output()).contains("80 listed").doesNotContain("WARN", "ERROR");
            }
            assertAllWhole(imgur);
            Map<String, Long> requests = requests(imgur);
            assertThat(imgur.imageRequests()).hasSizeBetween(81, 80 + MOST_IN_FLIGHT);
            assertThat(requests.values()).allMatch(count -> count <= 2);
            try (AppProcess third = app(api).start()) {
                assertThat(third.waitFor(LONG)).isZero();
                assertThat(third.output()).contains("80 listed, 0 downloaded, 80 known, 0 failed");
            }
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatTheOtherProcessFailsToDownloadIsDownloadedHere() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 4, 2_000, 20_000, 3)) {
            CountDownLatch failing = new CountDownLatch(1);
            AtomicInteger number = new AtomicInteger();
            String id = imgur.images().keySet().iterator().next();
            imgur.override(imgur.path(id), request -> {
                if (number.incrementAndGet() == 1) {
                    awaitLatch(failing);
                    return Reply.text(404, "not now");
                }
                return imgur.respond(request);
            });
            try (AppProcess first =
                    app(api).env("IMGUR_DOWNLOAD_CONCURRENCY", "1").start()) {
                await().atMost(LONG).until(() -> number.get() == 1);
                try (AppProcess second = app(api).start()) {
                    await().atMost(LONG).until(() -> filesInPlace().size() == 3);
                    failing.countDown();

                    assertThat(first.waitFor(LONG)).as(first.output()).isEqualTo(1);
                    assertThat(second.waitFor(LONG)).as(second.output()).isZero();
                }
            }
            assertAllWhole(imgur);
            assertThat(requests(imgur)).containsEntry(id, 2L);
            assertThat(imgur.imageRequests()).hasSize(5);
        }
    }

    @Test
    void twoProcessesTogetherMakeNoMoreRequestsToTheApiThanAllowed() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 100, 500, 2_000, 4)) {
            List<String> ids = List.copyOf(imgur.images().keySet());
            imgur.clearPosts();
            for (int i = 0; i < 100; i++) {
                imgur.addAlbum("album" + i, "An album", List.of(ids.get(i)), 0);
            }
            // A twentieth may be made at once, and another one after a minute and a half.
            try (AppProcess first =
                            app(api).env("IMGUR_API_DAILY_REQUESTS", "1000").start();
                    AppProcess second =
                            app(api).env("IMGUR_API_DAILY_REQUESTS", "1000").start()) {
                first.waitFor(LONG);
                second.waitFor(LONG);
                assertThat(first.output() + second.output()).contains("Took");
            }
            assertThat(imgur.apiRequests()).hasSizeBetween(45, 51);
        }
    }

    // --- an image that ends its process ---

    /** Runs until it ends by itself or an image in the set is requested, which kills it. */
    private int run(StandInServer api, AtomicReference<AppProcess> victim, String queue) {
        try (AppProcess process = app(api).env("IMGUR_QUEUE", queue).start()) {
            victim.set(process);
            int code = process.waitFor(LONG);
            lines = process.lines();
            return code;
        }
    }

    @ParameterizedTest
    @CsvSource({"seda, true", "direct, false"})
    void anImageThatEndsItsProcessIsGivenUpAfterThreeTimes(String queue, boolean othersFirst) throws Exception {
        AtomicReference<AppProcess> victim = new AtomicReference<>();
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 60, 2_000, 20_000, 5)) {
            cdn.delay(Duration.ofMillis(50));
            String killer = List.copyOf(imgur.images().keySet()).get(15);
            imgur.override(imgur.path(killer), request -> {
                victim.get().kill();
                return Reply.reset();
            });
            Set<String> others = new HashSet<>(imgur.images().keySet());
            others.remove(killer);

            Set<String> unsuspected = new HashSet<>(others);
            List<Integer> codes = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                codes.add(run(api, victim, queue));
                if (i == 0) {
                    unsuspected.removeAll(requests(imgur).keySet());
                } else if (othersFirst) {
                    assertThat(filesInPlace()).containsAll(unsuspected);
                }
            }
            assertThat(codes).containsExactly(137, 137, 137);
            assertThat(cdn.count(imgur.path(killer))).isEqualTo(3);

            assertThat(run(api, victim, queue)).as(String.join("\n", lines)).isEqualTo(1);
            assertThat(lines)
                    .filteredOn(line -> line.contains("WARN"))
                    .singleElement()
                    .asString()
                    .contains(killer, REASON);
            assertThat(filesInPlace()).isEqualTo(others);
            assertThat(requests(imgur).values()).allMatch(count -> count <= 3);
            assertThat(imgur.imageRequests()).hasSizeBetween(59 + 3, 59 + 3 + MOST_IN_FLIGHT);

            assertThat(run(api, victim, queue)).isZero();
            assertThat(lines).noneMatch(line -> line.contains("WARN"));
            assertThat(String.join("\n", lines)).contains("60 listed, 0 downloaded, 60 known, 0 failed");
            assertThat(cdn.count(imgur.path(killer))).isEqualTo(3);
            try (AppProcess failed = app(api, "failed", "--json").start()) {
                assertThat(failed.waitFor(LONG)).isZero();
                assertThat(failed.lines())
                        .singleElement()
                        .asString()
                        .contains(killer, REASON, "\"class\":\"PROCESS_ENDED\"");
            }

            // A requeue counts anew.
            try (AppProcess requeue = app(api, "requeue").start()) {
                victim.set(requeue);
                assertThat(requeue.waitFor(LONG)).isEqualTo(137);
            }
            imgur.restore(imgur.path(killer));
            try (AppProcess requeue = app(api, "requeue").start()) {
                assertThat(requeue.waitFor(LONG)).as(requeue.output()).isZero();
            }
            assertAllWhole(imgur);
        }
    }

    @Test
    void onlyTheImageThatEndsItsProcessIsGivenUpAmongThoseInFlightWithIt() throws Exception {
        AtomicReference<AppProcess> victim = new AtomicReference<>();
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 16, 2_000, 20_000, 6)) {
            List<String> ids = List.copyOf(imgur.images().keySet());
            AtomicInteger deaths = new AtomicInteger();
            // Without the claim to be alone, the slow ones would be in flight at each of the deaths.
            for (String id : ids.subList(1, 8)) {
                imgur.override(imgur.path(id), request -> Reply.slow(Duration.ofSeconds(2), imgur.respond(request)));
            }
            imgur.override(imgur.path(ids.get(0)), request -> {
                await().atMost(LONG)
                        .until(() -> deaths.get() > 0 || imgur.imageRequests().size() >= 8);
                deaths.incrementAndGet();
                victim.get().kill();
                return Reply.reset();
            });
            for (int i = 0; i < 3; i++) {
                assertThat(run(api, victim, "seda")).isEqualTo(137);
            }

            assertThat(run(api, victim, "seda")).as(String.join("\n", lines)).isEqualTo(1);

            assertThat(deaths).hasValue(3);
            assertThat(filesInPlace()).isEqualTo(Set.copyOf(ids.subList(1, 16)));
            assertThat(lines)
                    .filteredOn(line -> line.contains("WARN"))
                    .singleElement()
                    .asString()
                    .contains(ids.get(0), REASON);
        }
    }
}
