package imgurcaravan.gallery;

import com.fasterxml.jackson.databind.JsonNode;
import imgurcaravan.http.FailureReasons;
import imgurcaravan.http.RateLimitHeaders;
import java.io.IOException;
import java.util.Locale;

/**
 * What a response of the API means, whatever its shape.
 *
 * <p>Errors come in at least five shapes, and the status inside the body can differ from that of HTTP. "Over
 * capacity" has come as 403, 429 and 500.
 *
 * @param data an array or an object if the kind is {@link Kind#DATA}, else null
 * @param reason for the log if the kind is any other, else null
 */
public record ApiResponse(Kind kind, JsonNode data, String reason) {

    /** What the response means for the caller. */
    public enum Kind {
        /** There is data. */
        DATA,
        /** The data has not changed since the last request (304). */
        NOT_MODIFIED,
        /** A limit, or over capacity: no request should be made before the time that the response names. */
        RATE_LIMITED,
        /** There is no such page or album. */
        NOT_FOUND,
        /** The client id is refused, or the request would always fail like this. */
        REFUSED,
        /** A temporary fault: a retry may help. */
        UNAVAILABLE
    }

    private static final String CHECK_ID = "; check IMGUR_CLIENT_ID";

    /**
     * Reads a response.
     *
     * @param status of HTTP
     * @param waitNamed whether its headers name a time to retry
     * @param read the parsed body; anything but JSON if it could not be parsed
     * @param body the body itself
     * @throws IOException if it cannot be read
     */
    static ApiResponse of(int status, boolean waitNamed, Object read, ResponseBody body) throws IOException {
        if (status == 304) {
            return failure(Kind.NOT_MODIFIED, "the API responded 304");
        }
        if (status >= 300 && status < 400) {
            return failure(Kind.REFUSED, "the API redirected (" + status + "); check imgur.api.url");
        }
        if (read instanceof JsonNode json && json.isObject()) {
            return of(status, waitNamed, json);
        }
        String page = body.head();
        String what = "invalid or incomplete JSON";
        if (page.isBlank()) {
            what = "an empty body";
        } else if (read instanceof JsonNode json && !json.isMissingNode()) {
            what = "JSON that is not an API response";
        }
        return unreadable(status, waitNamed, what, page);
    }

    private static ApiResponse of(int status, boolean waitNamed, JsonNode body) {
        JsonNode data = body.path("data");
        boolean failed = body.has("errors")
                || body.path("success").isBoolean() && !body.path("success").asBoolean();
        if (status == 200 && !failed && (data.isArray() || data.isObject() && !data.has("error"))) {
            return new ApiResponse(Kind.DATA, data, null);
        }
        return error(status, waitNamed, body);
    }

    /** Without JSON there are only the status and the text of the page to go by. */
    private static ApiResponse unreadable(int status, boolean waitNamed, String what, String page) {
        boolean overCapacity = RateLimitHeaders.isOverCapacity(page);
        String reason = "the API responded " + status + " with " + (overCapacity ? "an over-capacity page" : what);
        if (overCapacity || status == 429 || status == 503 && waitNamed) {
            return failure(Kind.RATE_LIMITED, reason);
        }
        // Imgur has sent pages with 403 when it was over capacity: unless the page names the client id, that is not a
        // refusal of it.
        return switch (status) {
            case 401 -> failure(Kind.REFUSED, reason + CHECK_ID);
            case 404, 410 -> failure(Kind.NOT_FOUND, reason);
            default -> failure(Kind.UNAVAILABLE, reason);
        };
    }

    private static ApiResponse failure(Kind kind, String reason) {
        return new ApiResponse(kind, null, reason);
    }

    private static ApiResponse error(int httpStatus, boolean waitNamed, JsonNode body) {
        String text = text(body);
        int status = status(httpStatus, body);
        String reason = "the API responded " + status + ": " + text;
        boolean limited = RateLimitHeaders.isOverCapacity(text)
                || text.toLowerCase(Locale.ROOT).contains("rate limit")
                || status == 429
                || status == 503 && waitNamed;
        if (limited) {
            return failure(Kind.RATE_LIMITED, reason);
        }
        if (status == 408 || status >= 500 || status < 300) {
            return failure(Kind.UNAVAILABLE, reason);
        }
        return switch (status) {
            case 401, 403 -> failure(Kind.REFUSED, reason + CHECK_ID);
            case 404, 410 -> failure(Kind.NOT_FOUND, reason);
            default -> failure(Kind.REFUSED, reason);
        };
    }

    /** The most specific status: of the error itself, else of HTTP, else of the body. */
    private static int status(int httpStatus, JsonNode body) {
        if (httpStatus == 429) {
            return httpStatus;
        }
        int code = body.path("data").path("error").path("code").asInt(0);
        if (code == 0) {
            code = body.path("errors").path(0).path("code").asInt(0);
        }
        if (code >= 400 && code < 600) {
            return code;
        }
        return httpStatus == 200 ? body.path("status").asInt(200) : httpStatus;
    }

    private static String text(JsonNode body) {
        JsonNode data = body.path("data");
        JsonNode[] places = {
            data.path("error").path("message"),
            data.path("error"),
            data,
            body.path("errors").path(0).path("detail"),
            body.path("errors").path(0).path("status")
        };
        for (JsonNode place : places) {
            if (place.isTextual()) {
                return FailureReasons.printable(place.asText());
            }
        }
        return "no reason given";
    }
}
