package imgurcaravan.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import imgurcaravan.http.FailureReasons;
import imgurcaravan.run.Outcome;
import imgurcaravan.run.Polls;
import imgurcaravan.state.FailedImage;
import imgurcaravan.state.FailedImages;
import imgurcaravan.state.FailureClass;
import imgurcaravan.state.StateException;
import java.time.Instant;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what came of images in other processes, so that a poll ends with the last of its images wherever that is, and
 * what a worker has on a disk of its own is known here too.
 *
 * <p>The results of all pollers' images come by; only those of its own end something here.
 */
public final class ImageResults {

    /** Exchange property: the result of an image whose download is over, as its JSON text. */
    public static final String RESULT = "imgurResult";
    /** Header: why the queue made an image a dead letter, where the queue did and no worker. */
    private static final String DEAD_LETTER_REASON = "CamelRedisStreamsReason";

    private static final Logger LOG = LoggerFactory.getLogger(ImageResults.class);

    private final Polls polls;
    private final ImageClaims claims;
    private final FailedImages failedImages;

    public ImageResults(Polls polls, ImageClaims claims, FailedImages failedImages) {
        this.polls = polls;
        this.claims = claims;
        this.failedImages = failedImages;
    }

    /** Takes note of a result: the text of {@link #RESULT}, or an image's own message where the queue gave up on it. */
    public void take(Exchange exchange) {
        String text = exchange.getMessage().getBody(String.class);
        ImageResult result;
        try {
            result = ImageResult.fromJson(text);
        } catch (JsonProcessingException e) {
            result = ofMessage(text, exchange.getMessage().getHeader(DEAD_LETTER_REASON, String.class));
        }
        if (result == null || result.outcome() == Outcome.LEFT) {
            return;
        }
        Outcome outcome = result.outcome();
        if (outcome != Outcome.FAILED) {
            claims.remember(exchange, result.id());
        } else {
            Optional<Instant> since = polls.awaitedSince(result.id());
            if (since.isPresent()) {
                outcome = failed(result, polls.message(result.id()).orElse(null), since.get());
            }
        }
        polls.end(result.id(), outcome, result.bytes());
    }

    private static ImageResult ofMessage(String text, String reason) {
        try {
            Image image = Image.fromJson(text);
            return new ImageResult(image.id(), image.url(), Outcome.FAILED, 0, reason, false);
        } catch (ImageRefusedException e) {
            LOG.debug("A result of no image: {}", e.getMessage());
            return null;
        }
    }

    /** Records a failure here too, and tells of it unless the image had failed before its poll began. */
    private Outcome failed(ImageResult result, String message, Instant since) {
        String reason = result.reason() == null ? "no reason given" : FailureReasons.printable(result.reason());
        boolean news = true;
        try {
            Optional<FailedImage> known = failedImages.find(result.id());
            // A worker that shares the state file has recorded it.
            if (known.isEmpty() || known.get().last().isBefore(since)) {
                known = Optional.of(failedImages
                        .record(result.id(), message, reason, FailureClass.ofReason(reason), 0)
                        .image());
            }
            news = !known.get().first().isBefore(since);
        } catch (StateException e) {
            LOG.debug("Cannot record that {} failed", result.id(), e);
        }
        if (!news) {
            return Outcome.KNOWN;
        }
        LOG.warn("Failed {} {}: {} (in another process)", result.id(), FailureReasons.printable(result.url()), reason);
        return Outcome.FAILED;
    }
}
