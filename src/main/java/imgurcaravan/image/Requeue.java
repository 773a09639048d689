package imgurcaravan.image;

import imgurcaravan.http.FailureReasons;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Settings.RequeueSettings;
import imgurcaravan.state.FailedImage;
import imgurcaravan.state.FailedImages;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of the route that requeues dead letters. It counts as a poll whose listing is the failed images.
 *
 * <p>A dead letter stays in the state file until its image is in place, so that a kill at any moment loses nothing.
 */
public final class Requeue {

    private static final String REASON = "CamelRedisStreamsReason";

    private static final Logger LOG = LoggerFactory.getLogger(Requeue.class);

    private final RequeueSettings settings;
    private final Polls polls;
    private final FailedImages failedImages;

    public Requeue(RequeueSettings settings, Polls polls, FailedImages failedImages) {
        this.settings = settings;
        this.polls = polls;
        this.failedImages = failedImages;
    }

    /** The selected dead letters of the state file. */
    public Iterator<FailedImage> list() {
        return failedImages.list(settings.reason().orElse(""));
    }

    /** The images of the selected dead letters, one by one; a stop ends the iteration. */
    public Iterator<Image> images(Exchange exchange) {
        Iterator<FailedImage> letters = list();
        String pollId = exchange.getProperty(Polls.POLL_ID, String.class);
        return new Iterator<>() {
            private Image next;

            @Override
            public boolean hasNext() {
                while (next == null && letters.hasNext()) {
                    if (polls.isStopping()) {
                        polls.cutShort(pollId);
                        return false;
                    }
                    next = image(letters.next());
                }
                return next != null;
            }

            @Override
            public Image next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Image image = next;
                next = null;
                return image;
            }
        };
    }

    private static Image image(FailedImage letter) {
        try {
            return Image.fromJson(letter.message());
        } catch (ImageRefusedException e) {
            LOG.warn("Ignored a dead letter without an image: {}", FailureReasons.printable(letter.message()));
            return null;
        }
    }

    /** Sets which dead letters a queue has to requeue, if it keeps them itself. */
    public void choose(Exchange exchange) {
        settings.reason().ifPresent(reason -> exchange.getMessage().setHeader(REASON, reason));
    }

    /** Logs why dead letters could not be read. */
    public void report(Exchange exchange) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        LOG.error("The dead letters could not be read: {}", FailureReasons.of(thrown));
        polls.unreadable(exchange.getProperty(Polls.POLL_ID, String.class));
    }
}
