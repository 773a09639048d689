package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import imgurcaravan.testing.Samples;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompletenessCheckTest {

    private static final int BUFFER = 64;

    /** A progressive JPEG: its frame, and three scans with a table between them; restart markers in the first. */
    private static final byte[] PROGRESSIVE = bytes(
            "ffd8",
            segment("e0", "4a46494600010100000100010000"),
            segment("db", "00" + "10".repeat(64)),
            segment("c2", "0800100010" + "01" + "011100"),
            segment("c4", "00" + "0001" + "00".repeat(14) + "00"),
            segment("dd", "0001"),
            segment("da", "01" + "0100" + "000000"),
            "1234ff00ff00ffd056ffd1ff0078ffffd29a",
            segment("c4", "10" + "0001" + "00".repeat(14) + "00"),
            segment("da", "01" + "0100" + "013f02"),
            "bcdeff00",
            // A comment that looks like the end of the image.
            segment("fe", "ffd9ffd9"),
            segment("da", "01" + "0100" + "013f20"),
            "f0f1f2",
            "ffd9");

    private static final byte[] GIF87A = bytes(
            hex("GIF87a"),
            "0a000a00",
            "800000",
            "000000ffffff",
            "2c000000000a000a0000",
            "02",
            "03010203",
            "0101",
            "00",
            "3b");

    private static final byte[] MP4_TO_THE_END = bytes(
            box("ftyp", hex("isom") + "00000200"),
            box("moov", "00".repeat(40)),
            "00000000",
            hex("mdat"),
            "77".repeat(30));

    private static final byte[] MP4_OF_64_BITS = bytes(
            box("ftyp", hex("isom") + "00000200"),
            "00000001" + hex("mdat") + "000000000000001a" + "77".repeat(10),
            box("moov", "00".repeat(40)));

    @TempDir
    private Path folder;

    private FileChannel channel;

    @BeforeEach
    void open() throws IOException {
        channel = FileChannel.open(
                folder.resolve("image"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
    }

    static Stream<Arguments> samples() {
        return Stream.of(ImageType.values())
                .flatMap(type -> IntStream.of(Samples.SMALLEST, 1_000, 8_192, 65_536, 65_538, 300_000)
                        .mapToObj(size -> Arguments.of(type, size)));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void acceptsWholeImages(ImageType type, int size) throws IOException {
        for (long seed = 0; seed < 10; seed++) {
            write(Samples.of(type.mediaType(), seed, size));

            assertWhole(type);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_342, 2_000, 100_000})
    void passesAJpegWithAThumbnail(int size) throws IOException {
        for (long seed = 0; seed < 10; seed++) {
            write(Samples.jpegWithThumbnail(seed, size));

            assertWhole(ImageType.JPEG);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {256, 1_000, 100_000})
    void passesAnMp4WithItsIndexFirst(int size) throws IOException {
        write(Samples.mp4MoovFirst(3, size));

        assertWhole(ImageType.MP4);
    }

    static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of("progressive JPEG", ImageType.JPEG, PROGRESSIVE),
                Arguments.of("GIF87a", ImageType.GIF, GIF87A),
                Arguments.of("MP4 with a box to the end", ImageType.MP4, MP4_TO_THE_END),
                Arguments.of("MP4 with a box of 64 bits", ImageType.MP4, MP4_OF_64_BITS),
                Arguments.of(
                        "JPEG with fill bytes",
                        ImageType.JPEG,
                        bytes(
                                "ffd8",
                                "ffff" + segment("db", "00" + "10".repeat(64)),
                                "ff" + segment("da", "010100003f00"),
                                "12ffffd9")),
                Arguments.of(
                        "JPEG with bytes between segments",
                        ImageType.JPEG,
                        bytes(
                                "ffd8",
                                segment("db", "00" + "10".repeat(64)),
                                "0000ff0012",
                                segment("da", "010100003f00"),
                                "12ffd9")),
                Arguments.of(
                        "JPEG with a segment of no length",
                        ImageType.JPEG,
                        bytes("ffd8", "ffe20000", segment("da", "010100003f00"), "12ffd9")),
                Arguments.of(
                        "JPEG with markers that stand alone",
                        ImageType.JPEG,
                        bytes("ffd8", "ff01ffd3", segment("da", "010100003f00"), "12ff01ff0013ffd014ffd9")),
                Arguments.of(
                        "MOV of an older kind",
                        ImageType.MP4,
                        bytes(box("wide", ""), box("mdat", "77".repeat(10)), box("moov", "00".repeat(40)))),
                Arguments.of(
                        "GIF with extensions and padding",
                        ImageType.GIF,
                        bytes(
                                hex("GIF89a"),
                                "0a000a00",
                                "000000",
                                "21ff0b",
                                hex("NETSCAPE2.0"),
                                "03010000",
                                "00",
                                "21fe",
                                "05",
                                hex("hello"),
                                "00",
                                "2c000000000a000a0080000000ffffff",
                                "02",
                                "0101",
                                "00",
                                "0000",
                                "3b")),
                Arguments.of(
                        "extended WebP",
                        ImageType.WEBP,
                        bytes(
                                hex("RIFF"),
                                "2a000000",
                                hex("WEBPVP8X"),
                                "0a000000",
                                "00".repeat(10),
                                hex("ANIM"),
                                "00000000",
                                hex("ANMF"),
                                "03000000",
                                "77777700")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void passesEveryVariant(String what, ImageType type, byte[] image) throws IOException {
        write(image);

        assertThat(ImageType.of(image)).as(what).contains(type);
        assertWhole(type);
    }

    @ParameterizedTest
    @EnumSource(names = {"JPEG", "PNG", "GIF", "WEBP"})
    void passesBytesBehindTheEnd(ImageType type) throws IOException {
        byte[] image = Samples.of(type.mediaType(), 7, 1_000);
        for (String behind : new String[] {"00", "0d0a", "ffd8", "ffd9", "ff", "00ff00ff", "3b".repeat(10_000)}) {
            write(bytes(HexFormat.of().formatHex(image), behind));

            assertWhole(type);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "746578740d0a",
                "00000003",
                "00000007766f6964",
                "0000001000010203",
                "ffffffffffffffffffffff"
            })
    void passesBytesBehindAWholeMovie(String behind) throws IOException {
        for (byte[] movie : List.of(Samples.mp4(3, 400), Samples.mp4MoovFirst(3, 400), MP4_OF_64_BITS)) {
            write(bytes(HexFormat.of().formatHex(movie), behind));

            assertWhole(ImageType.MP4);
        }
    }

    @Test
    void passesNothingBehindAFragment() throws IOException {
        String movie = HexFormat.of().formatHex(Samples.mp4(3, 400)) + box("moof", "00".repeat(8));
        write(bytes(movie));
        assertWhole(ImageType.MP4);

        write(bytes(movie, "0000"));
        assertIncomplete(ImageType.MP4);
    }

    @Test
    void passesBytesBehindTheEndOfAProgressiveJpeg() throws IOException {
        write(bytes(HexFormat.of().formatHex(PROGRESSIVE), hex("written by a camera")));

        assertWhole(ImageType.JPEG);
    }

    static Stream<Arguments> wholes() {
        return Stream.of(
                Arguments.of("JPEG", Samples.jpeg(1, 400)),
                Arguments.of("JPEG with a thumbnail", Samples.jpegWithThumbnail(1, 1_400)),
                Arguments.of("progressive JPEG", PROGRESSIVE),
                Arguments.of("PNG", Samples.png(1, 400)),
                Arguments.of("GIF89a", Samples.gif(1, 800)),
                Arguments.of("GIF87a", GIF87A),
                Arguments.of("MP4 with its index last", Samples.mp4(1, 400)),
                Arguments.of("MP4 with its index first", Samples.mp4MoovFirst(1, 400)),
                Arguments.of("MP4 with a box of 64 bits", MP4_OF_64_BITS),
                Arguments.of("WebP", Samples.webp(1, 400)),
                Arguments.of("WebP without padding", Samples.webp(2, 400)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wholes")
    void refusesImagesThatAreCutOffAnywhere(String what, byte[] whole) throws IOException {
        ImageType type = ImageType.of(whole).orElseThrow();

        for (int cut = 1; cut < whole.length; cut++) {
            // given
            byte[] rest = Arrays.copyOf(whole, cut);
            if (ImageType.of(rest).isEmpty()) {
                // The first bytes alone are not an image of any type, and are refused for that reason.
                assertThat(cut).isLessThan(ImageType.HEAD);
                continue;
            }
            write(rest);

            // when
            Throwable thrown = catchThrowable(() -> CompletenessCheck.check(type, bytes()));

            // then
            assertThat(thrown)
                    .as("%s cut off after %d of %d bytes", what, cut, whole.length)
                    .isInstanceOf(ImageIncompleteException.class)
                    .message()
                    .isNotBlank()
                    .doesNotContainPattern("\\p{Cntrl}");
        }
    }

    /**
     * Such a box extends to the end of the file, wherever that is. Only Content-Length can tell whether it is complete.
     */
    @Test
    void cannotTellTheEndOfAnMp4WhoseLastBoxHasNone() throws IOException {
        int data = MP4_TO_THE_END.length - 30;
        for (int cut = 1; cut < MP4_TO_THE_END.length; cut++) {
            write(Arrays.copyOf(MP4_TO_THE_END, cut));

            if (cut >= data) {
                assertWhole(ImageType.MP4);
            } else {
                assertIncomplete(ImageType.MP4);
            }
        }
    }

    @Test
    void refusesAJpegCutOffBehindItsThumbnail() throws IOException {
        // given
        byte[] image = Samples.jpegWithThumbnail(5, 4_000);
        int end = HexFormat.of().formatHex(image).indexOf("ffd9") / 2 + 2;
        assertThat(end).isLessThan(2_000);
        write(Arrays.copyOf(image, end));

        // then
        assertIncomplete(ImageType.JPEG);
    }

    @Test
    void refusesAJpegThatLacksItsEnd() throws IOException {
        byte[] image = Samples.jpeg(5, 4_000);
        byte[] zeros = Arrays.copyOf(Arrays.copyOf(image, image.length - 2), image.length + 5_000);
        write(zeros);

        assertIncomplete(ImageType.JPEG);
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of("JPEG without image data", ImageType.JPEG, bytes("ffd8ffd9")),
                Arguments.of(
                        "JPEG with tables only",
                        ImageType.JPEG,
                        bytes("ffd8", segment("db", "00" + "10".repeat(64)), "ffd9")),
                Arguments.of("JPEG with a segment too short", ImageType.JPEG, bytes("ffd8ffe00001ffd9ffd9")),
                Arguments.of("JPEG with a segment of no length", ImageType.JPEG, bytes("ffd8ffe00000ffd9")),
                Arguments.of(
                        "JPEG with a second beginning",
                        ImageType.JPEG,
                        bytes("ffd8", "ffd8", segment("da", "010100003f00"), "12ffd9")),
                Arguments.of("JPEG with a segment beyond the end", ImageType.JPEG, bytes("ffd8ffe0ffff0000ffd9")),
                Arguments.of(
                        "JPEG that ends in a stuffed byte",
                        ImageType.JPEG,
                        bytes("ffd8", segment("da", "010100003f00"), "12ff00d9")),
                Arguments.of(
                        "JPEG that ends in fill bytes",
                        ImageType.JPEG,
                        bytes("ffd8", segment("da", "010100003f00"), "12ffffffff")),
                Arguments.of(
                        "PNG with a chunk beyond the end",
                        ImageType.PNG,
                        bytes("89504e470d0a1a0a", "7fffffff", hex("IDAT"), "00".repeat(50))),
                Arguments.of(
                        "PNG with a chunk of a negative length",
                        ImageType.PNG,
                        bytes("89504e470d0a1a0a", "fffffff0", hex("IDAT"), "00".repeat(50))),
                Arguments.of(
                        "PNG whose end is inside a chunk",
                        ImageType.PNG,
                        bytes(
                                "89504e470d0a1a0a",
                                "0000000c",
                                hex("IDAT"),
                                "00000000",
                                hex("IEND"),
                                "ae426082",
                                "00000000")),
                Arguments.of(
                        "PNG with a damaged chunk",
                        ImageType.PNG,
                        bytes(
                                "89504e470d0a1a0a",
                                "00000001" + hex("IDAT") + "00" + "12345678",
                                "00000000" + hex("IEND") + "ae426082")),
                Arguments.of(
                        "GIF with padding before its first image",
                        ImageType.GIF,
                        bytes(hex("GIF89a"), "0a000a00000000", "00", "2c000000000a000a0000", "02010100", "3b")),
                Arguments.of(
                        "GIF without a trailer before something else",
                        ImageType.GIF,
                        bytes(hex("GIF89a"), "0a000a00000000", "2c000000000a000a0000", "02010100", "0d0a3b")),
                Arguments.of(
                        "GIF with padding in place of its trailer",
                        ImageType.GIF,
                        bytes(hex("GIF89a"), "0a000a00000000", "2c000000000a000a0000", "02010100", "00".repeat(100))),
                Arguments.of(
                        "GIF with an unknown block", ImageType.GIF, bytes(hex("GIF89a"), "0a000a00000000", "77", "3b")),
                Arguments.of(
                        "GIF with a colour table cut off", ImageType.GIF, bytes(hex("GIF89a"), "0a000a00870000", "3b")),
                Arguments.of(
                        "GIF without an end of data",
                        ImageType.GIF,
                        bytes(hex("GIF89a"), "0a000a00000000", "2c000000000a000a0000", "02", "ff" + "3b".repeat(20))),
                Arguments.of(
                        "MP4 with a box smaller than its header",
                        ImageType.MP4,
                        bytes(box("ftyp", hex("isom") + "00000200"), "00000007" + hex("moov"), "00".repeat(20))),
                Arguments.of(
                        "MP4 with a box of a negative size",
                        ImageType.MP4,
                        bytes(box("ftyp", hex("isom") + "00000200"), "00000001" + hex("moov"), "ffffffffffffffff")),
                Arguments.of(
                        "MP4 with a box of 64 bits that are too few",
                        ImageType.MP4,
                        bytes(box("ftyp", hex("isom") + "00000200"), "00000001" + hex("moov"), "0000000000000000")),
                Arguments.of(
                        "MP4 with a box of 64 bits beyond the end",
                        ImageType.MP4,
                        bytes(box("ftyp", hex("isom") + "00000200"), "00000001" + hex("moov"), "7fffffffffffffff")),
                Arguments.of(
                        "MP4 with a box beyond the end",
                        ImageType.MP4,
                        bytes(box("ftyp", hex("isom") + "00000200"), "fffffff0" + hex("moov"), "00".repeat(20))),
                Arguments.of(
                        "MP4 without an index",
                        ImageType.MP4,
                        bytes(box("ftyp", hex("isom") + "00000200"), box("mdat", "77".repeat(50)))),
                Arguments.of(
                        "MP4 with its index inside a box",
                        ImageType.MP4,
                        bytes(box("ftyp", hex("isom") + "00000200"), box("free", box("moov", "00".repeat(50))))),
                Arguments.of(
                        "MP4 without data",
                        ImageType.MP4,
                        bytes(box("ftyp", hex("isom") + "00000200"), box("moov", "00".repeat(50)))),
                Arguments.of(
                        "WebP that claims too much",
                        ImageType.WEBP,
                        bytes(hex("RIFF"), "20000000", hex("WEBPVP8 "), "14000000", "77".repeat(19))),
                Arguments.of(
                        "WebP that claims 4 GB",
                        ImageType.WEBP,
                        bytes(hex("RIFF"), "ffffffff", hex("WEBPVP8 "), "14000000", "77".repeat(20))),
                Arguments.of(
                        "WebP that claims less than its chunks",
                        ImageType.WEBP,
                        bytes(hex("RIFF"), "10000000", hex("WEBPVP8 "), "14000000", "77".repeat(20))),
                Arguments.of(
                        "WebP of other chunks",
                        ImageType.WEBP,
                        bytes(hex("RIFF"), "10000000", hex("WEBPEXIF"), "04000000", "77".repeat(4))),
                Arguments.of("WebP without image data", ImageType.WEBP, bytes(hex("RIFF"), "04000000", hex("WEBP"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void refusesBrokenImages(String what, ImageType type, byte[] image) throws IOException {
        write(image);

        assertThat(what).startsWith(type == ImageType.WEBP ? "WebP" : type.name());
        assertIncomplete(type);
    }

    @ParameterizedTest
    @EnumSource
    void terminatesOnFlippedBits(ImageType type) throws IOException {
        for (int seed = 0; seed < 500; seed++) {
            // given: a good image with five bits flipped
            byte[] image = Samples.of(type.mediaType(), seed, 300);
            for (int i = 0; i < 5; i++) {
                image[(seed * 31 + i * 97) % image.length] ^= (byte) (1 << (seed + i) % 8);
            }
            write(image);

            // when
            Throwable thrown = catchThrowable(() -> CompletenessCheck.check(type, bytes()));

            // then
            assertThat(thrown)
                    .as("seed %d", seed)
                    .satisfiesAnyOf(none -> assertThat(none).isNull(), some -> assertThat(some)
                            .isInstanceOf(ImageIncompleteException.class));
        }
    }

    private void assertWhole(ImageType type) {
        assertThatCode(() -> CompletenessCheck.check(type, bytes())).doesNotThrowAnyException();
    }

    private void assertIncomplete(ImageType type) {
        assertThatExceptionOfType(ImageIncompleteException.class)
                .isThrownBy(() -> CompletenessCheck.check(type, bytes()))
                .withMessageContaining(type == ImageType.WEBP ? "W" : type.name());
    }

    /** The file, through a buffer that is small enough to end anywhere in a structure. */
    private BodyBytes bytes() throws IOException {
        channel.position(0);
        return new BodyBytes(buffer -> channel.read(ByteBuffer.wrap(buffer)), new byte[BUFFER], 0);
    }

    private void write(byte[] bytes) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(bytes), 0);
    }

    private static byte[] bytes(String... hex) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String part : hex) {
            bytes.writeBytes(HexFormat.of().parseHex(part));
        }
        return bytes.toByteArray();
    }

    private static String hex(String ascii) {
        return HexFormat.of().formatHex(ascii.getBytes(StandardCharsets.US_ASCII));
    }

    private static String segment(String marker, String content) {
        return "ff%s%04x%s".formatted(marker, content.length() / 2 + 2, content);
    }

    private static String box(String name, String content) {
        return "%08x%s%s".formatted(content.length() / 2 + 8, hex(name), content);
    }
}
