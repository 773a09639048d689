package imgurcaravan.state;

import java.util.Arrays;
import java.util.regex.Pattern;

/** Why an image failed, in one word. */
public enum FailureClass {
    /** Deleted from Imgur: redirected to its placeholder, or the placeholder came. */
    REMOVED(true, "^removed from Imgur"),
    /** 404 or 410. */
    NOT_FOUND(true, "^the server (answered|responded)( with)? (404|410)\\b"),
    /** Not one of the types to keep. */
    WRONG_TYPE(true, "^no image: |which imgur.gallery.types does not keep"),
    TOO_LARGE(true, "^larger than "),
    /** A queue entry that holds no image. */
    BAD_MESSAGE(true, "^a queue entry that is no image message"),
    /** Its host may not be contacted, by the settings or by its addresses. */
    HOST_REFUSED(
            false,
            "^(not a (plain )?URL|scheme of )|^host .* (is not in imgur.hosts.allow|has only private"
                    + " addresses|is left to the proxy)|^redirected to what is no URL"),
    /** Imgur said to wait, longer than an image waits. */
    RATE_LIMITED(false, "^the server (answered|responded)( with)? 429\\b|over.?capacity"),
    /** Another status that may pass. */
    SERVER_ERROR(
            false, "^the server (answered|responded)( with)? (5..|403|408|425|[123]..)\\b|^3.. without a location"),
    /** Another status that says no, or redirects without end. */
    REJECTED(true, "^the server (answered|responded)( with)? 4..\\b|^more than \\d+ redirects"),
    /** What came is not the whole image, or no image at all. */
    INCOMPLETE(
            false,
            "bytes came$|^cut off: |^a (JPEG|WebP|PNG|GIF) with|^an MP4 with|^an empty (answer|response)|^an HTML page"),
    TIMEOUT(false, "^not complete within |^the server fell silent"),
    CONNECTION(
            false, "^(host not found|no connection|the connection broke|no secure connection): |^the server broke off"),
    DISK(
            false,
            "^its file (cannot be written|is not in place)|^it could not be remembered|^cannot tell whether it is"
                    + " known"),
    /** A file of another image has its name. */
    NAME_TAKEN(false, "^other files have the name |^its folder cannot be made|^somebody else just wrote a file"),
    /** The queue did not accept it. */
    NOT_QUEUED(false, "^it could not be queued"),
    OTHER(false, "");

    private final boolean permanent;
    private final Pattern reasons;

    FailureClass(boolean permanent, String reasons) {
        this.permanent = permanent;
        this.reasons = Pattern.compile(reasons);
    }

    /** Whether another attempt would not help, as a rule. */
    public boolean isPermanent() {
        return permanent;
    }

    /** The class of a reason of which only the text is known, such as one of version 0.1.0 or of the queue on Redis. */
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
