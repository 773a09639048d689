package imgurcaravan.image;

import imgurcaravan.run.Outcome;
import imgurcaravan.run.Polls;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads an image from the queue, and reports the result to its poll, or its queue, when its exchange is done.
 *
 * <p>The state of the download of one image is in the properties of its exchange, whose names are here.
 */
public final class Downloads {

    /** Exchange property: the image. */
    public static final String IMAGE = "imgurImage";
    /** Exchange property: how the download ended, an {@link Outcome}. */
    public static final String OUTCOME = "imgurOutcome";
    /** Exchange property: the size of the image's file in bytes. */
    public static final String BYTES = "imgurBytes";
    /** Exchange property: how many attempts there were, each with a request for the image. */
    public static final String ATTEMPTS = "imgurAttempts";
    /** Exchange property: whether a failure is final, that is, not caused by a stop. */
    public static final String FINAL = "imgurFinal";
    /**
     * Exchange property in which a durable queue may leave a {@link BooleanSupplier} that says whether the image is
     * still this process's to download.
     */
    public static final String LEASE = "imgurLease";
    /** Exchange property: whether the failure of an image is already known, so that it does not count as failed. */
    static final String FAILED_BEFORE = "imgurFailedBefore";
    /** Exchange property: whether the queue delivered the image before, and took it back. */
    static final String REDELIVERED = "imgurRedelivered";
    /** Exchange property: whether this exchange put the file in place. */
    static final String WRITTEN = "imgurWritten";

    private static final String DELIVERIES = "CamelRedisStreamsDeliveries";
    private static final Logger LOG = LoggerFactory.getLogger(Downloads.class);

    private final Polls polls;

    public Downloads(Polls polls) {
        this.polls = polls;
    }

    /**
     * Begins the download of the image in the body.
     *
     * @throws ImageRefusedException if the body is not an image; a retry would not help
     * @throws ImageIncompleteException if the process is stopping, so that the image stays in the queue
     */
    public void accept(Exchange exchange) throws IOException, ImageRefusedException {
        Image image = exchange.getMessage().getBody(Image.class);
        if (image == null) {
            throw new ImageRefusedException("a queue entry that is not an image message: null");
        }
        exchange.setProperty(IMAGE, image);
        exchange.setProperty(REDELIVERED, exchange.getMessage().getHeader(DELIVERIES, 1, Integer.class) > 1);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                end(image, done);
            }
        });
        if (polls.isStopping()) {
            throw new ImageIncompleteException("the process is stopping");
        }
    }

    /** Ends the download of an image that its queue has given to another process. */
    public void leaveUnlessOurs(Exchange exchange) {
        BooleanSupplier lease = exchange.getProperty(LEASE, BooleanSupplier.class);
        if (lease != null && !lease.getAsBoolean()) {
            LOG.info(
                    "Left {} to another process, which has taken it over",
                    exchange.getProperty(IMAGE, Image.class).id());
            // Ends all routes on the way back, and the queue does not take it for done.
            exchange.setRollbackOnly(true);
        }
    }

    private void end(Image image, Exchange done) {
        Outcome outcome = done.getProperty(OUTCOME, Outcome.LEFT, Outcome.class);
        if (outcome == Outcome.LEFT && done.getProperty(Polls.DURABLE, false, Boolean.class)) {
            // The queue delivers it again.
            return;
        }
        boolean known = outcome == Outcome.FAILED && done.getProperty(FAILED_BEFORE, false, Boolean.class);
        polls.end(image.id(), known ? Outcome.KNOWN : outcome, done.getProperty(BYTES, 0L, Long.class));
    }

    /** Records how the download ended, and keeps the result for a queue that publishes it to other processes. */
    static void setOutcome(Exchange exchange, ImageResult result) {
        exchange.setProperty(OUTCOME, result.outcome());
        if (exchange.getProperty(Polls.DURABLE, false, Boolean.class)) {
            exchange.setProperty(ImageResults.RESULT, result.toJson());
        }
    }
}
