package imgurcaravan.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.run.Settings.ImageSettings;
import imgurcaravan.run.SettingsTest;
import imgurcaravan.testing.HostileText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameTest {

    private static final String ID = "aBcDe12";
    private static final String POST = "pOst123";
    private static final String CAMEL = "\ud83d\udc2a";
    private static final long WHEN = 1_760_000_000L;

    private static final String ALBUMS =
            "${header.postTitle}/${header.imagePosition} ${header.imageTitle}.${header.imageExtension}";
    private static final String TITLE = "${header.imageTitle}.${header.imageExtension}";

    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void close() throws IOException {
        context.close();
    }

    private static ImageSettings settings(String template) {
        return SettingsTest.settings("imgur.images.file-name", template).images();
    }

    private FileName fileName(String template) {
        return new FileName(context, settings(template), new SafeName(UTF_8));
    }

    private static Image image(String title, String postTitle) {
        return new Image(ID, "https://i.imgur.com/x.jpg", "", 0, false, POST, postTitle, null, title, null, 7, WHEN);
    }

    private String name(String template, Image image) {
        return fileName(template).of(new DefaultExchange(context), image, ImageType.JPEG);
    }

    @ParameterizedTest
    @CsvSource({
        "'${header.imageId}.${header.imageExtension}', aBcDe12.jpg",
        "'${header.imageTitle} ${header.imageId}.${header.imageExtension}', A title aBcDe12.jpg",
        "'${header.postTitle}/${header.imagePosition} ${header.imageTitle}.${header.imageExtension}', "
                + "A post/007 A title.jpg",
        "'${header.postId}/${header.imagePosition}.${header.imageExtension}', pOst123/007.jpg",
        "'${header.imageDate}/${header.imageTitle}.${header.imageExtension}', 2025-10-09/A title.jpg",
        "'${header.imageDate.substring(0,7)}/${header.imageId}.${header.imageExtension}', 2025-10/aBcDe12.jpg",
        "'${header.imageExtension}/${header.imageTitle}', jpg/A title"
    })
    void isBuiltFromTheDetailsOfTheImage(String template, String expected) {
        assertThat(name(template, image("A title", "A post"))).isEqualTo(expected);
    }

    static Stream<Arguments> withoutTitle() {
        return Stream.of(
                Arguments.of(TITLE, ID + ".jpg"),
                Arguments.of(ALBUMS, "A post/007.jpg"),
                Arguments.of(TITLE.replace(".$", " - ${header.imageId}.$"), ID + ".jpg"),
                Arguments.of(TITLE.replace(".$", "_${header.imagePosition}.$"), "007.jpg"),
                Arguments.of("_" + TITLE.replace(".$", "_.$"), ID + ".jpg"),
                Arguments.of(
                        "${header.imagePosition} - " + TITLE.replace(".$", " - ${header.imageId}.$"),
                        "007 - " + ID + ".jpg"),
                Arguments.of("${header.imageTitle}/${header.imageId}.${header.imageExtension}", ID + ".jpg"),
                Arguments.of("x/${header.imageExtension}/${header.imageTitle}", "x/jpg/" + ID));
    }

    @ParameterizedTest
    @MethodSource("withoutTitle")
    void aMissingTitleLeavesNothing(String template, String expected) {
        assertThat(name(template, image(null, "A post"))).isEqualTo(expected);
        assertThat(name(template, image(" \u200b..?", "A post"))).isEqualTo(expected);
    }

    @Test
    void apartFromAMissingTitleTheOwnersPunctuationStays() {
        String template = "_new/- ${header.imageTitle} - .${header.imageExtension}";

        assertThat(name(template, image("x", null))).isEqualTo("_new/- x -.jpg");
    }

    @Test
    void takesTheMessageOfAnOlderPoller() throws ImageRefusedException {
        Image image = Image.fromJson("{\"id\":\"aBcDe12\",\"url\":\"https://i.imgur.com/x.jpg\"}");

        assertThat(name(
                        "${header.postTitle}/${header.postId}/${header.imageDate}/${header.imagePosition} "
                                + "${header.imageTitle}.${header.imageExtension}",
                        image))
                .isEqualTo("aBcDe12/aBcDe12/0000-00-00/000.jpg");
    }

    @ParameterizedTest
    @CsvSource({
        ".caravan, _.caravan/x.jpg, '.${header.postTitle}/${header.imageTitle}.${header.imageExtension}', caravan",
        "device, _CON/x.jpg, '${header.postTitle}/${header.imageTitle}.${header.imageExtension}', CON",
        "up, x.jpg, '.${header.postTitle}./${header.imageTitle}.${header.imageExtension}', '.'"
    })
    void leavesTheFoldersOfOthersAlone(String what, String expected, String template, String postTitle) {
        String name = name(template, image("x", postTitle));

        assertThat(name).as(what).isEqualTo(what.equals("up") ? ".pOst123/x.jpg" : expected);
    }

    @Test
    void aLongTitleIsCutAndTheRestStays() {
        String template = "${header.imagePosition} ${header.imageTitle} ${header.imageId}.${header.imageExtension}";

        String name = name(template, image(CAMEL.repeat(250), null));

        assertThat(name).startsWith("007 " + CAMEL).endsWith(CAMEL + " " + ID + ".jpg");
        assertThat(name.getBytes(UTF_8)).hasSizeBetween(200, 255);
    }

    @Test
    void titlesShareTheRoomThereIs() {
        String template = "${header.postTitle} ${header.imageTitle} ${header.postTitle} ${header.imageId}"
                + ".${header.imageExtension}";

        String name = name(template, image("x".repeat(500), "y".repeat(500)));

        assertThat(name).matches("y{60,} x{60,} y{60,} aBcDe12\\.jpg").hasSizeLessThan(256);
    }

    @Test
    void cutsEvenTheOwnersText() {
        String template = "${header.imageId}" + "z".repeat(400) + "/${header.imageTitle}" + "z".repeat(400)
                + ".${header.imageExtension}";

        String name = name(template, image("x", null));

        assertThat(name).endsWith("z.jpg");
        assertThat(name.split("/")).hasSize(2).allSatisfy(part -> assertThat(part)
                .hasSizeLessThan(256));
    }

    @Test
    void distinguishesFilesOfOneName() {
        FileName byTitle = fileName(TITLE);

        assertThat(Stream.of(0, 1, 2, 3).map(n -> byTitle.variant("a/b.jpg", ID, ImageType.JPEG, n)))
                .containsExactly("a/b.jpg", "a/b-aBcDe12.jpg", "a/b-aBcDe12 (2).jpg", "a/b-aBcDe12 (3).jpg");

        FileName byId = fileName("${header.imageId}.${header.imageExtension}");
        assertThat(Stream.of(0, 1, 2).map(n -> byId.variant("aBcDe12.jpg", ID, ImageType.JPEG, n)))
                .containsExactly("aBcDe12.jpg", "aBcDe12 (2).jpg", "aBcDe12 (3).jpg");
    }

    @ParameterizedTest
    @CsvSource({
        "'${header.imageId}.${header.imageExtension}', true, true",
        "'${header.imageId.substring(0,2)}/${header.imageId}.${header.imageExtension}', true, true",
        "'${header.imageTitle} ${header.imageId}.${header.imageExtension}', false, true",
        "'${header.imageDate}/${header.imageId}.${header.imageExtension}', false, true",
        "'${header.imageTitle}.${header.imageExtension}', false, false",
        "'${header.imageId.substring(0,2)}/${header.imageTitle}.${header.imageExtension}', false, false"
    })
    void knowsWhatItsTemplateDetermines(String template, boolean toldById, boolean unique) {
        FileName fileName = fileName(template);

        assertThat(fileName.isNamedById()).isEqualTo(toldById);
        assertThat(fileName.isUnique()).isEqualTo(unique);
    }

    @Test
    void saysWhenTitlesLoseLetters() {
        assertThat(new FileName(context, settings(TITLE), new SafeName(US_ASCII)).losesLetters())
                .isTrue();
        assertThat(new FileName(context, settings(TITLE), new SafeName(UTF_8)).losesLetters())
                .isFalse();
        assertThat(fileName("${header.imageId}.${header.imageExtension}").losesLetters())
                .isFalse();
    }

    static final List<String> TEMPLATES = List.of(
            TITLE,
            ALBUMS,
            "${header.postTitle}/${header.postId}/${header.imageTitle} ${header.postTitle}-${header.imageId}"
                    + ".${header.imageExtension}",
            ".${header.imageTitle}./${header.postTitle}/${header.imageDate} ${header.imageTitle}"
                    + ".${header.imageExtension}",
            "${header.imageTitle}${header.postTitle}.x.${header.imageExtension}",
            "${header.imageExtension}${header.imageTitle}");

    /** Whatever the titles: one path inside the folder, whose parts every file system accepts unchanged. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void holdsForAnyTitle(long seed, @TempDir Path folder) throws IOException {
        HostileText texts = new HostileText(seed);
        for (String template : TEMPLATES) {
            FileName fileName = fileName(template);
            for (int i = 0; i < 80; i++) {
                Image image = image(texts.next(), texts.next());
                Exchange exchange = new DefaultExchange(context);

                String name = fileName.of(exchange, image, ImageType.JPEG);

                String description = template + " of " + image.toJson();
                assertSafe(name, description);
                assertThat(fileName.of(exchange, image, ImageType.JPEG))
                        .as(description)
                        .isEqualTo(name);
                if (template.endsWith(".${header.imageExtension}")) {
                    assertThat(name).as(description).endsWith(".jpg").doesNotContainPattern("(^|/)\\.jpg$");
                }
                for (int number = 0; number < 100; number += 33) {
                    assertSafe(fileName.variant(name, ID, ImageType.JPEG, number) + ".json", description);
                }
                assertCanBeWritten(folder, fileName.variant(name, ID, ImageType.JPEG, 99), description);
            }
        }
    }

    private static void assertSafe(String name, String description) {
        assertThat(name)
                .as(description)
                .isNotEmpty()
                .doesNotStartWith("/")
                .doesNotContain("//", "\\", ":", "*", "?", "\"", "<", ">", "|", "{", "}")
                .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\x{FFFE}\\x{FFFF}\\x{FDD0}-\\x{FDEF}]")
                .isEqualTo(Normalizer.normalize(name, Normalizer.Form.NFC));
        assertThat(UTF_8.newEncoder().canEncode(name)).as(description).isTrue();
        for (String part : name.split("/", -1)) {
            assertThat(part.getBytes(UTF_8).length).as(description).isBetween(1, 255);
            assertThat(part)
                    .as(description)
                    .doesNotMatch("(?s)[ .]+|[ ~-].*|.*[ .]")
                    .doesNotMatch(
                            "(?i)(CON|PRN|AUX|NUL|(COM|LPT)[0-9\u00b9\u00b2\u00b3]|CONIN\\$|CONOUT\\$) *(\\..*)?");
        }
        assertThat(name).as(description).doesNotStartWithIgnoringCase(PartFiles.FOLDER + "/");
    }

    private static void assertCanBeWritten(Path folder, String name, String description) throws IOException {
        Path file = folder.resolve(name);
        assertThat(file.normalize()).as(description).isEqualTo(file);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[1]);
        assertThat(FileName.isThere(file)).as(description).isTrue();
    }
}
