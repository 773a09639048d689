package imgurcaravan.gallery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import imgurcaravan.http.Reasons;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Makes sense of whatever the API answers: data, or the reason why there is none.
 *
 * <p>Errors come in at least five shapes, and the status inside the body can differ from that of HTTP. "Over
 * capacity" has come as 403, 429 and 500. Everything is bounded before it is parsed.
 */
final class ApiAnswer {

    /** A page of the gallery is below 1 MB; a long album is below 2 MB. */
    static final long MAX_BYTES = 8_000_000;

    private static final int MAX_TOKENS = 500_000;
    private static final int MAX_STRING = 1_000_000;
    private static final int MAX_DEPTH = 50;
    private static final int MAX_NUMBER = 100;

    private static final Pattern OVER_CAPACITY = Pattern.compile("over.?capacity", Pattern.CASE_INSENSITIVE);

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(MAX_BYTES)
                            .maxTokenCount(MAX_TOKENS)
                            .maxStringLength(MAX_STRING)
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER)
                            .build())
                    .build())
            .build();

    private ApiAnswer() {}

    /**
     * Reads the {@code data} of an answer.
     *
     * @param status of HTTP
     * @param body may be null
     * @return an array or an object, never null
     * @throws ApiBusyException if there is none now
     * @throws ApiRefusedException if there will be none
     */
    static JsonNode data(int status, InputStream body) throws IOException, ApiRefusedException {
        if (status >= 300 && status < 400) {
            throw new ApiRefusedException("the API redirected (" + status + "); check imgur.api.url", false);
        }
        JsonNode answer = read(status, body);
        JsonNode data = answer.path("data");
        boolean failed = answer.has("errors")
                || answer.path("success").isBoolean() && !answer.path("success").asBoolean();
        if (status == 200 && !failed && (data.isArray() || data.isObject() && !data.has("error"))) {
            return data;
        }
        throw error(status, answer);
    }

    private static JsonNode read(int status, InputStream body) throws IOException, ApiRefusedException {
        if (body == null) {
            throw unreadable(status, "an empty answer");
        }
        try {
            JsonNode answer = JSON.readTree(new BoundedInput(body, MAX_BYTES));
            if (answer == null || answer.isMissingNode()) {
                throw unreadable(status, "an empty answer");
            }
            if (!answer.isObject()) {
                throw unreadable(status, "JSON that is no answer of the API");
            }
            return answer;
        } catch (JsonProcessingException e) {
            throw unreadable(status, "no JSON, or not all of it");
        }
    }

    /** Without JSON there is only the status to go by; pages under 200 are what Imgur sends when it is over capacity. */
    private static ApiBusyException unreadable(int status, String what) throws ApiRefusedException {
        if (status == 401 || status == 404 || status == 410) {
            throw refused(status, what);
        }
        return new ApiBusyException("the API answered " + status + " with " + what);
    }

    private static ApiBusyException error(int httpStatus, JsonNode answer) throws ApiRefusedException {
        String text = text(answer);
        int status = status(httpStatus, answer);
        boolean busy = OVER_CAPACITY.matcher(text).find()
                || text.toLowerCase(Locale.ROOT).contains("rate limit")
                || status == 408
                || status == 429
                || status >= 500
                || status < 300;
        if (busy) {
            return new ApiBusyException("the API answered " + status + ": " + text);
        }
        throw refused(status, text);
    }

    private static ApiRefusedException refused(int status, String text) {
        boolean credentials = status == 401 || status == 403;
        String hint = credentials ? "; check IMGUR_CLIENT_ID" : "";
        return new ApiRefusedException(
                "the API answered " + status + ": " + text + hint, status == 404 || status == 410);
    }

    /** The most telling status: of the error itself, else of HTTP, else of the body. */
    private static int status(int httpStatus, JsonNode answer) {
        int code = answer.path("data").path("error").path("code").asInt(0);
        if (code == 0) {
            code = answer.path("errors").path(0).path("code").asInt(0);
        }
        if (code >= 400 && code < 600) {
            return code;
        }
        return httpStatus == 200 ? answer.path("status").asInt(200) : httpStatus;
    }

    private static String text(JsonNode answer) {
        JsonNode data = answer.path("data");
        JsonNode[] places = {
            data.path("error").path("message"),
            data.path("error"),
            data,
            answer.path("errors").path(0).path("detail"),
            answer.path("errors").path(0).path("status")
        };
        for (JsonNode place : places) {
            if (place.isTextual()) {
                return Reasons.printable(place.asText());
            }
        }
        return "no reason given";
    }
}
