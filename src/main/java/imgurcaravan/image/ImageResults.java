package imgurcaravan.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import imgurcaravan.http.FailureReasons;
import imgurcaravan.run.Outcome;
import imgurcaravan.run.Polls;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what came of images in other processes, so that a poll ends with the last of its images wherever that is, and
 * what a worker has on a disk of its own is known here too.
 *
 * <p>The results of all pollers' images come by; only those of its own end something here.
 */
public final class ImageResults {

    /** Exchange property: the id of an image that is offered to the queue. */
    public static final String IMAGE_ID = "imgurImageId";
    /** Exchange property: the result of an image whose download is over, as its JSON text. */
    public static final String RESULT = "imgurResult";
    /** Header: why the queue gave an image up, where the queue did and no worker. */
    private static final String GIVEN_UP = "CamelRedisStreamsReason";

    private static final Logger LOG = LoggerFactory.getLogger(ImageResults.class);

    private Polls polls;
    private IdempotentRepository archive;

    public void setPolls(Polls polls) {
        this.polls = polls;
    }

    public void setArchive(IdempotentRepository archive) {
        this.archive = archive;
    }

    /** Takes note of a result: the text of {@link #RESULT}, or an image's own message where the queue gave it up. */
    public void take(Exchange exchange) {
        String text = exchange.getMessage().getBody(String.class);
        String givenUp = exchange.getMessage().getHeader(GIVEN_UP, String.class);
        ImageResult result;
        try {
            result = ImageResult.fromJson(text);
        } catch (JsonProcessingException e) {
            result = ofMessage(text, givenUp);
        }
        if (result == null || result.outcome() == Outcome.LEFT) {
            return;
        }
        if (result.outcome() != Outcome.FAILED) {
            remember(exchange, result.id());
        } else if (polls.awaits(result.id())) {
            tell(result);
        }
        polls.end(result.id(), result.outcome(), result.bytes());
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

    /** Takes note of what the queue said to an image that it was offered. */
    public void queued(Exchange exchange) {
        String id = exchange.getProperty(IMAGE_ID, String.class);
        if (polls.queued(id, exchange)) {
            remember(exchange, id);
        }
    }

    /** In place on a disk that need not be this machine's: the next polls here are not to send it again. */
    private void remember(Exchange exchange, String id) {
        polls.notHopeless(id);
        try {
            if (!archive.contains(exchange, id)) {
                archive.add(exchange, id);
                archive.confirm(exchange, id);
            }
        } catch (RuntimeException e) {
            // The worker knows it, and so does the queue for a while.
            LOG.debug("Cannot remember {}", id, e);
        }
    }

    private void tell(ImageResult result) {
        if (result.hopeless()) {
            polls.hopeless(result.id());
        }
        String reason = result.reason() == null ? "no reason given" : FailureReasons.printable(result.reason());
        LOG.warn("Failed {} {}: {} (in another process)", result.id(), FailureReasons.printable(result.url()), reason);
    }
}
