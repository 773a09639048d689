package imgurcaravan.gallery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import imgurcaravan.http.FailureReasons;
import imgurcaravan.http.RateLimitHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an answer of the API comes to, whatever its shape.
 *
 * <p>Errors come in at least five shapes, and the status inside the body can differ from that of HTTP. "Over
 * capacity" has come as 403, 429 and 500. Everything is bounded before it is parsed.
 *
 * @param data an array or an object where the kind is {@link Kind#PAGE}, else null
 * @param reason for the log where the kind is another, else null
 */
record ApiResponse(Kind kind, JsonNode data, String reason) {

    /** What to do with it. */
    enum Kind {
        /** Data. */
        PAGE,
        /** What was there the last time (304). */
        UNCHANGED,
        /** A limit, or over capacity: nobody should ask again before the time that the answer names. */
        WAIT,
        /** The client id is refused. */
        BAD_CREDENTIALS,
        /** There is no such thing. */
        GONE,
        /** A fault of the moment: another try may help. */
        TEMPORARY,
        /** An answer that this question will always have. */
        BROKEN
    }

    /** A page of the gallery is below 1 MB; a long album is below 2 MB. */
    static final long MAX_BYTES = 8_000_000;

    private static final int PAGE = 4_096;
    private static final int MAX_TOKENS = 500_000;
    private static final int MAX_STRING = 1_000_000;
    private static final int MAX_DEPTH = 50;
    private static final int MAX_NUMBER = 100;

    private static final String CHECK_ID = "; check IMGUR_CLIENT_ID";

    private static final Logger LOG = LoggerFactory.getLogger(ApiResponse.class);

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

    /**
     * Reads an answer.
     *
     * @param status of HTTP
     * @param waitNamed whether its headers name a time to ask again
     * @param body may be null
     * @throws IOException if it cannot be read to its end
     */
    static ApiResponse of(int status, boolean waitNamed, InputStream body) throws IOException {
        if (status == 304) {
            return new ApiResponse(Kind.UNCHANGED, null, "the API answered 304");
        }
        if (status >= 300 && status < 400) {
            return failure(Kind.BROKEN, "the API redirected (" + status + "); check imgur.api.url");
        }
        BoundedInput input = body == null ? null : new BoundedInput(body, MAX_BYTES);
        JsonNode answer;
        try {
            answer = input == null ? null : JSON.readTree(input);
        } catch (JsonProcessingException e) {
            return unreadable(status, waitNamed, "no JSON, or not all of it", input);
        } catch (BoundedInput.ExceededException e) {
            return failure(Kind.TEMPORARY, "the API answered " + status + " with " + e.getMessage());
        }
        if (answer == null || answer.isMissingNode()) {
            return unreadable(status, waitNamed, "an empty answer", input);
        }
        if (!answer.isObject()) {
            return unreadable(status, waitNamed, "JSON that is no answer of the API", input);
        }
        JsonNode data = answer.path("data");
        boolean failed = answer.has("errors")
                || answer.path("success").isBoolean() && !answer.path("success").asBoolean();
        if (status == 200 && !failed && (data.isArray() || data.isObject() && !data.has("error"))) {
            return new ApiResponse(Kind.PAGE, data, null);
        }
        return error(status, waitNamed, answer);
    }

    private static ApiResponse failure(Kind kind, String reason) {
        return new ApiResponse(kind, null, reason);
    }

    /** Without JSON there is only the status to go by, and the text of a page. */
    private static ApiResponse unreadable(int status, boolean waitNamed, String what, BoundedInput input) {
        readOn(input);
        boolean overCapacity = input != null && RateLimitHeaders.isOverCapacity(input.head());
        String reason = "the API answered " + status + " with " + (overCapacity ? "an over-capacity page" : what);
        if (overCapacity || status == 429 || status == 503 && waitNamed) {
            return failure(Kind.WAIT, reason);
        }
        // Imgur has sent pages with 403 when it was over capacity: without a word of the client id it is no verdict on
        // it.
        return switch (status) {
            case 401 -> failure(Kind.BAD_CREDENTIALS, reason + CHECK_ID);
            case 404, 410 -> failure(Kind.GONE, reason);
            default -> failure(Kind.TEMPORARY, reason);
        };
    }

    /** The parser stops at the first byte that is no JSON, however little of a page had come by then. */
    private static void readOn(BoundedInput input) {
        if (input != null) {
            try {
                input.readNBytes(PAGE);
            } catch (IOException e) {
                LOG.debug("The rest of a page did not come", e);
            }
        }
    }

    private static ApiResponse error(int httpStatus, boolean waitNamed, JsonNode answer) {
        String text = text(answer);
        int status = status(httpStatus, answer);
        String reason = "the API answered " + status + ": " + text;
        boolean limited = RateLimitHeaders.isOverCapacity(text)
                || text.toLowerCase(Locale.ROOT).contains("rate limit")
                || status == 429
                || status == 503 && waitNamed;
        if (limited) {
            return failure(Kind.WAIT, reason);
        }
        if (status == 408 || status >= 500 || status < 300) {
            return failure(Kind.TEMPORARY, reason);
        }
        return switch (status) {
            case 401, 403 -> failure(Kind.BAD_CREDENTIALS, reason + CHECK_ID);
            case 404, 410 -> failure(Kind.GONE, reason);
            default -> failure(Kind.BROKEN, reason);
        };
    }

    /** The most telling status: of the error itself, else of HTTP, else of the body. */
    private static int status(int httpStatus, JsonNode answer) {
        if (httpStatus == 429) {
            return httpStatus;
        }
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
                return FailureReasons.printable(place.asText());
            }
        }
        return "no reason given";
    }
}
