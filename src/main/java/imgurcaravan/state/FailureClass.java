package imgurcaravan.state;

import java.util.Arrays;
import java.util.regex.Pattern;

/** Why an image failed, in one word. */
public enum FailureClass {
    /** Deleted from Imgur: redirected to the placeholder, or replaced by it. */
    REMOVED(true, "^removed from Imgur"),
    /** 404 or 410. */
    NOT_FOUND(true, "^the server (answered|responded)( with)? (404|410)\\b"),
    /** Not one of the types to keep. */
    WRONG_TYPE(
            true,
            "^(no|not an) image: |^an image in the format |which imgur.gallery.types does not keep|is not in imgur.gallery.types$"),
    TOO_LARGE(true, "^larger than "),
    /** A queue entry that holds no image. */
    BAD_MESSAGE(true, "^a queue entry that is (no|not an) image message"),
    /** The process died each time that it was downloaded. */
    PROCESS_ENDED(true, "^the process ended \\d+ times "),
    /** Its host may not be contacted, because of the settings or of its addresses. */
    HOST_REFUSED(
            false,
            "^(not a (plain )?URL|scheme of )|^host .* (is not in imgur.hosts.allow|has only private"
                    + " addresses|is left to the proxy)|^redirected to (what is no|an invalid) URL"),
    /** Imgur said to wait, for longer than an image may wait. */
    RATE_LIMITED(false, "^the server (answered|responded)( with)? 429\\b|over.?capacity"),
    /** Another status that may be temporary. */
    SERVER_ERROR(
            false, "^the server (answered|responded)( with)? (5..|403|408|425|[123]..)\\b|^3.. without a location"),
    /** Another status that is a refusal, or too many redirects. */
    REJECTED(true, "^the server (answered|responded)( with)? 4..\\b|^more than \\d+ redirects"),
    /** The response is not the whole image, or not an image at all. */
    INCOMPLETE(
            false,
            "bytes (came|received)$|^cut off: |^a (JPEG|WebP|PNG|GIF) with|^an MP4 with|^an empty (answer|response)|^an HTML page"
                    + "|^its MD5 is not"),
    TIMEOUT(false, "^not complete within |^the server (fell silent|timed out)"),
    CONNECTION(
            false,
            "^(host not found|no connection|the connection broke|no secure connection): |^the server (broke off|closed the connection)"),
    DISK(
            false,
            "^its file (cannot be written|is not in place)|^it could not be remembered|^cannot tell whether it is"
                    + " known"),
    /** Another file has its name. */
    NAME_TAKEN(
            false,
            "^other files have the name |^its folder cannot be (made|created)|^somebody else just wrote a file|^another file of its "),
    /** The image could not be queued. */
    NOT_QUEUED(false, "^it could not be queued"),
    OTHER(false, "");

    private final boolean permanent;
    private final Pattern reasons;

    FailureClass(boolean permanent, String reasons) {
        this.permanent = permanent;
        this.reasons = Pattern.compile(reasons);
    }

    /** Whether a retry would usually not help. */
    public boolean isPermanent() {
        return permanent;
    }

    /** The class of a reason that is known only as text, in the wording of this or of earlier versions. */
    public static FailureClass ofReason(String reason) {
        return Arrays.stream(values())
                .filter(failureClass -> failureClass.reasons.matcher(reason).find())
                .findFirst()
                .orElse(OTHER);
    }

    /** The class of this name; {@link #OTHER} for one of a later version. */
    static FailureClass named(String name) {
        return Arrays.stream(values())
                .filter(failureClass -> failureClass.name().equals(name))
                .findFirst()
                .orElse(OTHER);
    }
}
