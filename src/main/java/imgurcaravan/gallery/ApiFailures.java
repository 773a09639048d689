package imgurcaravan.gallery;

import imgurcaravan.http.FailureReasons;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Secrets;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether a failed request to the API is retried, and says in one line what could not be read. */
public final class ApiFailures {

    /** Exchange property: the album that is being read; none while it is a page of the listing. */
    static final String POST = "imgurPost";

    private static final String TRIES = "imgurApiTries";

    private static final Logger LOG = LoggerFactory.getLogger(ApiFailures.class);

    private final Polls polls;
    private final GalleryCache cache;
    private final Secrets secrets;

    public ApiFailures(Polls polls, GalleryCache cache, Secrets secrets) {
        this.polls = polls;
        this.cache = cache;
        this.secrets = secrets;
    }

    /** Counts the tries of another request from one. */
    static void reset(Exchange exchange) {
        exchange.setProperty(TRIES, 0);
    }

    /** Whether a request may be made again when the rate limit allows it, which does not count as a try. */
    public boolean mayWait() {
        return !polls.isStopping();
    }

    /**
     * Whether a request that failed may be made again.
     *
     * @param attempts how often a request is made at most
     */
    public boolean mayRetry(Exchange exchange, int attempts) {
        if (!(exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof IOException) || polls.isStopping()) {
            return false;
        }
        int tries = exchange.getProperty(TRIES, 0, Integer.class) + 1;
        exchange.setProperty(TRIES, tries);
        return tries < attempts;
    }

    /** Says what could not be read, and counts it: the rest of an album, or the gallery itself. */
    public void report(Exchange exchange) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        String pollId = exchange.getProperty(Polls.POLL_ID, String.class);
        if (polls.isStopping()) {
            polls.cutShort(pollId);
            return;
        }
        // Errors can repeat what was sent.
        String reason = secrets.mask(FailureReasons.of(thrown));
        Post post = exchange.getProperty(POST, Post.class);
        if (post == null) {
            LOG.error("The gallery could not be read: {}", reason);
            polls.unreadable(pollId);
            return;
        }
        boolean missing = thrown instanceof ApiNotFoundException;
        if (missing || thrown instanceof ApiRefusedException) {
            cache.resume(post);
        }
        if (missing) {
            LOG.warn("Ignored the rest of album {}: {}", post.id(), reason);
            polls.ignored(pollId);
        } else {
            LOG.warn("Failed {} images of album {}: {}", post.missing(), post.id(), reason);
            polls.failedUnnamed(pollId, post.missing());
        }
    }
}
