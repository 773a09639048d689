package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import imgurcaravan.http.TransferDeadline;
import imgurcaravan.http.TransferDeadlines;
import imgurcaravan.http.TransferTimeoutException;
import imgurcaravan.testing.Samples;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpoolTest {

    private static final Set<String> ALL = Set.of("image/jpeg", "image/png", "image/gif", "video/mp4", "image/webp");
    private static final long UNKNOWN = -1;
    private static final long MAX = 100_000;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private TransferDeadlines transfers;
    private final Spool spool = new Spool(ALL, MAX);
    private Exchange exchange;

    @TempDir
    private Path folder;

    private Path part;

    @BeforeEach
    void begin() {
        part = folder.resolve("0123456789abcdef-1-abcde.part");
        begin(Duration.ofSeconds(60));
    }

    private void begin(Duration limit) {
        transfers = new TransferDeadlines(context, limit);
        exchange = new DefaultExchange(context);
        transfers.begin(exchange);
    }

    @AfterEach
    void end() throws IOException {
        transfers.end(exchange);
        context.close();
    }

    @ParameterizedTest
    @EnumSource
    void writesAWholeImage(ImageType type) throws Exception {
        // given
        byte[] image = Samples.of(type.mediaType(), 3, 90_000);

        // when
        Spool.Result result = spool(image, image.length);

        // then
        assertThat(result).isEqualTo(new Spool.Result(type, 90_000, null));
        assertThat(part).hasBinaryContent(image);
        assertThat(files()).containsExactly(part);
    }

    @ParameterizedTest
    @EnumSource
    void writesAnImageOfUnannouncedLength(ImageType type) throws Exception {
        byte[] image = Samples.of(type.mediaType(), 4, 1_000);

        assertThat(spool(image, UNKNOWN).size()).isEqualTo(1_000);
        assertThat(part).hasBinaryContent(image);
    }

    @ParameterizedTest
    @EnumSource
    void writesAnImageThatDripsIn(ImageType type) throws Exception {
        byte[] image = Samples.of(type.mediaType(), 5, 1_000);

        Spool.Result result = spool.spool(new Drip(image), image.length, transfer(), part);

        assertThat(result.type()).isEqualTo(type);
        assertThat(part).hasBinaryContent(image);
    }

    @ParameterizedTest
    @CsvSource({"1000, 1001", "1000, 100000", "1000, 999", "1000, 0", "1000, 500"})
    void refusesAnotherLengthThanAnnounced(int size, long announced) {
        byte[] image = Samples.jpeg(1, size);

        Throwable thrown = catchThrowable(() -> spool(image, announced));

        assertThat(thrown)
                .isInstanceOf(ImageIncompleteException.class)
                .hasMessage("%d of %d bytes received".formatted(size, announced));
        assertThat(files()).containsExactly(part);
    }

    @ParameterizedTest
    @EnumSource
    void findsAFlawWhereverAnImageIsCutOff(ImageType type) throws Exception {
        byte[] image = Samples.of(type.mediaType(), 2, 300);
        for (int cut = ImageType.HEAD; cut < image.length; cut++) {
            Files.deleteIfExists(part);

            Spool.Result result = spool(Arrays.copyOf(image, cut), UNKNOWN);

            assertThat(result.flaw()).as("%s cut off after %d bytes", type, cut).isNotBlank();
            assertThat(result.size()).isEqualTo(cut);
            assertThat(part).hasBinaryContent(Arrays.copyOf(image, cut));
        }
    }

    @ParameterizedTest
    @EnumSource
    void allowsARetryWhereverAnImageIsShorterThanAnnounced(ImageType type) throws IOException {
        byte[] image = Samples.of(type.mediaType(), 2, 300);
        for (int cut = 0; cut < image.length; cut++) {
            byte[] rest = Arrays.copyOf(image, cut);
            Files.deleteIfExists(part);

            Throwable thrown = catchThrowable(() -> spool(rest, image.length));

            assertThat(thrown).as("%s cut off after %d bytes", type, cut).isInstanceOf(ImageIncompleteException.class);
        }
    }

    /** A decoder of a compressed body reports a break in it as the end of its input. */
    @Test
    void doesNotTakeABreakForTheEndOfTheBody() {
        InputStream broken = new FilterInputStream(new ByteArrayInputStream(Samples.gif(1, 800), 0, 600)) {
            @Override
            public int read(byte[] bytes, int from, int most) throws IOException {
                int count = super.read(bytes, from, most);
                if (count < 0) {
                    throw new EOFException("Unexpected end of input");
                }
                return count;
            }
        };

        assertThat(catchThrowable(() -> spool.spool(broken, UNKNOWN, transfer(), part)))
                .isInstanceOf(EOFException.class)
                .hasMessage("Unexpected end of input");
    }

    @Test
    void passesTheLargestImageThereMayBe() throws Exception {
        byte[] image = Samples.png(1, (int) MAX);

        assertThat(spool(image, MAX).size()).isEqualTo(MAX);
    }

    @Test
    void doesNotReadAnImageThatIsAnnouncedAsTooLarge() {
        // given
        InputStream untouchable = new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] bytes, int offset, int length) {
                throw new AssertionError("read");
            }
        };

        // when
        Throwable thrown = catchThrowable(() -> spool.spool(untouchable, MAX + 1, transfer(), part));

        // then
        assertThat(thrown).isInstanceOf(ImageRefusedException.class).hasMessage("larger than 100 kB");
        assertThat(files()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {UNKNOWN, 50_000})
    void stopsReadingAnImageThatIsTooLarge(long announced) throws IOException {
        // given
        Endless endless = new Endless(Samples.jpeg(1, 1_000));

        // when
        Throwable thrown = catchThrowable(() -> spool.spool(endless, announced, transfer(), part));

        // then
        assertThat(thrown).isInstanceOf(ImageRefusedException.class).hasMessage("larger than 100 kB");
        assertThat(endless.given).isLessThan(2 * MAX);
        assertThat(Files.size(part)).isLessThanOrEqualTo(MAX);
        assertThat(files()).containsExactly(part);
    }

    @Test
    void refusesOneByteTooMany() {
        Throwable thrown = catchThrowable(() -> spool(Samples.png(1, (int) MAX + 1), UNKNOWN));

        assertThat(thrown).isInstanceOf(ImageRefusedException.class).hasMessage("larger than 100 kB");
    }

    @ParameterizedTest
    @ValueSource(longs = {UNKNOWN, 0, 1_000})
    void allowsARetryAfterAnEmptyResponse(long announced) {
        Throwable thrown = catchThrowable(() -> spool(new byte[0], announced));

        assertThat(thrown).isInstanceOf(ImageIncompleteException.class).hasMessage("an empty response");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE html>\n<html><body>Imgur is at it!</body></html>",
                "<!doctype HTML>\n<html></html>",
                "<html lang=\"en\"></html>",
                "<HTML><BODY></BODY></HTML>",
                "<head><title>x</title></head>",
                "\r\n\t <!DOCTYPE html><html></html>",
                "                                                  <!DOCTYPE html><html></html>",
                "\ufeff<!DOCTYPE html><html></html>",
                "\ufeff\n\n<html></html>"
            })
    void allowsARetryAfterAPage(String page) throws IOException {
        byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
        for (InputStream body : List.of(new ByteArrayInputStream(bytes), new Drip(bytes))) {
            Files.deleteIfExists(part);

            Throwable thrown = catchThrowable(() -> spool.spool(body, bytes.length, transfer(), part));

            assertThat(thrown)
                    .as(body.getClass().getSimpleName())
                    .isInstanceOf(ImageIncompleteException.class)
                    .hasMessage("an HTML page instead of an image");
        }
    }

    @Test
    void saysThatImgurIsOverCapacity() {
        Throwable thrown = catchThrowable(() -> spool(Samples.html(), UNKNOWN));

        assertThat(thrown)
                .isInstanceOf(OverCapacityException.class)
                .hasMessage("an over-capacity page instead of an image");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":\"An error occurred\",\"success\":false}",
                "this is plain text, and no image",
                "<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>",
                "%PDF-1.7 and so on and so on",
                "BM and what else a bitmap has"
            })
    void refusesBodiesThatAreNotImages(String body) {
        Throwable thrown = catchThrowable(() -> spool(body.getBytes(StandardCharsets.ISO_8859_1), UNKNOWN));

        assertThat(thrown)
                .isInstanceOf(ImageRefusedException.class)
                .message()
                .matches("not an image: its first bytes are [0-9a-f]{32}");
    }

    @ParameterizedTest
    @CsvSource({
        "00000018667479706176696600000000617669666d696631, AVIF",
        "0000001866747970686569630000000068656963, HEIF",
        "ffd8fff7000b0800100010010111000fffd9, JPEG-LS"
    })
    void namesFormatsThatAreNotKept(String hex, String format) {
        Throwable thrown = catchThrowable(() -> spool(HexFormat.of().parseHex(hex), UNKNOWN));

        assertThat(thrown)
                .isInstanceOf(ImageRefusedException.class)
                .hasMessage("an image in the format %s, which is not kept", format);
    }

    @Test
    void doesNotReadABodyThatIsNotAnImageToItsEnd() {
        // given
        Endless endless = new Endless("this is plain text, and no image".getBytes(StandardCharsets.UTF_8));

        // when
        Throwable thrown = catchThrowable(() -> spool.spool(endless, UNKNOWN, transfer(), part));

        // then
        assertThat(thrown).isInstanceOf(ImageRefusedException.class).hasMessageStartingWith("not an image");
        assertThat(endless.given).isLessThan(MAX);
    }

    @ParameterizedTest
    @EnumSource
    void refusesATypeThatIsNotKept(ImageType type) {
        // given
        byte[] image = Samples.of(type.mediaType(), 1, 1_000);
        String other = type == ImageType.PNG ? "image/gif" : "image/png";
        Spool strict = new Spool(Set.of(other), MAX);

        // when
        Throwable thrown =
                catchThrowable(() -> strict.spool(new ByteArrayInputStream(image), image.length, transfer(), part));

        // then
        assertThat(thrown)
                .isInstanceOf(ImageRefusedException.class)
                .hasMessage(type.mediaType() + " is not in imgur.gallery.types");
        assertThat(files()).containsExactly(part);
    }

    @ParameterizedTest
    @EnumSource
    void acceptsATypeThatIsKeptAlone(ImageType type) throws Exception {
        byte[] image = Samples.of(type.mediaType(), 1, 1_000);
        Spool strict = new Spool(Set.of(type.mediaType()), MAX);

        Spool.Result result = strict.spool(new ByteArrayInputStream(image), image.length, transfer(), part);

        assertThat(result.type()).isEqualTo(type);
    }

    /** The placeholder itself is not available here; it is recognized by its digest, not by its size. */
    @Test
    void passesAnImageAsLargeAsThePlaceholder() throws Exception {
        byte[] image = Samples.removedPng();
        assertThat(image).hasSize(503);

        assertThat(spool(image, 503)).isEqualTo(new Spool.Result(ImageType.PNG, 503, null));
        assertThat(part).hasBinaryContent(image);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 500, 70_000})
    void passesOnWhatTheConnectionThrows(int after) {
        // given
        IOException reset = new IOException("Connection reset");
        InputStream broken = new Broken(Arrays.copyOf(Samples.jpeg(1, 90_000), after), reset);

        // when
        Throwable thrown = catchThrowable(() -> spool.spool(broken, UNKNOWN, transfer(), part));

        // then
        assertThat(thrown).isSameAs(reset);
        assertThat(files()).containsExactly(part);
    }

    @Test
    void saysThatTheTimeWasUp() {
        // given
        transfers.end(exchange);
        begin(Duration.ofMillis(100));
        await().atMost(Duration.ofSeconds(10)).until(() -> transfer().isExpired());
        InputStream broken = new Broken(Samples.jpeg(1, 500), new IOException("Socket closed"));

        // when
        Throwable thrown = catchThrowable(() -> spool.spool(broken, UNKNOWN, transfer(), part));

        // then
        assertThat(thrown).isInstanceOf(TransferTimeoutException.class).hasMessage("not complete within 100 ms");
    }

    @Test
    void writesOverNoFile() throws IOException {
        Files.writeString(part, "someone's");

        Throwable thrown = catchThrowable(() -> spool(Samples.jpeg(1, 500), 500));

        assertThat(thrown).isInstanceOf(DiskException.class).hasCauseInstanceOf(FileAlreadyExistsException.class);
        assertThat(part).hasContent("someone's");
    }

    private Spool.Result spool(byte[] body, long announced) throws IOException, ImageRefusedException {
        return spool.spool(new ByteArrayInputStream(body), announced, transfer(), part);
    }

    private TransferDeadline transfer() {
        return TransferDeadlines.of(exchange);
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns one byte at a time. */
    private static final class Drip extends FilterInputStream {

        Drip(byte[] bytes) {
            super(new ByteArrayInputStream(bytes));
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return super.read(bytes, offset, Math.min(1, length));
        }
    }

    /** Returns some bytes, then throws an error. */
    private static final class Broken extends FilterInputStream {

        private final IOException error;

        Broken(byte[] bytes, IOException error) {
            super(new ByteArrayInputStream(bytes));
            this.error = error;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            if (count < 0) {
                throw error;
            }
            return count;
        }
    }

    /** Returns the same bytes endlessly, and counts them. */
    private static final class Endless extends FilterInputStream {

        private final byte[] again;
        private long given;

        Endless(byte[] bytes) {
            super(InputStream.nullInputStream());
            again = bytes;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            int count = Math.min(length, again.length);
            System.arraycopy(again, 0, bytes, offset, count);
            given += count;
            return count;
        }
    }
}
