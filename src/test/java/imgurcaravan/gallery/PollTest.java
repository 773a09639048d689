package imgurcaravan.gallery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.Caravan;
import imgurcaravan.run.ExitCode;
import imgurcaravan.run.PollSummary;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Request;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole polls against a stand-in gallery, from the schedule to the line that ends them. */
class PollTest {

    private static final String GALLERY = "/3/gallery/hot/viral/0";

    @TempDir
    private Path images;

    private StandInServer server;
    private StandInImgur imgur;

    @BeforeEach
    void open() throws Exception {
        server = StandInServer.plain();
        imgur = new StandInImgur(server, server);
    }

    @AfterEach
    void close() throws Exception {
        imgur.close();
    }

    private Caravan caravan() {
        return new Caravan(images).with("imgur.api.url", server.url());
    }

    private PollSummary pollOnce(Caravan caravan) throws Exception {
        try (caravan) {
            return caravan.start().poll();
        }
    }

    private void addImages(String... ids) {
        for (String id : ids) {
            imgur.addImage(id, Samples.jpeg(id.hashCode(), 3_000), "image/jpeg");
        }
    }

    private void assertWhole(String... ids) throws Exception {
        for (String id : ids) {
            assertThat(Files.readAllBytes(images.resolve(id + ".jpg")))
                    .isEqualTo(imgur.images().get(id));
        }
        try (var files = Files.list(images)) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(ids.length);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"direct", "seda"})
    void downloadsBareImagesAndWholeAlbums(String queue) throws Exception {
        addImages("bare001", "first01", "first02", "first03", "first04", "first05", "single1");
        imgur.addPost("bare001")
                .addAlbum("album01", "Five", List.of("first01", "first02", "first03", "first04", "first05"), 3)
                .addAlbum("album02", "One", List.of("single1"), 1);

        PollSummary poll = pollOnce(caravan().with("imgur.queue", queue));

        assertThat(poll.toString()).matches("Took \\d+\\.\\d\\d s: 7 listed, 7 downloaded, 0 known, 0 failed, 21 kB");
        assertThat(poll.exitCode()).isEqualTo(ExitCode.OK);
        assertWhole("bare001", "first01", "first02", "first03", "first04", "first05", "single1");
        assertThat(imgur.imageRequests()).hasSize(7);
        assertThat(imgur.apiRequests()).extracting(Request::path).containsExactly(GALLERY, "/3/album/album01/images");
    }

    @ParameterizedTest
    @CsvSource({"all, 6, 2", "preview, 4, 1", "none, 1, 1"})
    void expandsAlbumsAsConfigured(String albums, int downloaded, int requests) throws Exception {
        addImages("bare001", "first01", "first02", "first03", "first04", "first05");
        imgur.addPost("bare001")
                .addAlbum("album01", "Five", List.of("first01", "first02", "first03", "first04", "first05"), 3);

        PollSummary poll = pollOnce(caravan().with("imgur.gallery.albums", albums));

        assertThat(poll.downloaded()).isEqualTo(downloaded);
        assertThat(imgur.apiRequests()).hasSize(requests);
    }

    @Test
    void completesAnAlbumWhoseListingShowsNone() throws Exception {
        addImages("first01", "first02");
        imgur.addAlbum("album01", "Two", List.of("first01", "first02"), -1);

        assertThat(pollOnce(caravan()).downloaded()).isEqualTo(2);
    }

    @Test
    void anAlbumThatIsGoneIsIgnoredAndItsPreviewStays() throws Exception {
        addImages("bare001", "first01", "first02", "first03", "first04");
        imgur.addAlbum("album01", "Four", List.of("first01", "first02", "first03", "first04"), 3)
                .addPost("bare001")
                .override("/3/album/album01/images", Reply.json(404, """
                        {"data":{"error":"No such album","request":"/3/album","method":"GET"},\
                        "success":false,"status":404}"""));

        PollSummary poll = pollOnce(caravan());

        assertThat(poll.downloaded()).isEqualTo(4);
        assertThat(poll.ignored()).isEqualTo(1);
        assertThat(poll.failed()).isZero();
        assertThat(poll.exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void anAlbumThatCannotBeReadCountsAsFailedImages() throws Exception {
        addImages("bare001", "first01", "first02", "first03", "first04", "first05");
        imgur.addAlbum("album01", "Five", List.of("first01", "first02", "first03", "first04", "first05"), 3)
                .addPost("bare001")
                .override("/3/album/album01/images", Reply.text(500, "oops"));

        PollSummary poll = pollOnce(caravan());

        assertThat(poll.listed()).isEqualTo(6);
        assertThat(poll.downloaded()).isEqualTo(4);
        assertThat(poll.failed()).isEqualTo(2);
        assertThat(poll.exitCode()).isEqualTo(ExitCode.SOME_FAILED);
        assertThat(server.count("/3/album/album01/images")).isEqualTo(4);
    }

    @Test
    void badItemsAreIgnoredAndTheirNeighboursSurvive() throws Exception {
        addImages("good001", "good002");
        imgur.addPost("good001")
                .addPost(Map.of("id", "../../x", "link", server.url() + "/x.jpg", "type", "image/jpeg"))
                .addPost(Map.of("id", "nolink1", "type", "image/jpeg"))
                .addPost(Map.of("id", "badhost", "type", "image/jpeg", "link", "https://elsewhere.test/badhost.jpg"))
                .addPost("good002");

        PollSummary poll = pollOnce(caravan());

        assertThat(poll.listed()).isEqualTo(2);
        assertThat(poll.downloaded()).isEqualTo(2);
        assertThat(poll.ignored()).isEqualTo(3);
        assertThat(poll.exitCode()).isEqualTo(ExitCode.OK);
        assertWhole("good001", "good002");
    }

    @Test
    void keepsOnlyTheTypesThatAreSet() throws Exception {
        addImages("jpeg001");
        imgur.addImage("gif0001", Samples.gif(1, 2_000), "image/gif")
                .addPost("jpeg001")
                .addPost("gif0001");

        PollSummary poll = pollOnce(caravan().with("imgur.gallery.types", "image/gif"));

        assertThat(poll.listed()).isEqualTo(1);
        assertThat(images.resolve("gif0001.gif")).exists();
        assertThat(images.resolve("jpeg001.jpg")).doesNotExist();
    }

    @Test
    void anImageThatIsInPlaceOrListedTwiceIsFetchedOnce() throws Exception {
        addImages("known01", "twice01");
        imgur.addPost("known01").addPost("twice01").addPost("twice01");
        Files.createDirectories(images);
        Files.write(images.resolve("known01.jpg"), imgur.images().get("known01"));

        PollSummary poll = pollOnce(caravan());

        assertThat(poll.listed()).isEqualTo(3);
        assertThat(poll.known()).isEqualTo(2);
        assertThat(poll.downloaded()).isEqualTo(1);
        assertThat(imgur.imageRequests()).extracting(Request::path).containsExactly("/twice01.jpg");
    }

    @Test
    void readsAsManyPagesAsAreSetAndNoneBeyondTheEnd() throws Exception {
        addImages("page000", "page001", "page002");
        imgur.addPost("page000").page(1).addPost("page001").page(2).addPost("page002");

        PollSummary two = pollOnce(caravan().with("imgur.gallery.pages", "2"));
        long askedForTwo = imgur.apiRequests().size();
        server.reset();
        PollSummary all = pollOnce(caravan().with("imgur.gallery.pages", "10"));

        assertThat(two.downloaded()).isEqualTo(2);
        assertThat(askedForTwo).isEqualTo(2);
        assertThat(all.listed()).isEqualTo(3);
        assertThat(all.known()).isEqualTo(2);
        // three pages, and an empty one that ends them
        assertThat(imgur.apiRequests()).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({"403, 1", "401, 1", "404, 1", "502, 4", "500, 4", "503, 4"})
    void aGalleryThatCannotBeReadIsUnavailable(int status, int requests) throws Exception {
        server.on(
                GALLERY,
                Reply.json(status, "{\"data\":{\"error\":\"no\"},\"success\":false,\"status\":" + status + "}"));

        PollSummary poll = pollOnce(caravan());

        assertThat(poll.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(poll.listed()).isZero();
        assertThat(server.count(GALLERY)).isEqualTo(requests);
    }

    @Test
    void anImageThatIsGoneFailsInTheFirstPollAndIsKnownFromThenOn() throws Exception {
        addImages("here001");
        imgur.addPost("here001").addRemoved("gone001").addPost("gone001");
        try (Caravan caravan = caravan()
                .with("imgur.once", "false")
                .with("imgur.poll.period", "1s")
                .start()) {
            await().atMost(Duration.ofSeconds(20)).until(() -> caravan.polls().size() >= 2);

            assertThat(caravan.polls().subList(0, 2))
                    .allSatisfy(poll -> assertThat(poll.listed()).isEqualTo(2));
            assertThat(caravan.polls().get(0).failed()).isEqualTo(1);
            assertThat(caravan.polls().get(0).exitCode()).isEqualTo(ExitCode.SOME_FAILED);
            assertThat(caravan.polls().get(1).failed()).isZero();
            assertThat(caravan.polls().get(1).known()).isEqualTo(2);
            assertThat(caravan.polls().get(1).exitCode()).isEqualTo(ExitCode.OK);
            assertThat(server.count("/gone001.jpg")).isEqualTo(1);
        }
    }

    @Test
    void aRequestToABusyGalleryIsRetried() throws Exception {
        addImages("bare001");
        imgur.addPost("bare001");
        imgur.overrideFirst(GALLERY, 2, Reply.html(200, "<html>Imgur is over capacity!</html>"));

        assertThat(pollOnce(caravan()).downloaded()).isEqualTo(1);
    }

    @Test
    void aLaterPageThatCannotBeReadLosesNothingOfTheEarlierOnes() throws Exception {
        addImages("page000");
        imgur.addPost("page000");
        imgur.override("/3/gallery/hot/viral/1", Reply.reset());

        PollSummary poll = pollOnce(caravan().with("imgur.gallery.pages", "2"));

        assertThat(poll.downloaded()).isEqualTo(1);
        assertThat(poll.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    }

    @Test
    void theClientIdGoesToTheApiAndNowhereElse() throws Exception {
        try (StandInServer cdn = StandInServer.plain();
                StandInImgur two = new StandInImgur(server, cdn)) {
            two.addImage("bare001", Samples.jpeg(1, 3_000), "image/jpeg").addPost("bare001");

            pollOnce(caravan());

            assertThat(two.apiRequests()).allSatisfy(request -> {
                assertThat(request.header("Authorization")).isEqualTo("Client-ID test-client-id");
                assertThat(request.header("User-Agent")).startsWith("ImgurCaravan/");
            });
            assertThat(two.imageRequests()).isNotEmpty().allSatisfy(request -> assertThat(
                            request.headers().keySet())
                    .doesNotContain("authorization", "referer", "cookie"));
        }
    }

    @Test
    void aRedirectOfTheApiIsNotFollowedWithTheClientId() throws Exception {
        server.on(GALLERY, Reply.redirect(302, server.url() + "/elsewhere"));

        PollSummary poll = pollOnce(caravan());

        assertThat(poll.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(server.count("/elsewhere")).isZero();
    }

    @Test
    void aRedirectOfTheApiToAnotherHostCarriesNoCredentials() throws Exception {
        try (StandInServer other = StandInServer.plain()) {
            other.on("/elsewhere", Reply.text(200, "{\"data\":[],\"success\":true,\"status\":200}"));
            server.on(GALLERY, Reply.redirect(307, other.url() + "/elsewhere"));

            PollSummary poll = pollOnce(caravan().with("imgur.api.headers.X-RapidAPI-Key", "gateway-key"));

            assertThat(poll.exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(server.requests().get(0).header("authorization")).isEqualTo("Client-ID test-client-id");
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void pollsNeverOverlap() throws Exception {
        try (StandInServer cdn = StandInServer.plain();
                StandInImgur two = new StandInImgur(server, cdn);
                Caravan caravan = caravan().with("imgur.once", "false").with("imgur.poll.period", "1s")) {
            two.addImage("bare001", Samples.jpeg(1, 3_000), "image/jpeg").addPost("bare001");
            two.override(GALLERY, request -> Reply.slow(Duration.ofMillis(1_500), two.respond(request)));
            caravan.start();

            await().atMost(Duration.ofSeconds(20)).until(() -> caravan.polls().size() >= 3);

            assertThat(server.maxConcurrent()).isEqualTo(1);
            assertThat(caravan.polls()).first().returns(1, PollSummary::downloaded);
            assertThat(caravan.polls().get(1)).returns(1, PollSummary::known);
        }
    }

    @Test
    void scheduledPollsDownloadNewImagesAndContinueAfterAFailure() throws Exception {
        addImages("first01", "later01");
        imgur.addPost("first01");
        try (Caravan caravan = caravan().with("imgur.once", "false").with("imgur.poll.period", "1s")) {
            caravan.start().poll();
            imgur.override(GALLERY, Reply.bytes(200, "application/json", "{\"data\":[{".getBytes(UTF_8)));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> caravan.polls().stream().anyMatch(poll -> !poll.readable()));
            imgur.addPost("later01");
            imgur.restore(GALLERY);

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> caravan.polls().stream()
                                    .mapToInt(PollSummary::downloaded)
                                    .sum()
                            == 2);

            assertWhole("first01", "later01");
        }
    }

    @Test
    void takesTheVideoOfAnAnimatedImageIfSoSet() throws Exception {
        byte[] video = Samples.mp4(1, 4_000);
        imgur.override("/moving1.mp4", Reply.bytes(200, "video/mp4", video));
        imgur.addPost(Map.of(
                "id",
                "moving1",
                "type",
                "image/gif",
                "animated",
                true,
                "link",
                server.url() + "/moving1h.gif",
                "mp4",
                server.url() + "/moving1.mp4",
                "mp4_size",
                4_000,
                "size",
                30_000_000));

        PollSummary poll = pollOnce(caravan().with("imgur.gallery.animated", "mp4"));

        assertThat(poll.downloaded()).isEqualTo(1);
        assertThat(Files.readAllBytes(images.resolve("moving1.mp4"))).isEqualTo(video);
    }

    @Test
    void takesTheOriginalOfAGifThatIsLinkedByItsThumbnail() throws Exception {
        byte[] gif = Samples.gif(1, 4_000);
        imgur.override("/moving1.gif", Reply.bytes(200, "image/gif", gif));
        imgur.addPost(Map.of(
                "id",
                "moving1",
                "type",
                "image/gif",
                "animated",
                true,
                "link",
                server.url() + "/moving1h.gif",
                "mp4",
                server.url() + "/moving1.mp4",
                "size",
                30_000_000));

        PollSummary poll = pollOnce(caravan());

        assertThat(poll.downloaded()).isEqualTo(1);
        assertThat(Files.readAllBytes(images.resolve("moving1.gif"))).isEqualTo(gif);
    }

    @Test
    void aBadImageDoesNotHoldUpTheOthers() throws Exception {
        String[] ids = IntStream.range(0, 20).mapToObj(i -> "image" + (10 + i)).toArray(String[]::new);
        addImages(ids);
        for (String id : ids) {
            imgur.addPost(id);
        }
        imgur.addRemoved("removed1").addPost("removed1");
        imgur.override("/image15.jpg", Reply.reset());

        PollSummary poll = pollOnce(caravan());

        assertThat(poll.downloaded()).isEqualTo(19);
        assertThat(poll.failed()).isEqualTo(2);
        assertThat(poll.exitCode()).isEqualTo(ExitCode.SOME_FAILED);
    }

    @Test
    void anAlbumThatListsFewerThanItCountsIsReported() throws Exception {
        addImages("first01", "first02", "first03", "first04", "first05");
        imgur.addAlbum("album01", "Five", List.of("first01", "first02", "first03", "first04", "first05"), 3)
                .override("/3/album/album01/images", Reply.json(200, "{\"data\":[],\"success\":true,\"status\":200}"));

        PollSummary poll = pollOnce(caravan());

        assertThat(poll.downloaded()).isEqualTo(3);
        assertThat(poll.ignored()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"data\":{},\"success\":true}", "{\"data\":{\"items\":7},\"success\":true}"})
    void aPageWithoutPostsIsUnreadable(String page) throws Exception {
        server.on(GALLERY, Reply.json(200, page));

        assertThat(pollOnce(caravan()).exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    }
}
