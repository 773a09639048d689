package imgurcaravan.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JacksonException;
import imgurcaravan.Caravan;
import imgurcaravan.Caravan.Download;
import imgurcaravan.http.HostRefusedException;
import imgurcaravan.run.Outcome;
import imgurcaravan.state.FailedImages;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.StandInServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One image at a time, from a well-behaved server and from a misbehaving one. */
class DownloadTest {

    private static final byte[] JPEG = Samples.jpeg(1, 60_000);
    private static final String ID = "abcde12";
    private static final String PATH = "/" + ID + ".jpg";

    @TempDir
    private static Path images;

    private static StandInServer server;
    private static Caravan caravan;

    @BeforeAll
    static void open() throws Exception {
        server = StandInServer.plain();
        caravan = new Caravan(images)
                .with("imgur.download.timeout", "2s")
                .with("imgur.http.idle-timeout", "1s")
                .with("imgur.download.max-bytes", "1MB")
                .startWithoutPoll();
    }

    @BeforeEach
    void clear() throws Exception {
        server.reset();
        server.handle(request -> Reply.text(404, "not found"));
        for (String file : caravan.files()) {
            Files.delete(images.resolve(file));
        }
        caravan.bean("imgur-archive", IdempotentRepository.class).clear();
    }

    @AfterAll
    static void close() throws Exception {
        caravan.close();
        server.close();
    }

    private Download download() throws Exception {
        return caravan.download(ID, server.url() + PATH);
    }

    private void assertNothingLeft() throws Exception {
        assertThat(caravan.files()).isEmpty();
        assertThat(caravan.leftovers()).isEmpty();
    }

    @Test
    void aFailureIsForgottenWithAnArchiveOfTheHostToo(@TempDir Path folder) throws Exception {
        try (Caravan own = new Caravan(folder)) {
            own.context().getRegistry().bind("imgur-archive", MemoryIdempotentRepository.memoryIdempotentRepository());
            own.startWithoutPoll();
            FailedImages failedImages = own.bean("imgur-failed-images", FailedImages.class);

            server.on(PATH, Reply.text(404, "not found"));
            assertThat(own.download(ID, server.url() + PATH).outcome()).isEqualTo(Outcome.FAILED);
            assertThat(failedImages.find(ID)).isPresent();
            server.on(PATH, Reply.bytes(200, "image/jpeg", JPEG));
            assertThat(own.download(ID, server.url() + PATH).outcome()).isEqualTo(Outcome.DOWNLOADED);

            assertThat(failedImages.find(ID)).isEmpty();
        }
    }

