package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.run.PollSummary;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.camel.util.FileUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The queues: as many concurrent downloads as configured, never more, and nothing is lost. */
class QueueTest {

    @TempDir
    private Path folder;

    private PollSummary carry(Caravan caravan, StandInServer api) throws Exception {
        try (caravan) {
            return caravan.with("imgur.api.url", api.url()).start().poll();
        }
    }

    private Caravan caravan() {
        return new Caravan(folder.resolve("images"));
    }

    private void assertAllWhole(StandInImgur imgur) throws IOException {
        for (var image : imgur.images().entrySet()) {
            try (Stream<Path> all = Files.list(folder.resolve("images"))) {
                assertThat(all.filter(file -> file.getFileName().toString().startsWith(image.getKey() + ".")))
                        .hasSize(1)
                        .allSatisfy(file -> assertThat(file).hasBinaryContent(image.getValue()));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"seda, 1", "seda, 3", "seda, 8", "seda, 16", "direct, 1"})
    void downloadsAsManyAtOnceAsAreSetAndNeverMore(String queue, int concurrency) throws Exception {
        int count = 4 + 2 * concurrency;
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, count, 1_000, 20_000, 5)) {
            cdn.delay(Duration.ofMillis(300));
            Caravan caravan = caravan().with("imgur.queue", queue).with("imgur.download.concurrency", "" + concurrency);

            PollSummary poll = carry(caravan, api);

            assertThat(poll.downloaded()).isEqualTo(count);
            assertThat(cdn.maxConcurrent()).isEqualTo(concurrency);
            assertThat(cdn.connections()).isLessThanOrEqualTo(concurrency);
            assertThat(imgur.imageRequests()).hasSize(count);
            assertAllWhole(imgur);
        }
    }

    @Test
    void aFullSedaQueueMakesThePollWaitAndLosesNothing() throws Exception {
        Path small = folder.resolve("small.camel.yaml");
        Files.writeString(
                small, Files.readString(Path.of("routes/queue/seda.camel.yaml")).replace("size: 1000", "size: 2"));
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 60, 1_000, 5_000, 6)) {
            cdn.delay(Duration.ofMillis(20));

            PollSummary poll = carry(caravan().withQueueFile(small).with("imgur.download.concurrency", "2"), api);

            assertThat(poll.downloaded()).isEqualTo(60);
            assertThat(poll.left()).isZero();
            assertAllWhole(imgur);
        }
    }

    /** A user's own queue: message files in a folder. */
    private Path fileQueue(Path spool) throws IOException {
        Path own = folder.resolve("own.camel.yaml");
        return Files.writeString(own, """
                - route:
                    id: image-enqueue
                    from:
                      uri: direct:image-enqueue
                      steps:
                        - to:
                            uri: file:%1$s
                            parameters:
                              fileName: ${exchangeId}.json
                - route:
                    id: image-worker
                    from:
                      uri: file:%1$s
                      parameters:
                        delay: 50
                        initialDelay: 0
                        delete: true
                      steps:
                        - to:
                            uri: direct:image-download
                """.formatted(spool));
    }

    @Test
    void aThirdQueueIsOneFileWithTwoShortRoutes() throws Exception {
        Path own = fileQueue(folder.resolve("spool"));
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 25, 1_000, 5_000, 7)) {

            PollSummary poll = carry(caravan().withQueueFile(own).with("imgur.queue", "own"), api);

            assertThat(poll.downloaded()).isEqualTo(25);
            assertAllWhole(imgur);
        }
    }

    @Test
    void twoContextsWithOneFolderRequestEachImageOnce() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 60, 1_000, 5_000, 14);
                Caravan first = caravan().with("imgur.api.url", api.url());
                Caravan second = caravan().with("imgur.api.url", api.url())) {
            cdn.delay(Duration.ofMillis(50));
            first.start();
            second.start();

            assertThat(first.poll().downloaded() + second.poll().downloaded()).isEqualTo(60);
            assertThat(first.poll().known() + second.poll().known()).isEqualTo(60);
            assertThat(imgur.imageRequests()).hasSize(60);
            assertAllWhole(imgur);
        }
    }

    @Test
    void aMissingFolderIsCreated() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 3, 1_000, 5_000, 8)) {
            Path deep = folder.resolve("a/b/c");

            PollSummary poll = carry(new Caravan(deep), api);

            assertThat(poll.downloaded()).isEqualTo(imgur.images().size());
            assertThat(deep).isDirectory();
        }
    }

    @Test
    void aWorkerMayOnlyDownloadAndAPollerOnlyPoll() throws Exception {
        Path spool = folder.resolve("spool");
        Path own = fileQueue(spool);
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 12, 1_000, 5_000, 9)) {

            PollSummary poll = carry(
                    caravan().withQueueFile(own).with("imgur.queue", "own").with("imgur.download.enabled", "false"),
                    api);

            assertThat(poll.listed()).isEqualTo(12);
            assertThat(imgur.imageRequests()).isEmpty();

            try (Caravan worker = caravan()
                    .withQueueFile(own)
                    .with("imgur.queue", "own")
                    .with("imgur.once", "false")
                    .with("imgur.poll.enabled", "false")
                    .with("imgur.api.url", api.url())) {
                int requestsBefore = imgur.apiRequests().size();
                worker.start();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> worker.files().size() == 12);
                assertThat(imgur.apiRequests()).hasSize(requestsBefore);
            }
            assertAllWhole(imgur);
        }
    }

    /** A queue that takes no image. */
    static Path brokenQueue(Path folder) throws IOException {
        return Files.writeString(folder.resolve("broken.camel.yaml"), """
                - route:
                    id: image-enqueue
                    from:
                      uri: direct:image-enqueue
                      steps:
                        - throwException:
                            exceptionType: java.io.IOException
                            message: the broker is down
                - route:
                    id: image-worker
                    from:
                      uri: direct:never
                      steps:
                        - to:
                            uri: direct:image-download
                """);
    }

    @ParameterizedTest
    @CsvSource({"true, 1", "false, 1"})
    void anImageThatTheQueueDoesNotTakeIsNamedAndCounted(boolean downloads, int exit) throws Exception {
        Path broken = brokenQueue(folder);
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 6, 1_000, 5_000, 10)) {

            PollSummary poll = carry(
                    caravan()
                            .withQueueFile(broken)
                            .with("imgur.queue", "broken")
                            .with("imgur.download.enabled", "" + downloads),
                    api);

            assertThat(poll.listed()).isEqualTo(6);
            assertThat(poll.failed()).isEqualTo(6);
            assertThat(poll.exitCode().code()).isEqualTo(exit);
            assertThat(imgur.imageRequests()).isEmpty();
        }
    }

    @Test
    void aWorkerThatIsStoppedAndStartedAgainLosesNothing() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 40, 1_000, 5_000, 11);
                Caravan caravan = caravan().with("imgur.api.url", api.url())) {
            cdn.delay(Duration.ofMillis(50));
            caravan.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> !caravan.files().isEmpty());

            caravan.context().getRouteController().stopRoute("image-worker");
            caravan.context().getRouteController().startRoute("image-worker");

            assertThat(caravan.poll().downloaded()).isEqualTo(40);
            assertAllWhole(imgur);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "seda"})
    void retriesAreTheSameInEveryQueue(String queue) throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 5, 1_000, 5_000, 12)) {
            String id = imgur.images().keySet().iterator().next();
            imgur.overrideFirst(imgur.path(id), 2, Reply.text(503, "busy"));
            imgur.addReply("never01", "image/jpeg", 10, Reply.reset()).addPost("never01");

            PollSummary poll = carry(caravan().with("imgur.queue", queue).with("imgur.download.attempts", "3"), api);

            assertThat(poll.downloaded()).isEqualTo(5);
            assertThat(poll.failed()).isEqualTo(1);
            assertThat(cdn.count(imgur.path(id))).isEqualTo(3);
            assertThat(cdn.count(imgur.path("never01"))).isEqualTo(3);
        }
    }

    @Test
    void moreConsumersThanConnectionsStillKeepTheDeadline() throws Exception {
        Path wide = folder.resolve("wide.camel.yaml");
        Files.writeString(
                wide,
                Files.readString(Path.of("routes/queue/seda.camel.yaml"))
                        .replace("\"{{imgur.download.concurrency}}\"", "8"));
        byte[] jpeg = Samples.jpeg(1, 60_000);
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = new StandInImgur(api, cdn)) {
            for (int i = 0; i < 8; i++) {
                imgur.addReply(
                                "drips0" + i,
                                "image/jpeg",
                                10,
                                Reply.drip("image/jpeg", jpeg, Duration.ofMillis(50), 10))
                        .addPost("drips0" + i);
            }

            PollSummary poll = carry(
                    caravan()
                            .withQueueFile(wide)
                            .with("imgur.download.concurrency", "2")
                            .with("imgur.download.timeout", "1s"),
                    api);

            assertThat(poll.failed()).isEqualTo(8);
            assertThat(poll.took()).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void theFolderMayBeRemovedInMidRun() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInServer cdn = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, cdn, 30, 1_000, 5_000, 13);
                Caravan caravan = caravan()
                        .with("imgur.api.url", api.url())
                        .with("imgur.download.concurrency", "1")
                        .with("imgur.download.attempts", "5")) {
            cdn.delay(Duration.ofMillis(30));
            caravan.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> !caravan.files().isEmpty());

            FileUtil.removeDir(folder.resolve("images/.caravan").toFile());

            assertThat(caravan.poll().downloaded()).isEqualTo(30);
            assertAllWhole(imgur);
        }
    }
}
