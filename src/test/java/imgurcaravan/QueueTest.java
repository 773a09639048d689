package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.run.PollSummary;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The queues: as many downloads at once as are set, never more, and nothing lost on the way. */
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

    /** A queue of one's own: message files in a folder. */
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
    void theFolderIsMadeWhereItIsMissing() throws Exception {
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
                int asked = imgur.apiRequests().size();
                worker.start();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> worker.files().size() == 12);
                assertThat(imgur.apiRequests()).hasSize(asked);
            }
            assertAllWhole(imgur);
        }
    }
}