    static Stream<Arguments> whole() {
        return Stream.of(
                Arguments.of("with its length", Reply.bytes(200, "image/jpeg", JPEG)),
                Arguments.of("chunked", Reply.chunked("image/jpeg", JPEG)),
                Arguments.of("to the end of the connection", Reply.closeDelimited("image/jpeg", JPEG)),
                Arguments.of("under a wrong media type", Reply.bytes(200, "text/plain", JPEG)),
                Arguments.of("in many pieces", Reply.drip("image/jpeg", JPEG, Duration.ofMillis(5), 1_000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whole")
    void writesAWholeImageOnce(String how, Reply reply) throws Exception {
        server.on(PATH, reply);

        Download download = download();

        assertThat(download.reason()).as(how).isEmpty();
        assertThat(download.outcome()).isEqualTo(Outcome.DOWNLOADED);
        assertThat(caravan.files()).containsExactly(ID + ".jpg");
        assertThat(Files.readAllBytes(images.resolve(ID + ".jpg"))).isEqualTo(JPEG);
        assertThat(caravan.leftovers()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/jpeg", "image/png", "image/gif", "video/mp4", "image/webp"})
    void namesTheFileByItsFirstBytes(String type) throws Exception {
        byte[] bytes = Samples.of(type, 3, 5_000);
        server.on(PATH, Reply.bytes(200, "image/jpeg", bytes));

        assertThat(download().outcome()).isEqualTo(Outcome.DOWNLOADED);

        String extension = type.equals("image/jpeg") ? "jpg" : type.replaceFirst(".*/", "");
        assertThat(caravan.files()).containsExactly(ID + "." + extension);
        assertThat(Files.readAllBytes(images.resolve(ID + "." + extension))).isEqualTo(bytes);
    }

    static Stream<Arguments> broken() {
        byte[] big = Samples.jpeg(2, 1_500_000);
        byte[] html = "\n <html>something else".getBytes(UTF_8);
        byte[] pdf = "%PDF-1.7 is no image".getBytes(UTF_8);
        return Stream.of(
                Arguments.of(
                        "cut below its length", Reply.truncated("image/jpeg", JPEG, 30_000), "closed the connection"),
                Arguments.of("cut in a chunk", Reply.cutChunked("image/jpeg", JPEG, 30_000), "closed the connection"),
                Arguments.of(
                        "cut without a length",
                        Reply.closeDelimited("image/jpeg", Arrays.copyOf(JPEG, 30_000)),
                        "no end marker"),
                Arguments.of("HTML", Reply.html(200, "<!DOCTYPE html><title>Imgur</title>"), "HTML page"),
                Arguments.of("HTML as JPEG", Reply.bytes(200, "image/jpeg", html), "HTML page"),
                Arguments.of("empty", Reply.empty(200), "empty response"),
                Arguments.of("closed at once", Reply.closeDelimited("image/jpeg", new byte[0]), "empty response"),
                Arguments.of("another type", Reply.bytes(200, "image/jpeg", pdf), "first bytes"),
                Arguments.of("too large", Reply.bytes(200, "image/jpeg", big), "larger than 1.0 MB"),
                Arguments.of("too large in chunks", Reply.chunked("image/jpeg", big), "larger than 1.0 MB"),
                Arguments.of("endless chunks", Reply.endless("image/jpeg", JPEG, "filler"), "larger than 1.0 MB"),
                Arguments.of("endless", Reply.endlessClose("image/jpeg", JPEG, "filler"), "larger than 1.0 MB"),
                Arguments.of("endless HTML", Reply.endless("text/html", html, "x"), "HTML page"),
                Arguments.of(
                        "a drip",
                        Reply.drip("image/jpeg", JPEG, Duration.ofMillis(100), 100),
                        "not complete within 2 s"),
                Arguments.of("a drip of headers", Reply.dripHeaders(Duration.ofMillis(50)), "not complete within 2 s"),
                Arguments.of("a stall", Reply.stall("image/jpeg", JPEG, 30_000), "timed out"),
                Arguments.of("silence", Reply.noResponse(), "timed out"),
                Arguments.of("a reset", Reply.reset(), "Connection reset"),
                Arguments.of("no HTTP", Reply.raw("no HTTP at all\r\n\r\n".getBytes(UTF_8)), "closed the connection"),
                Arguments.of("404", Reply.text(404, "gone"), "responded 404"),
                Arguments.of("410", Reply.text(410, "gone"), "responded 410"),
                Arguments.of("403", Reply.text(403, "no"), "responded 403"),
                Arguments.of("500", Reply.text(500, "oops"), "responded 500"),
                Arguments.of("206", Reply.bytes(206, "image/jpeg", JPEG), "responded 206"),
                Arguments.of("302 to nowhere", Reply.empty(302), "responded 302"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void keepsNothingOfABrokenResponse(String how, Reply reply, String reason) throws Exception {
        server.on(PATH, reply);
        long start = System.nanoTime();

        Download download = download();

        assertThat(download.outcome()).as(how).isEqualTo(Outcome.FAILED);
        assertThat(download.reason()).contains(reason).doesNotContain("\n");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertNothingLeft();
    }

    @Test
    void triesAgainWhereThatCanHelpAndOnlyThere(@TempDir Path elsewhere) throws Exception {
        server.on(
                "/again00.jpg",
                Reply.inTurn(
                        Reply.text(503, "busy"),
                        Reply.truncated("image/jpeg", JPEG, 5),
                        Reply.bytes(200, "image/jpeg", JPEG)));
        server.on("/never00.jpg", Reply.text(500, "busy"));
        server.on("/gone000.jpg", Reply.text(404, "gone"));
        server.on("/wrong00.jpg", Reply.text(200, "plain text is no image"));
        try (Caravan patient = new Caravan(elsewhere.resolve("patient"))
                .with("imgur.download.attempts", "3")
                .startWithoutPoll()) {

            Download again = patient.download("again00", server.url() + "/again00.jpg");
            Download never = patient.download("never00", server.url() + "/never00.jpg");
            Download gone = patient.download("gone000", server.url() + "/gone000.jpg");
            Download wrong = patient.download("wrong00", server.url() + "/wrong00.jpg");

            assertThat(again.outcome()).isEqualTo(Outcome.DOWNLOADED);
            assertThat(server.count("/again00.jpg")).isEqualTo(3);
            assertThat(never.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(server.count("/never00.jpg")).isEqualTo(3);
            assertThat(gone.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(server.count("/gone000.jpg")).isEqualTo(1);
            assertThat(wrong.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(server.count("/wrong00.jpg")).isEqualTo(1);
            assertThat(patient.files()).containsExactly("again00.jpg");
            assertThat(patient.leftovers()).isEmpty();
        }
    }

    @Test
    void anImageInPlaceIsNotFetchedAgain() throws Exception {
        Files.createDirectories(images);
        Files.write(images.resolve(ID + ".png"), new byte[] {1});

        assertThat(download().outcome()).isEqualTo(Outcome.KNOWN);

        assertThat(server.requests()).isEmpty();
        assertThat(Files.readAllBytes(images.resolve(ID + ".png"))).containsExactly(1);
    }

    @Test
    void followsARedirectToAnAllowedHost() throws Exception {
        server.on(PATH, Reply.redirect(302, "/there" + PATH));
        server.on("/there" + PATH, Reply.redirect(301, "http://localhost:" + server.port() + "/" + ID + ".png"));
        server.on("/" + ID + ".png", Reply.bytes(200, "image/png", JPEG));

        assertThat(download().outcome()).isEqualTo(Outcome.DOWNLOADED);

        assertThat(caravan.files()).containsExactly(ID + ".jpg");
    }

    @Test
    void aRedirectToRemovedIsARemovedImage() throws Exception {
        server.on(PATH, Reply.redirect(302, "/other.jpg"));
        server.on("/other.jpg", Reply.redirect(302, "/removed.png"));
        server.on("/removed.png", Reply.bytes(200, "image/png", Samples.removedPng()));

        Download download = download();

        assertThat(download.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(download.reason()).contains("removed from Imgur");
        assertThat(server.count("/removed.png")).isZero();
        assertNothingLeft();
    }

    @Test
    void theAddressOfThePlaceholderIsARemovedImage() throws Exception {
        Download download = caravan.download(ID, server.url() + "/removed.png");

        assertThat(download.reason()).contains("removed from Imgur");
        assertThat(server.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://elsewhere.test/x.jpg",
                "https://127.0.0.1.elsewhere.test/x.jpg",
                "http://localhost@elsewhere.test/x.jpg",
                "file:///etc/passwd",
                "ftp://localhost/x.jpg",
                "//elsewhere.test/x.jpg",
                "http://localhost/{{imgur.client-id}}/x.jpg",
                "http://[::2]/x.jpg",
                "http:///x.jpg",
                "http://localhost/${camelContext}"
            })
    void aRedirectToAHostThatIsNotAllowedIsNotFollowed(String target) throws Exception {
        server.on(PATH, Reply.redirect(302, target));

        Download download = download();

        assertThat(download.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(download.failure()).isInstanceOfAny(HostRefusedException.class, ImageRefusedException.class);
        assertThat(download.reason()).doesNotContain("test-client-id");
        assertThat(server.requests()).hasSize(1);
        assertNothingLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/{{env:PATH}}.jpg", "/{{sys:user.home}}.jpg", "/{{imgur.client-id}}.jpg"})
    void aPlaceholderInALinkOrALocationIsNeverExpanded(String path) throws Exception {
        Download linked = caravan.download("linked1", server.url() + path);
        server.on(PATH, Reply.redirect(302, path));
        Download redirected = download();

        assertThat(linked.failure()).isInstanceOf(HostRefusedException.class);
        assertThat(redirected.failure()).isInstanceOf(HostRefusedException.class);
        assertThat(linked.reason()).contains(path);
        assertThat(redirected.reason()).contains(path);
        assertThat(server.requests()).hasSize(1);
        assertNothingLeft();
    }

    @Test
    void aRingOfRedirectsEnds() throws Exception {
        for (int i = 0; i < 10; i++) {
            server.on("/ring" + i, Reply.redirect(302, "/ring" + (i + 1) % 10));
        }

        Download download = caravan.download(ID, server.url() + "/ring0");

        assertThat(download.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(download.reason()).contains("more than 5 redirects");
        assertThat(server.requests()).hasSize(6);
    }

    @Test
    void theEndlessBodyOfARedirectIsNotRead() throws Exception {
        server.on(PATH, Reply.of(wire -> {
            wire.head(302, "Location", "/" + ID + ".png", "Connection", "close");
            wire.awaitClose();
            return Reply.Then.CLOSE;
        }));
        server.on("/" + ID + ".png", Reply.bytes(200, "image/png", JPEG));

        assertThat(download().outcome()).isEqualTo(Outcome.DOWNLOADED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "[::1]", "127.1", "2130706433", "0x7f000001", "0.0.0.0"})
    void privateAddressesAreRefusedByNameAndByNumber(String host, @TempDir Path elsewhere) throws Exception {
        try (Caravan strict = new Caravan(elsewhere.resolve("strict"))
                .with("imgur.hosts.private", "false")
                .with("imgur.api.url", "https://localhost")
                .with("imgur.hosts.allow", "localhost,127.0.0.1,[::1],127.1,2130706433,0x7f000001,0.0.0.0")
                .startWithoutPoll()) {

            // Over https, because plain http is already refused for its scheme.
            Download download = strict.download(ID, "https://" + host + ":" + server.port() + PATH);

            assertThat(download.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(download.failure()).isInstanceOf(UnknownHostException.class);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void overTlsConnectionsAreUsedAgain() throws Exception {
        try (StandInServer tls = StandInServer.tls()) {
            tls.handle(request -> Reply.bytes(200, "image/jpeg", JPEG));

            for (int i = 0; i < 10; i++) {
                String path = "/image0" + i;
                Download download = caravan.download("image0" + i, "https://localhost:" + tls.port() + path);
                assertThat(download.reason()).isEmpty();
            }

            assertThat(caravan.files()).hasSize(10);
            assertThat(tls.handshakes()).isEqualTo(1);
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused(@TempDir Path elsewhere) throws Exception {
        try (StandInServer tls = StandInServer.tls();
                Caravan other = new Caravan(elsewhere.resolve("other"))
                        .with("imgur.hosts.allow", "127.0.0.2")
                        .startWithoutPoll()) {
            tls.handle(request -> Reply.bytes(200, "image/jpeg", JPEG));

            Download download = other.download(ID, "https://127.0.0.2:" + tls.port() + PATH);

            assertThat(download.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(tls.requests()).isEmpty();
        }
    }

    @Test
    void sendsAnHonestUserAgentAndNothingElseOfOurs() throws Exception {
        server.on(
                PATH,
                Reply.bytes(200, "image/jpeg", JPEG)
                        .with("Set-Cookie", "a=b")
                        .with("CamelHttpUri", "http://elsewhere.test/")
                        .with("CamelFileName", "escaped")
                        .with("imageId", "../../escaped"));
        server.on("/second0.jpg", Reply.bytes(200, "image/jpeg", JPEG));

        download();
        caravan.download("second0", server.url() + "/second0.jpg");

        assertThat(server.requests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.header("User-Agent")).startsWith("ImgurCaravan/");
            assertThat(request.headers().keySet()).isSubsetOf("host", "connection", "user-agent", "accept");
        });
        assertThat(caravan.files()).containsExactly(ID + ".jpg", "second0.jpg");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "garbage",
                "{\"id\":\"../../x\",\"url\":\"http://localhost/x.jpg\"}",
                "{\"id\":\"abcde12\"}",
                "{\"id\":7,\"url\":{}}"
            })
    void aBrokenMessageFailsAlone(String message) throws Exception {
        Download download = caravan.send(message);

        assertThat(download.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(download.failure()).isInstanceOfAny(JacksonException.class, ImageRefusedException.class);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void neverOverwritesAFileThatCameInBetween() throws Exception {
        server.on(PATH, request -> {
            write(images.resolve(ID + ".jpg"), "of the owner");
            return Reply.bytes(200, "image/jpeg", JPEG);
        });

        download();

        assertThat(images.resolve(ID + ".jpg")).hasContent("of the owner");
        assertThat(caravan.leftovers()).isEmpty();
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void fileNamesMayHaveFolders(@TempDir Path elsewhere) throws Exception {
        String name = "${header.imageExtension}/deep/${header.imageId}.${header.imageExtension}";
        server.on(PATH, Reply.bytes(200, "image/jpeg", JPEG));
        try (Caravan foldered = new Caravan(elsewhere.resolve("foldered"))
                .with("imgur.images.file-name", name)
                .startWithoutPoll()) {

            Download first = foldered.download(ID, server.url() + PATH);
            Download second = foldered.download(ID, server.url() + PATH);

            assertThat(first.reason()).isEmpty();
            assertThat(second.outcome()).isEqualTo(Outcome.KNOWN);
            assertThat(foldered.files()).containsExactly("jpg/deep/" + ID + ".jpg");
            assertThat(foldered.leftovers()).isEmpty();
        }
    }

    @Test
    void theFolderMayBeALinkToAnother(@TempDir Path elsewhere) throws Exception {
        Path link =
                Files.createSymbolicLink(elsewhere.resolve("link"), Files.createDirectory(elsewhere.resolve("real")));
        server.on(PATH, Reply.bytes(200, "image/jpeg", JPEG));
        try (Caravan linked = new Caravan(link).startWithoutPoll()) {

            Download download = linked.download(ID, server.url() + PATH);

            assertThat(download.reason()).isEmpty();
            assertThat(elsewhere.resolve("real").resolve(ID + ".jpg")).hasBinaryContent(JPEG);
        }
    }

    @Test
    void anEncodedBodyIsDecodedAndChecked() throws Exception {
        server.on(PATH, Reply.bytes(200, "image/jpeg", gzip(JPEG)).with("Content-Encoding", "gzip"));

        assertThat(download().reason()).isEmpty();

        assertThat(Files.readAllBytes(images.resolve(ID + ".jpg"))).isEqualTo(JPEG);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(bytes);
        }
        return zipped.toByteArray();
    }
}
