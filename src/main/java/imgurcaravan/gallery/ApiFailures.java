package imgurcaravan.gallery;

import imgurcaravan.http.FailureReasons;
import imgurcaravan.http.RateLimitedException;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Secrets;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether a failed request to the API is retried, and logs in one line what could not be read. */
public final class ApiFailures {

    /** Exchange property: the album that is being read; not set while a page of the listing is read. */
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

    /** Resets the number of tries for another request. */
    static void reset(Exchange exchange) {
        exchange.setProperty(TRIES, 0);
    }

    /**
     * Whether a failed request may be retried; having to wait does not count as a try.
     *
     * @param attempts the maximum number of times that a request is made
     */
    public boolean mayRetry(Exchange exchange, int attempts) {
        Object thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT);
        if (!(thrown instanceof IOException) || polls.isStopping()) {
            return false;
        }
        if (thrown instanceof RateLimitedException) {
            return true;
        }
        int tries = exchange.getProperty(TRIES, 0, Integer.class) + 1;
        exchange.setProperty(TRIES, tries);
        return tries < attempts;
    }

    /** Logs and counts what could not be read: the rest of an album, or the gallery itself. */
    public void report(Exchange exchange) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        String pollId = exchange.getProperty(Polls.POLL_ID, String.class);
        if (polls.isStopping()) {
            polls.cutShort(pollId);
            return;
        }
        // Errors can echo what was sent.
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
