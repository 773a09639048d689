package imgurcaravan.image;

import imgurcaravan.run.Outcome;
import imgurcaravan.run.Polls;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Takes an image off the queue, and tells its poll, or its queue, what came of it when its exchange is done.
 *
 * <p>What the download of one image knows is in properties of its exchange, whose names are here.
 */
public final class Downloads {

    /** Exchange property: the image. */
    public static final String IMAGE = "imgurImage";
    /** Exchange property: how the download ended, an {@link Outcome}. */
    public static final String OUTCOME = "imgurOutcome";
    /** Exchange property: the size of the image's file in bytes. */
    public static final String BYTES = "imgurBytes";
    /** Exchange property: how many requests for the image have failed. */
    public static final String ATTEMPTS = "imgurAttempts";
    /** Exchange property: whether a failure is for good. */
    public static final String FINAL = "imgurFinal";
    /** Exchange property: whether an image that failed is known to fail, and so does not count as failed. */
    static final String FAILED_BEFORE = "imgurFailedBefore";
    /** Exchange property: whether the file was brought into place by this exchange. */
    static final String WRITTEN = "imgurWritten";

    private final Polls polls;

    public Downloads(Polls polls) {
        this.polls = polls;
    }

    /**
     * Takes the image that is the body.
     *
     * @throws ImageRefusedException if the body is none; another attempt would not help
     * @throws ImageIncompleteException if the process is stopping, so that the image stays with the queue
     */
    public void accept(Exchange exchange) throws IOException, ImageRefusedException {
        Image image = exchange.getMessage().getBody(Image.class);
        if (image == null) {
            throw new ImageRefusedException("a queue entry that is no image message: null");
        }
        exchange.setProperty(IMAGE, image);
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

    private void end(Image image, Exchange done) {
        Outcome outcome = done.getProperty(OUTCOME, Outcome.LEFT, Outcome.class);
        if (outcome == Outcome.LEFT && done.getProperty(Polls.DURABLE, false, Boolean.class)) {
            // The queue hands it out again.
            return;
        }
        boolean known = outcome == Outcome.FAILED && done.getProperty(FAILED_BEFORE, false, Boolean.class);
        polls.end(image.id(), known ? Outcome.KNOWN : outcome, done.getProperty(BYTES, 0L, Long.class));
    }

    /** Notes how the download ended, and leaves the result for a queue that tells others of it. */
    static void setOutcome(Exchange exchange, ImageResult result) {
        exchange.setProperty(OUTCOME, result.outcome());
        if (exchange.getProperty(Polls.DURABLE, false, Boolean.class)) {
            exchange.setProperty(ImageResults.RESULT, result.toJson());
        }
    }
}
