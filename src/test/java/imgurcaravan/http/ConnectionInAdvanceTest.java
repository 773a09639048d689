package imgurcaravan.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.Caravan;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The connection to the API that is there when the first question comes, and none where it would be in the way. */
class ConnectionInAdvanceTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path images;

    private StandInServer api;
    private StandInServer cdn;
    private StandInImgur imgur;

    @BeforeEach
    void open() {
        api = StandInServer.tls();
        cdn = StandInServer.tls();
        imgur = StandInImgur.ofSize(api, cdn, 10, 1_000, 5_000, 3);
    }

    @AfterEach
    void close() {
        imgur.close();
    }

    /** A timer whose route is started by hand drops its first beat if that comes before the start is done. */
    private Caravan caravan() {
        return new Caravan(images)
                .with("imgur.api.url", api.url())
                .with("imgur.poll.period", "1s")
                .with("imgur.download.concurrency", "3");
    }

    @Test
    void theFirstQuestionTakesItAndNoRequestIsMadeForIt() throws Exception {
        try (Caravan caravan = caravan().startWithoutPoll()) {
            await().atMost(LONG).until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("imgur-connect")));
            await().atMost(LONG).until(() -> api.handshakes() == 1);
            assertThat(api.connections()).isEqualTo(1);
            assertThat(api.requests()).isEmpty();

            caravan.context().getRouteController().startRoute("imgur-poll");

            assertThat(caravan.poll().downloaded()).isEqualTo(10);
            assertThat(api.requests()).isNotEmpty();
            assertThat(api.connections()).isEqualTo(1);
            // Handshakes are those of connections, not of images.
            assertThat(cdn.handshakes()).isBetween(1, 3).isEqualTo(cdn.connections());
        }
    }

    @Test
    void aServerThatIsNotThereYetDoesNoHarm() throws Exception {
        int port = api.port();
        api.close();
        try (Caravan caravan = caravan().startWithoutPoll();
                StandInServer late = StandInServer.tls(port);
                StandInImgur gallery = StandInImgur.ofSize(late, cdn, 5, 1_000, 5_000, 4)) {
            caravan.context().getRouteController().startRoute("imgur-poll");

            assertThat(caravan.poll().downloaded()).isEqualTo(5);
            assertThat(gallery.images()).hasSize(5);
        }
    }

    @Test
    void whereOneConnectionIsAllThereMayBeItIsLeftToTheQuestion() throws Exception {
        try (Caravan caravan = caravan().with("imgur.download.concurrency", "1").startWithoutPoll()) {
            String id = imgur.images().keySet().iterator().next();
            caravan.download(id, cdn.url() + "/" + id + ".jpg");
            assertThat(cdn.connections()).isEqualTo(1);
            assertThat(api.connections()).isZero();
        }
    }
}
