package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.Caravan;
import imgurcaravan.run.Outcome;
import imgurcaravan.run.PollSummary;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.apache.camel.spi.IdempotentRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.jdbc4.JDBC4Connection;

/** An archive that fails in use: no image is lost, and none counts as done. */
class ArchiveFailureTest {

    private static final String PATH = "/abcde12.jpg";

    @TempDir
    private Path images;

    private void sql(String statement) throws SQLException {
        String file = images.resolve(".caravan/archive.db").toString();
        try (JDBC4Connection connection = new JDBC4Connection("", file, new Properties());
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private void refuseWrites() throws SQLException {
        sql("CREATE TRIGGER full BEFORE INSERT ON image BEGIN SELECT RAISE(FAIL, 'disk is full'); END");
    }

    @Test
    void anImageThatCannotBeRememberedIsNeitherLostNorFetchedTwice() throws Exception {
        try (StandInServer server = StandInServer.plain();
                Caravan caravan = new Caravan(images).startWithoutPoll()) {
            server.on(PATH, Reply.bytes(200, "image/jpeg", Samples.jpeg(1, 5_000)));
            refuseWrites();

            // Its file is in place: that is enough for now, so it is not fetched again.
            assertThat(caravan.download("abcde12", server.url() + PATH).outcome())
                    .isEqualTo(Outcome.DOWNLOADED);
            assertThat(caravan.files()).containsExactly("abcde12.jpg");
            assertThat(caravan.leftovers()).isEmpty();
            Files.delete(images.resolve("abcde12.jpg"));
            assertThat(isRemembered(caravan)).isFalse();

            sql("DROP TRIGGER full");
            caravan.download("abcde12", server.url() + PATH);
            assertThat(isRemembered(caravan)).isTrue();
            assertThat(server.count(PATH)).isEqualTo(2);
        }
    }

    private static boolean isRemembered(Caravan caravan) {
        return caravan.bean("imgur-archive", IdempotentRepository.class).contains("abcde12");
    }

    private void breakTable() {
        try {
            sql("ALTER TABLE image RENAME TO gone");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nothingIsFetchedIfItIsUnclearWhetherItIsKnown() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, api, 4, 1_000, 2_000, 3);
                Caravan caravan = new Caravan(images).with("imgur.api.url", api.url())) {
            imgur.override("/3/gallery/hot/viral/0", request -> {
                breakTable();
                return imgur.respond(request);
            });

            PollSummary poll = caravan.start().poll();

            assertThat(poll.failed()).isEqualTo(4);
            assertThat(poll.listed()).isEqualTo(4);
            assertThat(imgur.imageRequests()).isEmpty();
        }
    }
}
