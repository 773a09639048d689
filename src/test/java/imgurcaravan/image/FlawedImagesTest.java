package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.Caravan;
import imgurcaravan.Caravan.Download;
import imgurcaravan.run.Outcome;
import imgurcaravan.testing.LogLines;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.StandInServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of Imgur that have a flaw themselves: they are kept if they are exactly what Imgur has, and only then. */
class FlawedImagesTest {

    private static final String ID = "abcde12";
    private static final String PATH = "/" + ID + ".jpg";

    @TempDir
    private Path images;

    private StandInServer server;
    private Caravan caravan;
    private LogLines log;

    @BeforeEach
    void open() throws Exception {
        server = StandInServer.plain();
        caravan = new Caravan(images).with("imgur.download.attempts", "4").startWithoutPoll();
        log = new LogLines();
    }

    @AfterEach
    void close() throws Exception {
        log.close();
        caravan.close();
        server.close();
    }

    static Stream<Arguments> flawed() {
        byte[] gif = Samples.gif(1, 2_000);
        byte[] gifWithoutTrailer = Arrays.copyOf(gif, gif.length - 1);
        byte[] png = Samples.png(1, 2_000);
        byte[] damaged = png.clone();
        damaged[1_000] = (byte) (damaged[1_000] ^ 1);
        byte[] webp = Samples.webp(1, 2_000);
        webp[4] = (byte) (webp[4] - 8);
        byte[] jpeg = Samples.jpeg(1, 2_000);
        return Stream.of(
                Arguments.of("GIF without trailer", gifWithoutTrailer, "cut off: the GIF has no end marker"),
                Arguments.of("GIF with zeros for a trailer", Arrays.copyOf(gifWithoutTrailer, 2_099), "no end marker"),
                Arguments.of("GIF with text for a trailer", append(gifWithoutTrailer, "\r\n;"), "a broken block"),
                Arguments.of("PNG without end", Arrays.copyOf(png, png.length - 12), "the PNG has no end marker"),
                Arguments.of("PNG without its last byte", Arrays.copyOf(png, png.length - 1), "has no end marker"),
                Arguments.of("PNG with a flipped bit", damaged, "a PNG with a damaged chunk"),
                Arguments.of("JPEG without end", Arrays.copyOf(jpeg, jpeg.length - 2), "the JPEG has no end marker"),
                Arguments.of("MP4 with a box that is too long", append(Samples.mp4(1, 2_000), "\0\0\1\0free"), "MP4"),
                Arguments.of("WebP that claims too little", webp, "a WebP with a chunk that is larger"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("flawed")
    void isKeptWithTheEvidenceOfItsTag(String what, byte[] bytes, String flaw) throws Exception {
        server.on(PATH, Reply.bytes(200, "image/jpeg", bytes).with("ETag", '"' + md5(bytes) + '"'));

        assertKept(download(0), bytes, flaw);

        assertThat(server.count(PATH)).as(what).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("flawed")
    void isKeptWithTheEvidenceOfItsListedSize(String what, byte[] bytes, String flaw) throws Exception {
        server.on(PATH, Reply.closeDelimited("image/jpeg", bytes));

        assertKept(download(bytes.length), bytes, flaw);

        assertThat(server.count(PATH)).as(what).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("flawed")
    void isKeptWhenTheSameBytesComeTwice(String what, byte[] bytes, String flaw) throws Exception {
        server.on(PATH, Reply.inTurn(Reply.bytes(200, "image/jpeg", bytes), Reply.chunked("image/jpeg", bytes)));

        assertKept(download(bytes.length + 1), bytes, flaw);

        assertThat(server.count(PATH)).as(what).isEqualTo(2);
    }

    @Test
    void failuresOfTheNetworkInBetweenDoNotMatter() throws Exception {
        byte[] gif = Arrays.copyOf(Samples.gif(1, 2_000), 1_999);
        Reply flawed = Reply.bytes(200, "image/gif", gif);
        server.on(PATH, Reply.inTurn(flawed, Reply.text(503, "busy"), Reply.truncated("image/gif", gif, 500), flawed));

        assertKept(download(0), gif, "no end marker");

        assertThat(server.count(PATH)).isEqualTo(4);
    }

    @Test
    void bytesThatDifferEachTimeAreNotKept() throws Exception {
        byte[] gif = Samples.gif(1, 2_000);
        server.on(
                PATH,
                Reply.inTurn(
                        Reply.bytes(200, "image/gif", Arrays.copyOf(gif, 1_000)),
                        Reply.bytes(200, "image/gif", Arrays.copyOf(gif, 1_500)),
                        Reply.bytes(200, "image/gif", Arrays.copyOf(gif, 1_000)).with("ETag", "W/\"" + md5(gif) + '"'),
                        Reply.bytes(200, "image/gif", gif)));

        assertThat(download(0).outcome()).isEqualTo(Outcome.DOWNLOADED);

        assertThat(Files.readAllBytes(images.resolve(ID + ".gif"))).isEqualTo(gif);
        assertThat(log.with("saved as Imgur has it")).isEmpty();
    }

    @Test
    void aBodyThatEndsWithItsConnectionIsNoEvidence() throws Exception {
        server.on(PATH, Reply.closeDelimited("image/gif", Arrays.copyOf(Samples.gif(1, 2_000), 1_999)));

        Download download = download(0);

        assertThat(download.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(download.reason()).contains("no end marker");
        assertThat(server.count(PATH)).isEqualTo(4);
        assertThat(caravan.files()).isEmpty();
        assertThat(caravan.leftovers()).isEmpty();
    }

    @Test
    void withoutALengthTheTagDecides() throws Exception {
        byte[] jpeg = Samples.jpeg(1, 2_000);
        byte[] other = Samples.jpeg(2, 2_000);
        String tag = md5(jpeg).toUpperCase(Locale.ROOT);
        server.on(
                PATH,
                Reply.inTurn(
                        Reply.chunked("image/jpeg", other).with("ETag", '"' + tag + '"'),
                        Reply.chunked("image/jpeg", jpeg).with("ETag", '"' + tag + '"')));

        assertThat(download(0).outcome()).isEqualTo(Outcome.DOWNLOADED);

        assertThat(server.count(PATH)).isEqualTo(2);
        assertThat(Files.readAllBytes(images.resolve(ID + ".jpg"))).isEqualTo(jpeg);
        assertThat(log.with("saved as Imgur has it")).isEmpty();
    }

    private Download download(long listedSize) throws Exception {
        Image image = new Image(ID, server.url() + PATH, "image/jpeg", listedSize, false, ID, null, "test");
        return caravan.send(image.toJson());
    }

    private void assertKept(Download download, byte[] bytes, String flaw) throws Exception {
        assertThat(download.outcome()).isEqualTo(Outcome.DOWNLOADED);
        assertThat(caravan.files()).hasSize(1);
        assertThat(images.resolve(caravan.files().get(0))).hasBinaryContent(bytes);
        assertThat(log.with(" WARN ")).hasSize(1);
        assertThat(log.with("saved as Imgur has it: ").get(0)).contains(ID, flaw);
        assertThat(caravan.leftovers()).isEmpty();
    }

    private static byte[] append(byte[] bytes, String end) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(bytes);
        all.writeBytes(end.getBytes(StandardCharsets.ISO_8859_1));
        return all.toByteArray();
    }

    private static String md5(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    }
}
