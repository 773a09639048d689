package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.run.PollSummary;
import imgurcaravan.testing.LogLines;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Image hosts that refuse connections. */
class NetworkTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    private Path images;

    private StandInServer api;
    private StandInServer cdn;
    private StandInImgur imgur;

    @BeforeEach
    void open() {
        api = StandInServer.plain();
        cdn = StandInServer.plain();
        imgur = new StandInImgur(api, cdn);
    }

    @AfterEach
    void close() {
        imgur.close();
    }

    private Caravan caravan() {
        return new Caravan(images).with("imgur.api.url", api.url()).with("imgur.download.attempts", "5");
    }

    private void addImages(int count) {
        for (int i = 0; i < count; i++) {
            String id = "image%02d".formatted(i);
            imgur.addImage(id, Samples.jpeg(i, 2_000), "image/jpeg").addPost(id);
        }
    }

    /** The base URL of a port to which nobody listens. */
    private static String closed() {
        try (StandInServer server = StandInServer.plain()) {
            return server.url();
        }
    }

    @Test
    void allDownloadsWaitWhileTheImageHostRefusesConnections() throws Exception {
        // given
        addImages(100);
        cdn.delay(Duration.ofMillis(20));
        try (LogLines log = new LogLines();
                Caravan caravan =
                        caravan().with("imgur.download.backoff", "50ms").start()) {
            await().pollInterval(Duration.ofMillis(10))
                    .atMost(LONG)
                    .until(() -> cdn.requests().size() >= 20);

            // when: away for three times as long as five attempts take
            cdn.close();
            await().during(Duration.ofSeconds(3)).atMost(LONG).until(() -> caravan.polls()
                    .isEmpty());
            try (StandInServer again = StandInServer.plain(cdn.port())) {
                again.delay(Duration.ofMillis(300));
                again.handle(imgur::respond);
                PollSummary poll = caravan.poll();

                // then
                assertThat(poll.downloaded()).isEqualTo(100);
                assertThat(poll.failed()).isZero();
                assertThat(log.with("WARN"))
                        .singleElement()
                        .asString()
                        .contains("Downloads paused: ", "no connection", "refused");
                assertThat(log.with("Downloads resumed: ")).hasSize(1);
                // One image tries; the others follow when there is a response.
                long gap = again.requests().get(1).nanos()
                        - again.requests().get(0).nanos();
                assertThat(gap).isGreaterThan(Duration.ofMillis(250).toNanos());
            }
        }
    }

    @Test
    void anImageWhoseOwnHostIsAwayFailsAfterItsAttempts() throws Exception {
        // given
        imgur.linkBase(closed())
                .addReply("alone", "image/jpeg", 9, Reply.reset())
                .addPost("alone");
        imgur.linkBase(cdn.url());
        addImages(30);
        cdn.delay(Duration.ofMillis(20));

        try (LogLines log = new LogLines();
                Caravan caravan = caravan().start()) {
            PollSummary poll = caravan.poll();

            assertThat(poll.downloaded()).isEqualTo(30);
            assertThat(poll.failed()).isEqualTo(1);
            assertThat(log.with("WARN"))
                    .singleElement()
                    .asString()
                    .contains("Failed alone ", "no connection", "tried 5 times");
        }
    }

    @ParameterizedTest
    @CsvSource({"direct, true", "seda, true", "seda, false"})
    void imagesWhoseHostIsAwayForGoodFailInTheEnd(String queue, String once) throws Exception {
        imgur.linkBase(closed());
        addImages(10);

        try (LogLines log = new LogLines();
                Caravan caravan = caravan()
                        .with("imgur.queue", queue)
                        .with("imgur.once", once)
                        .with("imgur.download.backoff", "2ms")
                        .start()) {
            PollSummary poll = caravan.poll();

            assertThat(poll.failed()).isEqualTo(10);
            assertThat(log.with("Downloads paused: ")).hasSize(1);
            assertThat(log.with("Failed image")).hasSize(10).allSatisfy(line -> assertThat(line)
                    .contains("no connection", "refused")
                    // One of them has also tried in the pause.
                    .containsPattern("tried ([5-9]|[1-9]\\d+) times"));
        }
    }

    @Test
    void aStopEndsTheWait() throws Exception {
        imgur.linkBase(closed());
        addImages(10);
        try (LogLines log = new LogLines()) {
            Caravan caravan = caravan().with("imgur.download.backoff", "1s").start();
            await().atMost(LONG).until(() -> !log.with("Downloads paused: ").isEmpty());
            long start = System.nanoTime();

            caravan.close();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
            assertThat(caravan.poll().left()).isEqualTo(10);
            assertThat(caravan.poll().failed()).isZero();
        }
    }
}
