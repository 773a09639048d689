package imgurcaravan.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import imgurcaravan.testing.HostileText;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailedImagePrinterTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00.123Z");
    private static final String MESSAGE = "{\"id\":\"abcde\",\"url\":\"https://i.imgur.com/abcde.jpg\"}";

    private static FailedImage image(String message, String reason) {
        return new FailedImage(
                "abcde", message, reason, FailureClass.NOT_FOUND, 1, TIME, TIME, TIME.plusSeconds(60), false);
    }

    @Test
    void printsALineOfJsonForEach() throws IOException {
        FailedImage entry =
                new FailedImage(null, "{\"no\":1}", "no image", FailureClass.BAD_MESSAGE, 0, TIME, TIME, null, false);
        StringBuilder out = new StringBuilder();

        long count = FailedImagePrinter.print(
                List.of(image(MESSAGE, "the server responded 404"), entry).iterator(), true, out);

        assertThat(count).isEqualTo(2);
        assertThat(out.toString().lines())
                .containsExactly(
                        "{\"time\":\"2026-01-01T00:00:00.123Z\",\"first\":\"2026-01-01T00:00:00.123Z\","
                                + "\"last\":\"2026-01-01T00:00:00.123Z\",\"reason\":\"the server responded 404\","
                                + "\"class\":\"NOT_FOUND\",\"attempts\":1,\"image\":" + MESSAGE + "}",
                        "{\"time\":\"2026-01-01T00:00:00.123Z\",\"first\":\"2026-01-01T00:00:00.123Z\","
                                + "\"last\":\"2026-01-01T00:00:00.123Z\",\"reason\":\"no image\","
                                + "\"class\":\"BAD_MESSAGE\",\"attempts\":0,\"message\":\"{\\\"no\\\":1}\"}");
    }

    @Test
    void printsALineOfTextForEach() throws IOException {
        FailedImage entry =
                new FailedImage(null, "{\"no\":1}", "no image", FailureClass.BAD_MESSAGE, 0, TIME, TIME, null, false);
        FailedImage old = new FailedImage(
                "fghij",
                "torn",
                "the server responded 503",
                FailureClass.SERVER_ERROR,
                9,
                TIME.minusSeconds(86_400),
                TIME,
                TIME.plusSeconds(60),
                true);
        StringBuilder out = new StringBuilder();

        FailedImagePrinter.print(
                List.of(image(MESSAGE, "the server responded 404"), entry, old).iterator(), false, out);

        assertThat(out.toString().lines())
                .containsExactly(
                        "2026-01-01T00:00:00Z abcde https://i.imgur.com/abcde.jpg NOT_FOUND: the server responded 404"
                                + " (1 attempt, next after 2026-01-01T00:01:00Z)",
                        "2026-01-01T00:00:00Z (no image) BAD_MESSAGE: no image (0 attempts)",
                        "2026-01-01T00:00:00Z fghij (no URL) SERVER_ERROR: the server responded 503"
                                + " (9 attempts since 2025-12-31T00:00:00Z, given up, next after 2026-01-01T00:01:00Z)");
    }

    @Test
    void escapesWhatATerminalWouldObey() {
        String reason =
                "a\u0007\u001b[31m\u007f\u0085\u009b\u061c\u200e\u202e\u2066\u2028\udb40\udc41\ud800é\ud83d\udc2a";
        String escaped =
                "\\u001b[31m\\u007f\\u0085\\u009b\\u061c\\u200e\\u202e\\u2066\\u2028\\udb40\\udc41\\ud800é\ud83d\udc2a";

        assertThat(FailedImagePrinter.text(image(MESSAGE, reason))).contains("a\\u0007" + escaped);
        assertThat(FailedImagePrinter.json(image(MESSAGE, reason)).replace("\\u001B", "\\u001b"))
                .contains("a\\u0007" + escaped);
    }

    @Test
    void writesJsonThatIsReadBackWhateverTheTitle() throws IOException {
        HostileText titles = new HostileText(7);
        for (int i = 0; i < 3_000; i++) {
            String title = titles.next();
            ObjectNode message = JSON.createObjectNode().put("id", "abcde").put("postTitle", title);

            String line = FailedImagePrinter.json(image(JSON.writeValueAsString(message), String.valueOf(title)));

            JsonNode letter = JSON.readTree(line);
            assertThat(letter.path("reason").textValue()).isEqualTo(String.valueOf(title));
            assertThat(letter.path("image")).isEqualTo(message);
            assertThat(line.codePoints())
                    .noneMatch(c -> Character.isISOControl(c)
                            || Character.getType(c) == Character.FORMAT
                            || Character.getType(c) == Character.SURROGATE);
        }
    }
}
