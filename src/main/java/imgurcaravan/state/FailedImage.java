package imgurcaravan.state;

import java.time.Instant;

/**
 * An image that failed, or a queue entry that held none: a dead letter.
 *
 * @param imageId the image's id, null where the queue entry held no image
 * @param message the image as its JSON text; else the queue entry as it came, cut after 2000 characters
 * @param reason why it failed last, as in the log
 * @param failureClass the class of that reason
 * @param attempts requests so far; 0 where it came to no request
 * @param first when it failed for the first time
 * @param last when it failed last
 * @param retryAt until when polls do not offer it again, null where that is not known
 * @param givenUp whether it failed for a reason that may pass, for more than a week
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
