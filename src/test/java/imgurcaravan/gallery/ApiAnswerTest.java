package imgurcaravan.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiAnswerTest {

    private static final String HTML = """
            <!DOCTYPE html>
            <html><head><title>Imgur: The magic of the Internet</title></head>
            <body><h1>Imgur is over capacity!</h1></body></html>
            """;

    @Test
    void givesTheArrayOfAListing() throws Exception {
        JsonNode data =
                answer(200, "{\"data\":[{\"id\":\"abcde\"},{\"id\":\"fghij\"}],\"success\":true,\"status\":200}");

        assertThat(data.isArray()).isTrue();
        assertThat(data).hasSize(2);
    }

    @Test
    void givesTheObjectOfATag() throws Exception {
        JsonNode data = answer(200, "{\"data\":{\"name\":\"cats\",\"items\":[]},\"success\":true,\"status\":200}");

        assertThat(data.path("name").asText()).isEqualTo("cats");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":[]}",
                "{\"data\":[],\"success\":null}",
                "{\"data\":[],\"success\":\"yes\",\"status\":\"fine\"}",
                "{\"new\":{},\"data\":[],\"success\":true,\"status\":200}",
                "\ufeff{\"data\":[],\"success\":true,\"status\":200}"
            })
    void givesDataWhateverSurroundsIt(String body) throws Exception {
        JsonNode data = answer(200, body);

        assertThat(data.isArray()).isTrue();
    }

    static Stream<Arguments> busyAnswers() {
        return Stream.of(
                Arguments.of(429, error("Too many requests", 429), "429: Too many requests"),
                Arguments.of(500, error("Internal error", 500), "500: Internal error"),
                Arguments.of(403, error("Imgur is temporarily over capacity. Please try again later.", 403), "403"),
                Arguments.of(429, error("Imgur is over capacity", 429), "over capacity"),
                Arguments.of(500, error("Imgur is over-capacity", 500), "over-capacity"),
                Arguments.of(400, error("You have exceeded the rate limit", 400), "rate limit"),
                // The two statuses differ: in favour of another try.
                Arguments.of(429, error("Slow down", 403), "429: Slow down"),
                Arguments.of(503, error("Later", 200), "503: Later"),
                Arguments.of(200, error("Later", 500), "500: Later"),
                Arguments.of(200, error("Slow down", 429), "429: Slow down"),
                // Shape 2: the code inside the error is the true one.
                Arguments.of(400, coded(429, "You are uploading too fast."), "429: You are uploading too fast."),
                Arguments.of(403, coded(500, "Oops"), "500: Oops"),
                Arguments.of(200, coded(503, "Oops"), "503: Oops"),
                // Shape 3.
                Arguments.of(
                        500, "{\"data\":\"An error occurred\",\"success\":false,\"status\":500}", "An error occurred"),
                Arguments.of(
                        200, "{\"data\":\"An error occurred\",\"success\":false,\"status\":500}", "An error occurred"),
                Arguments.of(
                        200, "{\"data\":\"An error occurred\",\"success\":true,\"status\":200}", "An error occurred"),
                Arguments.of(200, "{\"data\":false,\"success\":false,\"status\":200}", "no reason given"),
                Arguments.of(500, "{\"data\":false,\"success\":false,\"status\":500}", "500: no reason given"),
                Arguments.of(200, "{\"data\":null,\"success\":true,\"status\":200}", "no reason given"),
                Arguments.of(200, "{\"data\":[],\"success\":false,\"status\":200}", "no reason given"),
                Arguments.of(200, "{\"data\":17}", "no reason given"),
                Arguments.of(200, "{}", "no reason given"),
                // Shape 4.
                Arguments.of(429, errors("429", "Too Many Requests"), "429: Imgur is a bit tired"),
                Arguments.of(400, errors("429", "Too Many Requests"), "429: Imgur is a bit tired"),
                Arguments.of(200, errors("500", "Oops"), "500: Imgur is a bit tired"),
                Arguments.of(503, "{\"errors\":[{\"status\":\"Service Unavailable\"}]}", "503: Service Unavailable"),
                Arguments.of(200, "{\"errors\":[],\"data\":[]}", "no reason given"),
                // Shape 5.
                Arguments.of(200, HTML, "200 with no JSON"),
                Arguments.of(403, HTML, "403 with no JSON"),
                Arguments.of(429, HTML, "429 with no JSON"),
                Arguments.of(503, HTML, "503 with no JSON"),
                Arguments.of(200, "", "200 with an empty answer"),
                Arguments.of(200, " \r\n ", "200 with an empty answer"),
                Arguments.of(500, "", "500 with an empty answer"),
                Arguments.of(403, "", "403 with an empty answer"),
                // Not an answer at all.
                Arguments.of(200, "[]", "no answer of the API"),
                Arguments.of(200, "17", "no answer of the API"),
                Arguments.of(200, "\"data\"", "no answer of the API"),
                Arguments.of(200, "true", "no answer of the API"),
                Arguments.of(200, "null", "no answer of the API"));
    }

    @ParameterizedTest
    @MethodSource("busyAnswers")
    void callsWorthAnotherTryWhatMayBeOtherwiseLater(int status, String body, String reason) {
        Throwable thrown = catchThrowable(() -> answer(status, body));

        assertThat(thrown).isInstanceOf(ApiBusyException.class).hasMessageContaining(reason);
        assertReadable(thrown);
    }

    static Stream<Arguments> refusedAnswers() {
        return Stream.of(
                Arguments.of(403, error("Invalid client_id", 403), "403: Invalid client_id; check IMGUR_CLIENT_ID"),
                Arguments.of(401, error("Authentication required", 401), "check IMGUR_CLIENT_ID"),
                Arguments.of(200, error("Invalid client_id", 403), "403: Invalid client_id; check IMGUR_CLIENT_ID"),
                Arguments.of(403, error("Invalid client_id", 200), "403: Invalid client_id; check IMGUR_CLIENT_ID"),
                Arguments.of(400, error("Bad request", 400), "400: Bad request"),
                Arguments.of(400, coded(1003, "File type invalid"), "400: File type invalid"),
                Arguments.of(400, coded(403, "No access"), "403: No access; check IMGUR_CLIENT_ID"),
                Arguments.of(401, errors("401", "Unauthorized"), "401: Imgur is a bit tired; check IMGUR_CLIENT_ID"),
                Arguments.of(401, "", "401: an empty answer"),
                Arguments.of(401, HTML, "401: no JSON"));
    }

    @ParameterizedTest
    @MethodSource("refusedAnswers")
    void callsFinalWhatNoOtherTryWouldChange(int status, String body, String reason) {
        Throwable thrown = catchThrowable(() -> answer(status, body));

        assertThat(thrown)
                .isInstanceOfSatisfying(ApiRefusedException.class, refused -> assertThat(refused.isGone())
                        .isFalse())
                .hasMessageContaining(reason);
        assertReadable(thrown);
    }

    static Stream<Arguments> goneAnswers() {
        return Stream.of(
                Arguments.of(404, error("Unable to find an album", 404)),
                Arguments.of(200, error("Unable to find an album", 404)),
                Arguments.of(400, coded(404, "Unable to find an album")),
                Arguments.of(404, errors("404", "Not Found")),
                Arguments.of(404, HTML),
                Arguments.of(404, ""),
                Arguments.of(410, ""));
    }

    @ParameterizedTest
    @MethodSource("goneAnswers")
    void saysWhatIsGone(int status, String body) {
        Throwable thrown = catchThrowable(() -> answer(status, body));

        assertThat(thrown).isInstanceOfSatisfying(ApiRefusedException.class, refused -> assertThat(refused.isGone())
                .isTrue());
        assertReadable(thrown);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 304, 307, 308})
    void followsNoRedirect(int status) {
        Throwable thrown = catchThrowable(() -> answer(status, ""));

        assertThat(thrown)
                .isInstanceOfSatisfying(ApiRefusedException.class, refused -> assertThat(refused.isGone())
                        .isFalse())
                .hasMessageContaining(String.valueOf(status));
        assertReadable(thrown);
    }

    @Test
    void calls404OverCapacityBusy() {
        Throwable thrown = catchThrowable(() -> answer(404, error("Imgur is over capacity", 404)));

        assertThat(thrown).isInstanceOf(ApiBusyException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 403, 500, 503})
    void takesAMissingBodyForAnEmptyOne(int status) {
        Throwable thrown = catchThrowable(() -> ApiAnswer.data(status, null));

        assertThat(thrown).isInstanceOf(ApiBusyException.class).hasMessageContaining("an empty answer");
    }

    @Test
    void passesNoAnswerThatIsCutOffAnywhere() throws Exception {
        // given
        String whole =
                "{\"data\":[{\"id\":\"abcde\",\"title\":\"Caf\u00e9\",\"size\":12}],\"success\":true,\"status\":200}";
        byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
        assertThat(answer(200, whole)).hasSize(1);

        for (int cut = 0; cut < bytes.length; cut++) {
            // when
            InputStream body = new ByteArrayInputStream(bytes, 0, cut);
            Throwable thrown = catchThrowable(() -> ApiAnswer.data(200, body));

            // then
            assertThat(thrown).as("cut after %d bytes", cut).isInstanceOf(ApiBusyException.class);
            assertReadable(thrown);
        }
    }

    static Stream<Arguments> excessiveAnswers() {
        return Stream.of(
                Arguments.of("nesting", "{\"data\":" + "[".repeat(10_000)),
                Arguments.of("balanced nesting", "{\"data\":" + "[".repeat(60) + "]".repeat(60) + "}"),
                Arguments.of("nested objects", "{\"data\":" + "{\"a\":".repeat(60) + "1" + "}".repeat(60) + "}"),
                Arguments.of("number", "{\"data\":[" + "9".repeat(101) + "]}"),
                Arguments.of("fraction", "{\"data\":[0." + "9".repeat(5_000) + "]}"),
                Arguments.of("string", "{\"data\":[\"" + "x".repeat(1_000_001) + "\"]}"),
                Arguments.of("field name", "{\"" + "x".repeat(1_000_001) + "\":1,\"data\":[]}"),
                Arguments.of("tokens", "{\"data\":[" + "1,".repeat(2_000_000) + "1]}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("excessiveAnswers")
    void passesNothingThatGoesBeyondAllMeasure(String what, String body) {
        Throwable thrown = catchThrowable(() -> answer(200, body));

        assertThat(thrown).as(what).isInstanceOf(ApiBusyException.class);
        assertReadable(thrown);
    }

    @Test
    void readsALongStringAndANestingThatAreWithinMeasure() throws Exception {
        String title = "x".repeat(100_000);
        String nested = "[".repeat(40) + "]".repeat(40);

        JsonNode data = answer(200, "{\"data\":[\"" + title + "\"," + nested + "],\"success\":true,\"status\":200}");

        assertThat(data.path(0).asText()).hasSize(100_000);
    }

    @Test
    void readsAnAnswerOfSeveralMegabytes() throws Exception {
        String post = "{\"id\":\"abcde\",\"title\":\"" + "x".repeat(10_000) + "\"}";
        String posts = String.join(",", Stream.generate(() -> post).limit(500).toList());

        JsonNode data = answer(200, "{\"data\":[" + posts + "],\"success\":true,\"status\":200}");

        assertThat(data).hasSize(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\",", " ", "1,\n"})
    void doesNotReadAnEndlessAnswerToItsEnd(String filler) {
        // given
        EndlessInput endless = new EndlessInput("{\"data\":[", filler);

        // when
        Throwable thrown = catchThrowable(() -> ApiAnswer.data(200, endless));

        // then
        assertThat(thrown).isInstanceOf(ApiBusyException.class);
        assertReadable(thrown);
        assertThat(endless.given).isLessThanOrEqualTo(ApiAnswer.MAX_BYTES + 100_000);
    }

    @Test
    void namesTheLimitOfAnAnswerThatIsTooLong() {
        EndlessInput endless = new EndlessInput("{\"data\":[]", " ");

        Throwable thrown = catchThrowable(() -> ApiAnswer.data(200, endless));

        assertThat(thrown).hasMessageContaining("more than " + ApiAnswer.MAX_BYTES + " bytes");
    }

    @Test
    void passesOnWhatTheConnectionThrows() {
        IOException reset = new IOException("Connection reset");
        InputStream broken = new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw reset;
            }
        };

        Throwable thrown = catchThrowable(() -> ApiAnswer.data(200, broken));

        assertThat(thrown).isSameAs(reset);
    }

    @Test
    void showsTheFirstLineOnlyOfWhatTheApiSays() {
        String text = "Bad\\u001b[31m request\\nand more\\r\\nINFO Took 0.00 s";

        Throwable thrown = catchThrowable(() -> answer(400, error(text, 400)));

        assertThat(thrown).isInstanceOf(ApiRefusedException.class).hasMessageEndingWith("400: Bad?[31m request");
    }

    @Test
    void cutsALongReason() {
        Throwable thrown = catchThrowable(() -> answer(400, error("x".repeat(50_000), 400)));

        assertReadable(thrown);
    }

    private static JsonNode answer(int status, String body) throws IOException, ApiRefusedException {
        return ApiAnswer.data(status, new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static String error(String text, int status) {
        return "{\"data\":{\"error\":\"%s\",\"request\":\"/3/gallery/hot/viral/0\",\"method\":\"GET\"},".formatted(text)
                + "\"success\":false,\"status\":%d}".formatted(status);
    }

    private static String coded(int code, String message) {
        return "{\"data\":{\"error\":{\"code\":%d,\"message\":\"%s\",\"type\":\"ImgurException\",\"exception\":[]},"
                        .formatted(code, message)
                + "\"request\":\"/3/gallery/hot\",\"method\":\"GET\"},\"success\":false,\"status\":400}";
    }

    private static String errors(String code, String status) {
        return "{\"errors\":[{\"id\":\"legacy-api-7f9c\",\"code\":\"%s\",\"status\":\"%s\",\"detail\":\"%s\"}]}"
                .formatted(code, status, "Imgur is a bit tired");
    }

    private static void assertReadable(Throwable thrown) {
        assertThat(thrown.getMessage())
                .isNotBlank()
                .hasSizeLessThanOrEqualTo(400)
                .doesNotContainPattern("\\p{Cntrl}")
                .doesNotContain("null", "Exception", "com.fasterxml");
    }

    /** A start, and then the same few bytes for ever; counts what was taken. */
    private static final class EndlessInput extends InputStream {

        private final byte[] start;
        private final byte[] filler;
        private long given;

        EndlessInput(String start, String filler) {
            this.start = start.getBytes(StandardCharsets.UTF_8);
            this.filler = filler.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public int read() {
            int value =
                    given < start.length ? start[(int) given] : filler[(int) ((given - start.length) % filler.length)];
            given++;
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            for (int i = 0; i < length; i++) {
                bytes[offset + i] = (byte) read();
            }
            return length;
        }

        @Override
        public String toString() {
            return "endless " + Arrays.toString(filler);
        }
    }
}
