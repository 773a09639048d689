package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTest {

    private static final String URL = "https://i.imgur.com/abcde.jpg";
    private static final String CAMEL = "\ud83d\udc2a";

    @Test
    void crossesTheQueueUnchanged() throws ImageRefusedException {
        // given
        Image image = new Image(
                "aBcD123",
                URL,
                "image/jpeg",
                5_000_000_000L,
                true,
                "post1",
                "A \"title\"\n" + CAMEL + "\u0000",
                "poll-1");

        // when
        Image read = Image.fromJson(image.toJson());

        // then
        assertThat(read).isEqualTo(image);
    }

    @Test
    void crossesTheQueueWithNothingButIdAndUrl() throws ImageRefusedException {
        Image image = new Image("abcde", URL, null, 0, false, null, null, null);

        Image read = Image.fromJson(image.toJson());

        assertThat(read).isEqualTo(image);
        assertThat(read.type()).isEmpty();
    }

    @Test
    void crossesTheQueueWithItsMetadata() throws ImageRefusedException {
        // given
        Image image = described("Title \u0001", CAMEL, 12, 1_760_000_000L);

        // when
        String json = image.toJson();

        // then
        assertThat(Image.fromJson(json)).isEqualTo(image);
        assertThat(json)
                .endsWith(",\"title\":\"Title \\u0001\",\"description\":\"" + CAMEL
                        + "\",\"position\":12,\"datetime\":1760000000}");
    }

    private static Image described(String title, String description, int position, long datetime) {
        return new Image("abcde", URL, "", 0, false, null, null, null, title, description, position, datetime);
    }

    @Test
    void treatsAnImpossiblePositionOrDateAsUnknown() {
        assertThat(described(null, null, -1, -1)).isEqualTo(described(null, null, 0, 0));
        assertThat(described(null, null, 1_000_000, 253_402_300_800L)).isEqualTo(described(null, null, 0, 0));
        assertThat(described(null, null, Integer.MIN_VALUE, Long.MAX_VALUE)).isEqualTo(described(null, null, 0, 0));
    }

    @Test
    void isReadWithAllTextsAsLongAsTheyMayBe() throws ImageRefusedException {
        String long1 = "\u0001".repeat(5_000);
        List<String> tags = Collections.nCopies(50, long1);
        Image image = new Image(
                "abcde",
                "h".repeat(2_000),
                "",
                0,
                false,
                "post1",
                long1,
                "poll-1",
                long1,
                long1,
                999_999,
                1,
                1,
                1,
                1,
                1,
                tags,
                true);

        assertThat(image.title()).hasSize(500);
        assertThat(image.description()).hasSize(1_000);
        assertThat(image.tags()).hasSize(30).allSatisfy(tag -> assertThat(tag).hasSize(100));
        assertThat(Image.fromJson(image.toJson())).isEqualTo(image);
    }

    @Test
    void isAMessageThatOthersCanRead() {
        Image image = new Image("abcde", URL, "image/jpeg", 12, false, "post1", "Title", "poll-1");

        assertThat(image.toJson())
                .isEqualTo("{\"id\":\"abcde\",\"url\":\"https://i.imgur.com/abcde.jpg\",\"type\":\"image/jpeg\","
                        + "\"size\":12,\"animated\":false,\"postId\":\"post1\",\"postTitle\":\"Title\","
                        + "\"pollId\":\"poll-1\"}");
    }

    @Test
    void ignoresUnknownFields() throws ImageRefusedException {
        Image read = Image.fromJson("""
                {"version": 7, "id": "abcde", "url": "https://i.imgur.com/abcde.jpg", "labels": ["a", {"b": null}],
                 "size": 12, "postTitle": null, "score": 1e5}
                """);

        assertThat(read).isEqualTo(new Image("abcde", URL, "", 12, false, null, null, null));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                " ",
                "garbage",
                "\u0000\u0001\u0002",
                "\u001b[31m",
                "null",
                "true",
                "17",
                "\"abcde\"",
                "[]",
                "[{\"id\":\"abcde\",\"url\":\"https://i.imgur.com/abcde.jpg\"}]",
                "{}",
                "{\"id\":\"abcde\"}",
                "{\"id\":\"abcde\",\"url\":null}",
                "{\"url\":\"https://i.imgur.com/abcde.jpg\"}",
                "{\"id\":null,\"url\":\"u\"}",
                "{\"id\":\"\",\"url\":\"u\"}",
                // Cut off, or followed by more text.
                "{\"id\":\"abcde\",\"url\":\"https://i.imgur.com/abc",
                "{\"id\":\"abcde\",\"url\":\"u\"",
                "{\"id\":\"abcde\",\"url\":\"u\"} {}",
                "{\"id\":\"abcde\",\"url\":\"u\"}x",
                "{'id':'abcde','url':'u'}",
                "{\"id\":\"abcde\",\"url\":\"a\nb\"}",
                // Wrong types.
                "{\"id\":{},\"url\":\"u\"}",
                "{\"id\":[\"abcde\"],\"url\":\"u\"}",
                "{\"id\":12345,\"url\":\"u\"}",
                "{\"id\":true,\"url\":\"u\"}",
                "{\"id\":\"abcde\",\"url\":{}}",
                "{\"id\":\"abcde\",\"url\":[]}",
                "{\"id\":\"abcde\",\"url\":17}",
                "{\"id\":\"abcde\",\"url\":\"u\",\"size\":\"big\"}",
                "{\"id\":\"abcde\",\"url\":\"u\",\"size\":{}}",
                "{\"id\":\"abcde\",\"url\":\"u\",\"size\":9223372036854775808}",
                "{\"id\":\"abcde\",\"url\":\"u\",\"size\":1e400}",
                "{\"id\":\"abcde\",\"url\":\"u\",\"size\":1111111111111111111111111111111111111111}",
                "{\"id\":\"abcde\",\"url\":\"u\",\"animated\":\"maybe\"}",
                "{\"id\":\"abcde\",\"url\":\"u\",\"animated\":[]}",
                "{\"id\":\"abcde\",\"url\":\"u\",\"postTitle\":{\"a\":1}}",
                // Ids that would be paths, or empty.
                "{\"id\":\"../../etc/passwd\",\"url\":\"u\"}",
                "{\"id\":\"a/b\",\"url\":\"u\"}",
                "{\"id\":\"a\\\\b\",\"url\":\"u\"}",
                "{\"id\":\"abcde.jpg\",\"url\":\"u\"}",
                "{\"id\":\"..\",\"url\":\"u\"}",
                "{\"id\":\"abc\\u0000de\",\"url\":\"u\"}",
                "{\"id\":\"abcde\\n\",\"url\":\"u\"}",
                "{\"id\":\"{{imgur.client-id}}\",\"url\":\"u\"}",
                "{\"id\":\"${body}\",\"url\":\"u\"}",
                "{\"id\":\"caf\u00e9x\",\"url\":\"u\"}",
                "{\"id\":\"ab\",\"url\":\"u\"}",
                "{\"id\":\"abcdefghijklmnopq\",\"url\":\"u\"}"
            })
    void refusesTextThatIsNotAnImage(String json) {
        assertRefused(json);
    }

    @Test
    void refusesAVeryLongText() {
        assertRefused("x".repeat(30_000));
        assertRefused(" ".repeat(30_000));
        assertRefused("{\"id\":\"abcde\",\"url\":\"" + "u".repeat(30_000) + "\"}");
        assertRefused("{\"id\":\"abcde\",\"url\":\"u\",\"size\":\"" + "9".repeat(19_000) + "\"}");
    }

    @Test
    void refusesDeepNesting() {
        assertRefused("[".repeat(15_000));
        assertRefused("{\"a\":".repeat(3_000));
        assertRefused("{\"id\":\"abcde\",\"url\":\"u\",\"x\":" + "[".repeat(20) + "]".repeat(20) + "}");
    }

    private static void assertRefused(String json) {
        ImageRefusedException thrown = catchThrowableOfType(ImageRefusedException.class, () -> Image.fromJson(json));

        assertThat(thrown).isNotNull();
        assertThat(thrown.getMessage())
                .startsWith("a queue entry that is not an image message: ")
                .hasSizeGreaterThan(41)
                .hasSizeLessThan(1_000)
                .matches("[\\x20-\\x7e]+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "abcde", "aBcD123", "12345", "abcdefghijklmnop"})
    void acceptsValidIds(String id) {
        assertThat(Image.isId(id)).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "ab",
                "abcdefghijklmnopq",
                "a b c",
                "abc.d",
                "a/bcd",
                "..",
                "...",
                "abc-d",
                "abc_d",
                "abcd\n",
                "\u0430bcde",
                "abc\u0000",
                "%2e%2e",
                "\u0661\u0662\u0663"
            })
    void rejectsInvalidIds(String id) {
        assertThat(Image.isId(id)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new Image(id, URL, "", 0, false, null, null, null));
    }

    @Test
    void needsAUrl() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Image("abcde", null, "", 0, false, null, null, null))
                .withMessageContaining("abcde");
    }

    @Test
    void treatsANegativeSizeAsUnknown() {
        assertThat(new Image("abcde", URL, "", -5, false, null, null, null).size())
                .isZero();
    }

    @Test
    void cutsALongTitle() {
        assertThat(titled("x".repeat(500))).isEqualTo("x".repeat(500));
        assertThat(titled("x".repeat(501))).isEqualTo("x".repeat(500));
        assertThat(titled("x".repeat(1_000_000))).isEqualTo("x".repeat(500));
    }

    @Test
    void keepsNoHalfOfACharacter() {
        Image image = new Image("abcde", URL, null, 0, false, null, "cut \ud83d, whole " + CAMEL, null);

        assertThat(image.postTitle()).isEqualTo("cut \ufffd, whole " + CAMEL);
    }

    @Test
    void cutsNoCharacterOfATitleInHalf() {
        assertThat(titled("x".repeat(499) + CAMEL)).isEqualTo("x".repeat(499));
        assertThat(titled("x".repeat(498) + CAMEL)).isEqualTo("x".repeat(498) + CAMEL);
        assertThat(titled("x".repeat(498) + CAMEL + "y")).isEqualTo("x".repeat(498) + CAMEL);
        assertThat(titled(CAMEL.repeat(1_000))).isEqualTo(CAMEL.repeat(250));
    }

    @Test
    void isReadWithTheLongestTitleThereIs() throws ImageRefusedException {
        Image image = new Image("abcde", URL, "image/jpeg", 1, false, "post1", "\u0001".repeat(5_000), "poll-1");

        assertThat(Image.fromJson(image.toJson())).isEqualTo(image);
    }

    private static String titled(String title) {
        return new Image("abcde", URL, "", 0, false, null, title, null).postTitle();
    }
}
