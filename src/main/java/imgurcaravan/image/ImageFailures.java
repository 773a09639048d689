package imgurcaravan.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import imgurcaravan.http.FailureReasons;
import imgurcaravan.http.HostRefusedException;
import imgurcaravan.run.Outcome;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Settings;
import imgurcaravan.state.DeadLetterLog;
import imgurcaravan.state.FailedImage;
import imgurcaravan.state.FailedImagePrinter;
import imgurcaravan.state.FailedImages;
import imgurcaravan.state.FailureClass;
import imgurcaravan.state.StateException;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.hc.client5.http.RedirectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether a failure is final, and records final ones: in the state file, and once in the log. */
public final class ImageFailures {

    /** Exchange property: why an image failed, for a queue that keeps dead letters itself. */
    public static final String REASON = "imgurReason";

    private static final String RECORDED = "imgurRecorded";

    private static final Logger LOG = LoggerFactory.getLogger(ImageFailures.class);

    private final Settings settings;
    private final Polls polls;
    private final FailedImages failedImages;

    public ImageFailures(Settings settings, Polls polls, FailedImages failedImages) {
        this.settings = settings;
        this.polls = polls;
        this.failedImages = failedImages;
    }

    /**
     * Whether a failure is final. One caused by a stop is not: the exchange fails, so that a durable queue keeps the
     * image.
     */
    public boolean isFinal(Exchange exchange) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        boolean last = isRefused(thrown) || !polls.isStopping();
        exchange.setProperty(Downloads.FINAL, last);
        return last;
    }

    /** Whether a retry would not help, whichever onException policy of the route matched the failure. */
    static boolean isRefused(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof ImageRefusedException
                    || cause instanceof JsonProcessingException
                    || cause instanceof HostRefusedException
                    || cause instanceof RedirectException) {
                return true;
            }
        }
        return false;
    }

    /**
     * Records a failure; the body is then the dead letter as its JSON text. If it cannot be recorded, it is kept in
     * memory; a durable queue keeps the dead letter, for the reason in {@link #REASON}; with any other queue the exchange
     * fails.
     */
    public void record(Exchange exchange) {
        if (exchange.getProperty(RECORDED) != null) {
            return;
        }
        exchange.setProperty(RECORDED, true);
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        boolean queued = exchange.getProperty(Downloads.FINAL) != null;
        Image image = exchange.getProperty(Downloads.IMAGE, Image.class);
        if (!queued && polls.isStopping()) {
            polls.end(image.id(), Outcome.LEFT, 0);
            return;
        }
        // Errors can echo what was sent.
        String reason = settings.secrets()
                .mask(
                        thrown instanceof JsonProcessingException unread
                                ? Image.reason(unread)
                                : FailureReasons.of(thrown));
        reason = queued ? reason : "it could not be queued: " + reason;
        int attempts = exchange.getProperty(Downloads.ATTEMPTS, 0, Integer.class);
        String message = image == null ? exchange.getMessage().getBody(String.class) : image.toJson();
        FailedImages.Recorded recorded = record(exchange, image, message, reason, attempts);
        boolean counts = recorded == null
                || recorded.news() == FailedImages.News.FIRST
                || settings.requeue().enabled();
        exchange.setProperty(REASON, reason);
        exchange.setProperty(Downloads.BYTES, 0L);
        exchange.setProperty(Downloads.OUTCOME, Outcome.FAILED);
        exchange.setProperty(Downloads.FAILED_BEFORE, !counts);
        if (image != null && queued) {
            Downloads.setOutcome(exchange, new ImageResult(image.id(), image.url(), Outcome.FAILED, 0, reason));
        } else if (image != null) {
            polls.end(image.id(), counts ? Outcome.FAILED : Outcome.KNOWN, 0);
        }
        if (recorded != null) {
            log(recorded, image, attempts);
            exchange.getMessage().removeHeaders("*");
            exchange.getMessage().setBody(FailedImagePrinter.json(recorded.image()));
        }
    }

    /** @return null where it cannot be recorded yet */
    private FailedImages.Recorded record(Exchange exchange, Image image, String message, String reason, int attempts) {
        String id = image == null ? null : image.id();
        try {
            return failedImages.record(id, message, reason, FailureClass.ofReason(reason), attempts);
        } catch (StateException e) {
            LOG.error("Failed {}: {}; it cannot be recorded yet: {}", id == null ? "" : id, reason, e.getMessage());
            boolean keptByQueue = exchange.getProperty(Polls.DURABLE, false, Boolean.class)
                    && exchange.getProperty(Downloads.FINAL) != null;
            exchange.getExchangeExtension().setErrorHandlerHandled(keptByQueue);
            return null;
        }
    }

    /** Whether a failure is logged as a warning: the first time, and every time in a requeue. */
    private boolean isNews(FailedImages.Recorded recorded) {
        return recorded.news() != FailedImages.News.AGAIN || settings.requeue().enabled();
    }

    private void log(FailedImages.Recorded recorded, Image image, int attempts) {
        FailedImage failed = recorded.image();
        String which = image == null ? "" : image.id() + " " + image.url() + ": ";
        String tries = attempts > 1 ? " (tried " + attempts + " times)" : "";
        String end = recorded.news() == FailedImages.News.GIVEN_UP ? "; given up after a week" : "";
        if (isNews(recorded)) {
            LOG.warn("Failed {}{}{}{}", which, failed.reason(), tries, end);
        } else {
            LOG.debug("Failed again {}{}{}", which, failed.reason(), tries);
        }
        if (recorded.news() == FailedImages.News.FIRST) {
            settings.state().deadLetters().ifPresent(file -> append(file, failed));
        }
    }

    private static void append(Path file, FailedImage failed) {
        try {
            new DeadLetterLog(file).append(failed);
        } catch (IOException e) {
            LOG.error("Cannot write a dead letter to {}: {}", file, FailureReasons.of(e));
        }
    }
}
