package imgurcaravan.image;

import imgurcaravan.run.Polls;
import imgurcaravan.run.Settings;
import imgurcaravan.state.FailedImages;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets each image into the queue once: not if it is in place, queued, in flight, or failed recently. */
public final class ImageClaims {

    /** After this time without any result, nobody takes the images, or a queue that cannot say has lost them. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(ImageClaims.class);

    private final Polls polls;
    private final IdempotentRepository archive;
    private final FailedImages failedImages;
    private final boolean requeue;
    private final boolean downloads;

    public ImageClaims(Polls polls, IdempotentRepository archive, FailedImages failedImages, Settings settings) {
        this.polls = polls;
        this.archive = archive;
        this.failedImages = failedImages;
        requeue = settings.requeue().enabled();
        downloads = settings.download().enabled();
    }

    /** Claims an image if it is new; then the caller must queue it. */
    public boolean claim(Image image, Exchange exchange) {
        String pollId = exchange.getProperty(Polls.POLL_ID, String.class);
        try {
            boolean inPlace = archive.contains(exchange, image.id());
            if (inPlace && requeue) {
                // Another process downloaded it before this one failed.
                failedImages.succeeded(image.id());
            }
            if (inPlace || !requeue && failedImages.isPostponed(image.id())) {
                polls.known(pollId);
                return false;
            }
        } catch (RuntimeException e) {
            // The worker checks again, and can wait until the disk works.
            LOG.debug("Cannot tell whether {} is known", image.id(), e);
        }
        exchange.setProperty(Downloads.IMAGE, image);
        // Who only polls has no files and must believe the queue; so must all for an image whose result is on its way.
        exchange.setProperty(
                Polls.ADD_DONE, downloads && polls.awaitedSince(image.id()).isEmpty());
        return polls.claim(pollId, image.id());
    }

    /** Records the reply of the queue to an image that it was offered. */
    public void queued(Exchange exchange) {
        Image image = exchange.getProperty(Downloads.IMAGE, Image.class);
        if (polls.queued(image.id(), exchange)) {
            remember(exchange, image.id());
        } else if (requeue && !downloads && !exchange.getProperty(Polls.DURABLE, false, Boolean.class)) {
            // No result will be reported: the queue is responsible for it now.
            failedImages.succeeded(image.id());
        }
    }

    /** The ids of the images that are queued or in flight elsewhere, for the queue to say which of them it has lost. */
    public List<String> awaited() {
        return polls.awaited();
    }

    /** The messages of images that are lost or overdue, to be offered to the queue again. */
    public List<String> overdue(Exchange exchange) {
        @SuppressWarnings("unchecked") // Set by the route of the queue.
        Collection<String> missing = exchange.getProperty(Polls.MISSING, Collection.class);
        return polls.overdue(PATIENCE, missing);
    }

    /** Whether an image is still without a result since it was found overdue. */
    public boolean isOverdue(Image image, Exchange exchange) {
        exchange.setProperty(Downloads.IMAGE, image);
        return polls.awaitedSince(image.id()).isPresent();
    }

    /** In place, possibly on another machine's disk: later polls here must not send it again. */
    void remember(Exchange exchange, String id) {
        try {
            failedImages.succeeded(id);
            if (!archive.contains(exchange, id)) {
                archive.add(exchange, id);
                archive.confirm(exchange, id);
            }
        } catch (RuntimeException e) {
            // The worker knows it, and so does the queue for some time.
            LOG.debug("Cannot remember {}", id, e);
        }
    }
}
