package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.testing.Samples;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTypeTest {

    @ParameterizedTest
    @EnumSource
    void isRecognizedByTheFirstBytes(ImageType type) {
        byte[] sample = Samples.of(type.mediaType(), 1, 1_024);

        assertThat(ImageType.of(Arrays.copyOf(sample, ImageType.HEAD))).contains(type);
        assertThat(ImageType.of(sample)).contains(type);
    }

    @ParameterizedTest
    @CsvSource({
        "ffd8ffe000104a464946000101000001, JPEG",
        "ffd8ffe12f454578696600004d4d002a, JPEG",
        "ffd8ffdb008400080606070605080707, JPEG",
        "ffd8ffee000e41646f62650064000000, JPEG",
        "89504e470d0a1a0a0000000d49484452, PNG",
        "474946383761640064008000002c0000, GIF",
        "474946383961640064008000002c0000, GIF",
        "524946462400000057454250565038ff, WEBP"
    })
    void knowsEveryVariant(String hex, ImageType type) {
        byte[] head = HexFormat.of().parseHex(hex);

        assertThat(ImageType.of(head)).contains(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"isom", "iso2", "iso5", "mp41", "mp42", "M4V ", "avc1", "dash", "MSNV", "3gp4"})
    void recognizesTheBrandsOfVideosAsMp4(String brand) {
        assertThat(ImageType.of(boxes(brand))).contains(ImageType.MP4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"avif", "avis", "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "mif3", "msf1", "j2ki"})
    void doesNotRecognizeTheBrandsOfPicturesAsMp4(String brand) {
        assertThat(ImageType.of(boxes(brand))).isEmpty();
        assertThat(ImageType.otherFormat(boxes(brand))).contains(brand.startsWith("avi") ? "AVIF" : "HEIF");
    }

    @ParameterizedTest
    @ValueSource(strings = {"moov", "mdat", "wide", "free", "skip", "styp"})
    void recognizesMoviesThatBeginWithAnotherBox(String box) {
        byte[] head = boxes("isom");
        System.arraycopy(box.getBytes(StandardCharsets.US_ASCII), 0, head, 4, 4);

        assertThat(ImageType.of(head)).contains(ImageType.MP4);
    }

    @Test
    void namesJpegLs() {
        byte[] head = HexFormat.of().parseHex("ffd8fff7000b0800100010010111000f");

        assertThat(ImageType.of(head)).isEmpty();
        assertThat(ImageType.otherFormat(head)).contains("JPEG-LS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff",
                "ffd8",
                "ffd800ffd8ff",
                "00ffd8ff",
                "89504e470d0a1a",
                "89504e470a1a0a0a",
                "474946383861",
                "474946383962",
                "47494638",
                "676966383961",
                "524946462400000057415645666d7420",
                "5249464624000000574542",
                "52494658240000005745425056503820",
                "0000001866747971",
                "66747970",
                "3c21444f43545950452068746d6c3e0a",
                "424d3600000000000000360000002800",
                "49492a0008000000",
                "255044462d312e37",
                "1a45dfa3",
                "504b0304"
            })
    void isEmptyForAnythingElse(String hex) {
        assertThat(ImageType.of(HexFormat.of().parseHex(hex))).isEmpty();
    }

    @Test
    void hasTheMediaTypesAndExtensionsThatImgurUses() {
        assertThat(ImageType.values())
                .extracting(type -> type.mediaType() + " " + type.extension())
                .containsExactly(
                        "image/jpeg jpg", "image/png png", "image/gif gif", "video/mp4 mp4", "image/webp webp");
    }

    private static byte[] boxes(String brand) {
        return ("\0\0\0\u0018ftyp" + brand + "\0\0\2\0").getBytes(StandardCharsets.ISO_8859_1);
    }
}
