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
 * Receives the results of images from other processes, so that a poll ends with the last of its images wherever that is
 * downloaded, and an image on a worker's own disk is known here too.
 *
 * <p>It receives the results for all pollers; only those for this process's polls have an effect here.
 */
public final class ImageResults {

    /** Exchange property: the result of a finished download, as its JSON text. */
    public static final String RESULT = "imgurResult";
    /** Header: why an image became a dead letter, if the queue decided that and not a worker. */
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

    /** Records a result: the text of {@link #RESULT}, or the image's own message if the queue gave it up. */
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
                outcome = failed(result, since.get());
            }
        }
        polls.end(result.id(), outcome, result.bytes());
    }

    private static ImageResult ofMessage(String text, String reason) {
        try {
            Image image = Image.fromJson(text);
            return new ImageResult(image.id(), image.url(), Outcome.FAILED, 0, reason);
        } catch (ImageRefusedException e) {
            LOG.debug("Ignored a message that is not a result: {}", e.getMessage());
            return null;
        }
    }

    /** The message of the image, or one made of the result if that came before the queue's reply. */
    private String message(ImageResult result) {
        return polls.message(result.id()).orElseGet(() -> {
            try {
                return new Image(result.id(), result.url(), null, 0, false, null, null, null).toJson();
            } catch (IllegalArgumentException e) {
                LOG.debug("The result of {} names no URL", result.id(), e);
                return null;
            }
        });
    }

    /** Records a failure here too, and logs it unless the image had failed before its poll began. */
    private Outcome failed(ImageResult result, Instant since) {
        String reason = result.reason() == null ? "no reason given" : FailureReasons.printable(result.reason());
        boolean news = true;
        try {
            Optional<FailedImage> known = failedImages.find(result.id());
            // A worker that shares the state file has already recorded it.
            if (known.isEmpty() || known.get().last().isBefore(since)) {
                known = Optional.of(failedImages
                        .record(result.id(), message(result), reason, FailureClass.ofReason(reason), 0)
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
