package imgurcaravan.state;

import java.time.Instant;

/**
 * A dead letter: an image that failed, or a queue entry without an image.
 *
 * @param imageId the image's id, null if the queue entry held no image
 * @param message the image as its JSON text; else the queue entry unchanged, truncated to 2000 characters
 * @param reason the reason of the last failure, as in the log
 * @param failureClass the class of that reason
 * @param attempts attempts so far; 0 if none was made
 * @param first when it first failed
 * @param last when it last failed
 * @param retryAt until when polls do not offer it again, null if unknown
 * @param givenUp whether it failed for more than a week for a reason that may be temporary
 */
public record FailedImage(
        String imageId,
        String message,
        String reason,
        FailureClass failureClass,
        int attempts,
        Instant first,
        Instant last,
        Instant retryAt,
        boolean givenUp) {}
