package imgurcaravan.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import imgurcaravan.gallery.ApiResponse.Kind;
import imgurcaravan.http.TransferDeadlines;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiResponseTest {

    private static final String HTML = """
            <!DOCTYPE html>
            <html><head><title>Imgur: The magic of the Internet</title></head>
            <body><h1>Imgur is over capacity!</h1></body></html>
            """;

    private static final String PAGE = "<!DOCTYPE html><html><body>Something else</body></html>";

    @Test
    void givesTheArrayOfAListing() throws Exception {
        JsonNode data = data(200, "{\"data\":[{\"id\":\"abcde\"},{\"id\":\"fghij\"}],\"success\":true,\"status\":200}");

        assertThat(data.isArray()).isTrue();
        assertThat(data).hasSize(2);
    }

    @Test
    void givesTheObjectOfATag() throws Exception {
        JsonNode data = data(200, "{\"data\":{\"name\":\"cats\",\"items\":[]},\"success\":true,\"status\":200}");

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
        JsonNode data = data(200, body);

        assertThat(data.isArray()).isTrue();
    }

    static Stream<Arguments> waitResponses() {
        return Stream.of(
                Arguments.of(429, error("Too many requests", 429), "429: Too many requests"),
                Arguments.of(403, error("Imgur is temporarily over capacity. Please try again later.", 403), "403"),
                Arguments.of(429, error("Imgur is over capacity", 429), "over capacity"),
                Arguments.of(500, error("Imgur is over-capacity", 500), "over-capacity"),
                Arguments.of(400, error("You have exceeded the rate limit", 400), "rate limit"),
                Arguments.of(429, error("Slow down", 403), "429: Slow down"),
                Arguments.of(200, error("Slow down", 429), "429: Slow down"),
                Arguments.of(400, coded(429, "You are uploading too fast."), "429: You are uploading too fast."),
                Arguments.of(429, errors("429", "Too Many Requests"), "429: Imgur is a bit tired"),
                Arguments.of(400, errors("429", "Too Many Requests"), "429: Imgur is a bit tired"),
                Arguments.of(200, HTML, "200 with an over-capacity page"),
                Arguments.of(403, HTML, "403 with an over-capacity page"),
                Arguments.of(429, HTML, "429 with an over-capacity page"),
                Arguments.of(503, HTML, "503 with an over-capacity page"));
    }

    @ParameterizedTest
    @MethodSource("waitResponses")
    void saysToWaitAtALimitOrOverCapacity(int status, String body, String reason) throws IOException {
        assertResponse(response(status, body), Kind.RATE_LIMITED, reason);
    }

    static Stream<Arguments> temporaryResponses() {
        return Stream.of(
                Arguments.of(500, error("Internal error", 500), "500: Internal error"),
                Arguments.of(503, error("Later", 200), "503: Later"),
                Arguments.of(200, error("Later", 500), "500: Later"),
                Arguments.of(403, coded(500, "Oops"), "500: Oops"),
                Arguments.of(200, coded(503, "Oops"), "503: Oops"),
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
                Arguments.of(200, errors("500", "Oops"), "500: Imgur is a bit tired"),
                Arguments.of(503, "{\"errors\":[{\"status\":\"Service Unavailable\"}]}", "503: Service Unavailable"),
                Arguments.of(200, "{\"errors\":[],\"data\":[]}", "no reason given"),
                Arguments.of(200, "", "200 with an empty body"),
                Arguments.of(200, PAGE, "200 with invalid or incomplete JSON"),
                Arguments.of(503, PAGE, "503 with invalid or incomplete JSON"),
                Arguments.of(200, " \r\n ", "200 with an empty body"),
                Arguments.of(500, "", "500 with an empty body"),
                Arguments.of(403, "", "403 with an empty body"),
                Arguments.of(200, "[]", "JSON that is not an API response"),
                Arguments.of(200, "17", "JSON that is not an API response"),
                Arguments.of(200, "\"data\"", "JSON that is not an API response"),
                Arguments.of(200, "true", "JSON that is not an API response"),
                Arguments.of(200, "null", "JSON that is not an API response"));
    }

    @ParameterizedTest
    @MethodSource("temporaryResponses")
    void callsTemporaryFailuresUnavailable(int status, String body, String reason) throws IOException {
        assertResponse(response(status, body), Kind.UNAVAILABLE, reason);
    }

    static Stream<Arguments> badCredentials() {
        return Stream.of(
                Arguments.of(403, error("Invalid client_id", 403), "403: Invalid client_id; check IMGUR_CLIENT_ID"),
                Arguments.of(401, error("Authentication required", 401), "check IMGUR_CLIENT_ID"),
                Arguments.of(200, error("Invalid client_id", 403), "403: Invalid client_id; check IMGUR_CLIENT_ID"),
                Arguments.of(403, error("Invalid client_id", 200), "403: Invalid client_id; check IMGUR_CLIENT_ID"),
                Arguments.of(400, coded(403, "No access"), "403: No access; check IMGUR_CLIENT_ID"),
                Arguments.of(401, errors("401", "Unauthorized"), "401: Imgur is a bit tired; check IMGUR_CLIENT_ID"),
                Arguments.of(401, "", "401 with an empty body"),
                Arguments.of(401, PAGE, "401 with invalid or incomplete JSON"));
    }

    @ParameterizedTest
    @MethodSource("badCredentials")
    void saysThatTheClientIdIsRefused(int status, String body, String reason) throws IOException {
        assertResponse(response(status, body), Kind.REFUSED, reason);
    }

    static Stream<Arguments> brokenResponses() {
        return Stream.of(
                Arguments.of(400, error("Bad request", 400), "400: Bad request"),
                Arguments.of(400, coded(1003, "File type invalid"), "400: File type invalid"));
    }

    @ParameterizedTest
    @MethodSource("brokenResponses")
    void saysThatTheQuestionWillHaveNoOtherAnswer(int status, String body, String reason) throws IOException {
        assertResponse(response(status, body), Kind.REFUSED, reason);
    }

    static Stream<Arguments> goneResponses() {
        return Stream.of(
                Arguments.of(404, error("Unable to find an album", 404)),
                Arguments.of(200, error("Unable to find an album", 404)),
                Arguments.of(400, coded(404, "Unable to find an album")),
                Arguments.of(404, errors("404", "Not Found")),
                Arguments.of(404, PAGE),
                Arguments.of(404, ""),
                Arguments.of(410, ""));
    }

    @ParameterizedTest
    @MethodSource("goneResponses")
    void saysWhatIsGone(int status, String body) throws IOException {
        assertResponse(response(status, body), Kind.NOT_FOUND, "4");
    }

    @Test
    void saysWhatHasNotChanged() throws IOException {
        assertThat(response(304, false, null).kind()).isEqualTo(Kind.NOT_MODIFIED);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void followsNoRedirect(int status) throws IOException {
        assertResponse(response(status, ""), Kind.REFUSED, String.valueOf(status));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 400, 401, 403, 404, 429, 500, 503})
    void saysToWaitWhenOverCapacityWhateverTheStatus(int status) throws IOException {
        assertResponse(response(status, error("Imgur is over capacity", status)), Kind.RATE_LIMITED, "over capacity");
        assertResponse(response(status, HTML), Kind.RATE_LIMITED, "over-capacity page");
    }

    @Test
    void waitsAt503IfItSaysHowLong() throws IOException {
        for (String body : List.of("", PAGE, error("Later", 503))) {
            InputStream in = new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8));

            assertThat(response(503, true, in).kind()).as(body).isEqualTo(Kind.RATE_LIMITED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 403, 500, 503})
    void treatsAMissingBodyAsEmpty(int status) throws IOException {
        assertResponse(response(status, false, null), Kind.UNAVAILABLE, "an empty body");
    }

    @Test
    void rejectsAResponseThatIsCutOffAnywhere() throws Exception {
        // given
        String whole =
                "{\"data\":[{\"id\":\"abcde\",\"title\":\"Caf\u00e9\",\"size\":12}],\"success\":true,\"status\":200}";
        byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
        assertThat(data(200, whole)).hasSize(1);

        for (int cut = 0; cut < bytes.length; cut++) {
            // when
            InputStream body = new ByteArrayInputStream(bytes, 0, cut);
            ApiResponse response = response(200, false, body);

            // then
            assertThat(response.kind()).as("cut after %d bytes", cut).isEqualTo(Kind.UNAVAILABLE);
            assertReadable(response.reason());
        }
    }

    static Stream<Arguments> excessiveResponses() {
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
    @MethodSource("excessiveResponses")
    void passesNothingThatGoesBeyondAllMeasure(String what, String body) throws IOException {
        assertResponse(response(200, body), Kind.UNAVAILABLE, "200");
    }

    @Test
    void readsLongStringsAndNestingWithinTheLimits() throws Exception {
        String title = "x".repeat(100_000);
        String nested = "[".repeat(40) + "]".repeat(40);

        JsonNode data = data(200, "{\"data\":[\"" + title + "\"," + nested + "],\"success\":true,\"status\":200}");

        assertThat(data.path(0).asText()).hasSize(100_000);
    }

    @Test
    void readsAResponseOfSeveralMegabytes() throws Exception {
        String post = "{\"id\":\"abcde\",\"title\":\"" + "x".repeat(10_000) + "\"}";
        String posts = String.join(",", Stream.generate(() -> post).limit(500).toList());

        JsonNode data = data(200, "{\"data\":[" + posts + "],\"success\":true,\"status\":200}");

        assertThat(data).hasSize(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\",", " ", "1,\n"})
    void doesNotReadAnEndlessResponseToItsEnd(String filler) throws IOException {
        // given
        EndlessInput endless = new EndlessInput("{\"data\":[", filler);

        // when
        ApiResponse response;
        try {
            response = response(200, false, endless);
        } catch (ApiUnavailableException e) {
            response = new ApiResponse(Kind.UNAVAILABLE, null, e.getMessage());
        }

        // then
        assertResponse(response, Kind.UNAVAILABLE, "the API responded");
        assertThat(endless.given).isLessThanOrEqualTo(ApiRequests.MAX_BYTES + 100_000);
    }

    @Test
    void namesTheLimitOfAResponseThatIsTooLong() throws IOException {
        EndlessInput endless = new EndlessInput("{\"data\":[]", " ");

        assertThatExceptionOfType(ApiUnavailableException.class)
                .isThrownBy(() -> response(200, false, endless))
                .withMessage("the API responded with more than " + ApiRequests.MAX_BYTES + " bytes");
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

        Throwable thrown = catchThrowable(() -> response(200, false, broken));

        assertThat(thrown).isSameAs(reset);
    }

    @Test
    void showsTheFirstLineOnlyOfWhatTheApiSays() throws IOException {
        String text = "Bad\\u001b[31m request\\nand more\\r\\nINFO Took 0.00 s";

        assertThat(response(400, error(text, 400)).reason()).endsWith("400: Bad?[31m request");
    }

    @Test
    void cutsALongReason() throws IOException {
        assertReadable(response(400, error("x".repeat(50_000), 400)).reason());
    }

    /** Parses a body as the route does, and returns what it means. */
    private static ApiResponse response(int status, boolean waitNamed, InputStream in) throws IOException {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(context);
            TransferDeadlines deadlines = new TransferDeadlines(context, Duration.ofMinutes(1));
            deadlines.begin(exchange);
            ResponseBody body = new ResponseBody(in, ApiRequests.MAX_BYTES, TransferDeadlines.of(exchange));
            Object read = body;
            try {
                read = ApiRequests.JSON.readTree(body);
            } catch (JacksonException e) {
                assertThat(e).as("as the route catches it").isNotNull();
            }
            ApiResponse response = ApiResponse.of(status, waitNamed, read, body);
            deadlines.end(exchange);
            return response;
        }
    }

    private static ApiResponse response(int status, String body) throws IOException {
        return response(status, false, new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static JsonNode data(int status, String body) throws IOException {
        ApiResponse response = response(status, body);
        assertThat(response.kind()).isEqualTo(Kind.DATA);
        return response.data();
    }

    private static void assertResponse(ApiResponse response, Kind kind, String reason) {
        assertThat(response.kind()).isEqualTo(kind);
        assertThat(response.data()).isNull();
        assertThat(response.reason()).contains(reason);
        assertReadable(response.reason());
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

    private static void assertReadable(String reason) {
        assertThat(reason)
                .isNotBlank()
                .hasSizeLessThanOrEqualTo(400)
                .doesNotContainPattern("\\p{Cntrl}")
                .doesNotContain("null", "Exception", "com.fasterxml");
    }

    /** A start, and then the same few bytes endlessly; counts the bytes that were read. */
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
