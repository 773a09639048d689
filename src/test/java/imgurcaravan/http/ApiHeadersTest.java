package imgurcaravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.Caravan;
import imgurcaravan.run.PollSummary;
import imgurcaravan.testing.LogLines;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The credentials of another gateway go to the API, and nowhere else. */
class ApiHeadersTest {

    private static final String KEY = "rapid5ecretkey";

    @TempDir
    private Path images;

    private final LogLines log = new LogLines();
    private StandInServer api;
    private StandInServer cdn;
    private StandInImgur imgur;

    @BeforeEach
    void open() {
        api = StandInServer.plain();
        cdn = StandInServer.plain();
        imgur = StandInImgur.ofSize(api, cdn, 10, 1_000, 5_000, 3);
    }

    @AfterEach
    void close() {
        imgur.close();
        log.close();
        assertThat(log.text()).isNotEmpty().doesNotContain(KEY);
    }

    private PollSummary poll(Caravan caravan) throws Exception {
        try (caravan) {
            return caravan.with("imgur.api.url", api.url()).start().poll();
        }
    }

    @Test
    void reachTheApiAndNoImageHost() throws Exception {
        PollSummary poll = poll(new Caravan(images)
                .with("imgur.api.headers.X-RapidAPI-Key", KEY)
                .with("imgur.api.headers.x-rapidapi-host", "imgur-apiv3.p.rapidapi.com"));

        assertThat(poll.downloaded()).isEqualTo(10);
        assertThat(api.requests()).isNotEmpty().allSatisfy(request -> assertThat(request.headers())
                .containsEntry("x-rapidapi-key", KEY)
                .containsEntry("x-rapidapi-host", "imgur-apiv3.p.rapidapi.com")
                .containsEntry("authorization", "Client-ID test-client-id"));
        assertThat(cdn.requests()).hasSize(10).allSatisfy(request -> assertThat(
                        request.headers().keySet())
                .isSubsetOf("host", "connection", "user-agent", "accept"));
    }

    @Test
    void anAuthorizationReplacesTheClientId() throws Exception {
        api.handle(request -> request.header("authorization").equals("Bearer " + KEY)
                ? Reply.json(200, "{\"data\":[],\"success\":true,\"status\":200}")
                : Reply.text(403, "no"));

        PollSummary poll = poll(new Caravan(images)
                .with("imgur.client-id", "")
                .with("imgur.api.headers.Authorization", "Bearer " + KEY));

        assertThat(poll.readable()).isTrue();
        assertThat(api.requests()).hasSize(1);
    }

    @Test
    void anErrorThatEchoesThemIsMasked() throws Exception {
        api.handle(request ->
                Reply.json(403, "{\"data\":{\"error\":\"bad key " + KEY + "\"},\"success\":false,\"status\":403}"));

        PollSummary poll = poll(new Caravan(images).with("imgur.api.headers.X-RapidAPI-Key", KEY));

        assertThat(poll.readable()).isFalse();
        assertThat(log.with("could not be read")).singleElement().asString().contains("bad key ***");
    }
}
