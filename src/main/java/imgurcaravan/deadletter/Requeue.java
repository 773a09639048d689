package imgurcaravan.deadletter;

import imgurcaravan.http.FailureReasons;
import imgurcaravan.image.Image;
import imgurcaravan.run.PollSummary;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of the route that sends dead letters round again, and what becomes of them when it is done.
 *
 * <p>It counts as a poll, whose listing is the file.
 */
public final class Requeue {

    private static final String REASON = "CamelRedisStreamsReason";

    private static final Logger LOG = LoggerFactory.getLogger(Requeue.class);

    private Settings settings;
    private Polls polls;
    private DeadLetters deadLetters;
    private String pollId;
    private TakenLetters taken;

    public void setSettings(Settings settings) {
        this.settings = settings;
    }

    public void setPolls(Polls polls) {
        this.polls = polls;
        polls.onEnd(this::finish);
    }

    public void setDeadLetters(DeadLetters deadLetters) {
        this.deadLetters = deadLetters;
    }

    /** Takes the letters that are asked for out of the file, and gives their images one by one. */
    public synchronized Iterator<Image> open(Exchange exchange) throws IOException {
        Path file = settings.deadLetters().orElseThrow();
        pollId = exchange.getProperty(Polls.POLL_ID, String.class);
        taken = TakenLetters.take(file, settings.requeueReason()).orElse(null);
        if (taken == null) {
            return Collections.emptyIterator();
        }
        if (taken.kept() > 0) {
            LOG.warn("{} of the lines in {} hold no image to send again, and stay there", taken.kept(), file);
        }
        return taken.images(this::isCutShort);
    }

    /** Says which dead letters a queue is to send round again, where it keeps them itself. */
    public void choose(Exchange exchange) {
        settings.requeueReason().ifPresent(reason -> exchange.getMessage().setHeader(REASON, reason));
    }

    private boolean isCutShort() {
        if (polls.isStopping()) {
            polls.cutShort(pollId);
        }
        return polls.isStopping();
    }

    /** Says why letters could not be read; what was taken out of the file stays taken until the next requeue. */
    public void giveUp(Exchange exchange) {
        LOG.error(
                "The dead letters could not be read: {}",
                FailureReasons.of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class)));
        polls.unreadable(exchange.getProperty(Polls.POLL_ID, String.class));
    }

    /** Drops the letters when each of their images has come to an end, and so is in place or has a letter anew. */
    private synchronized void finish(PollSummary summary) {
        if (taken == null || !summary.pollId().equals(pollId)) {
            return;
        }
        boolean all = summary.readable() && !summary.cutShort() && summary.left() == 0 && deadLetters.unwritten() == 0;
        if (!all) {
            LOG.warn("The dead letters that were taken are in {} until the next requeue", taken.file());
        }
        try {
            taken.release(all);
        } catch (IOException e) {
            LOG.error("Cannot remove {}: {}; the next requeue will", taken.file(), FailureReasons.of(e));
        }
        taken = null;
    }
}
