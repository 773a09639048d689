package imgurcaravan.soak;

import java.util.List;
import java.util.regex.Pattern;

/** How the image host responds to one request, and which logged reasons match that. */
enum ImageResponse {
    WHOLE("(?!)"),
    REMOVED("removed"),
    NOT_FOUND("404"),
    TOO_MANY_REQUESTS("429"),
    OVER_CAPACITY("503|over capacity"),
    SERVER_ERROR("50[02]"),
    RESET("reset|closed the connection|bytes received|timed out"),
    TRUNCATED("closed the connection|bytes received|cut off"),
    TRUNCATED_CHUNKED("closed the connection|bytes received|cut off"),
    TRUNCATED_WITHOUT_LENGTH("bytes received|cut off"),
    STALL("timed out"),
    HTML("HTML page"),
    EMPTY("empty response");

    /** The temporary ones: the next request for the same image may succeed. */
    static final List<ImageResponse> HOSTILE = List.of(
            TOO_MANY_REQUESTS,
            OVER_CAPACITY,
            SERVER_ERROR,
            RESET,
            TRUNCATED,
            TRUNCATED_CHUNKED,
            TRUNCATED_WITHOUT_LENGTH,
            STALL,
            HTML,
            EMPTY);

    private final Pattern reason;

    ImageResponse(String reason) {
        this.reason = Pattern.compile(reason, Pattern.CASE_INSENSITIVE);
    }

    /** Whether a reason in the log or the dead letters matches this response. */
    boolean explains(String text) {
        return reason.matcher(text).find();
    }
}
