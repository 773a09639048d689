package imgurcaravan.gallery;

import com.fasterxml.jackson.databind.JsonNode;
import imgurcaravan.http.FailureReasons;
import imgurcaravan.http.HostPolicy;
import imgurcaravan.http.RateLimitGates;
import imgurcaravan.http.RateLimitHeaders;
import imgurcaravan.http.RateLimitedException;
import imgurcaravan.http.TransferDeadlines;
import imgurcaravan.image.Image;
import imgurcaravan.image.ImageRefusedException;
import imgurcaravan.image.ImageResults;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.IdempotentRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of the poll route that have to be right: what is asked, how answers are read, which images are new.
 *
 * <p>Each public method is one step of the route.
 */
public final class Gallery {

    private static final String LISTING = "imgurListing";
    private static final String POST = "imgurPost";
    private static final String CLAIMED = "imgurClaimed";
    private static final String ASKED = "imgurAsked";
    private static final String PATH = "imgurPath";
    private static final String ETAG = "imgurETag";
    private static final int MOST_ASKED = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(Gallery.class);

    private final GalleryCache memory = new GalleryCache();
    private Settings settings;
    private HostPolicy hosts;
    private Polls polls;
    private RateLimitGates pauses;
    private Budget budget;
    private IdempotentRepository archive;

    public void setSettings(Settings settings) {
        this.settings = settings;
    }

    public void setHosts(HostPolicy hosts) {
        this.hosts = hosts;
    }

    public void setPolls(Polls polls) {
        this.polls = polls;
    }

    public void setPauses(RateLimitGates pauses) {
        this.pauses = pauses;
    }

    public void setBudget(Budget budget) {
        this.budget = budget;
    }

    public void setArchive(IdempotentRepository archive) {
        this.archive = archive;
    }

    /** Opens the listing at its first page. */
    public void open(Exchange exchange) {
        exchange.setProperty(LISTING, new Listing(settings.galleryPath(), settings.galleryPages()));
    }

    /** Prepares the request for the next page of the listing. */
    public void nextPage(Exchange exchange) {
        stopIfStopping(exchange);
        String path = exchange.getProperty(LISTING, Listing.class).next();
        ask(exchange, path);
        exchange.setProperty(PATH, path);
        GalleryCache.Page page = memory.page(path);
        if (page != null) {
            exchange.getMessage().setHeader("If-None-Match", page.etag());
        }
    }

    /**
     * Whether an album has to be asked for now. One that the day's requests do not allow is put off to a later poll,
     * which asks for it even if the listing does not show it any more.
     */
    public boolean isToExpand(Post post, Exchange exchange) {
        if (!post.isIncomplete()) {
            return false;
        }
        if (budget.allowsAlbum()) {
            return true;
        }
        memory.putOff(post);
        polls.putOff(pollId(exchange));
        return false;
    }

    /** Prepares the request for all images of an album that the listing cuts short. */
    public void album(Post post, Exchange exchange) {
        stopIfStopping(exchange);
        exchange.setProperty(POST, post);
        ask(exchange, "/3/album/" + post.id() + "/images");
    }

    private void stopIfStopping(Exchange exchange) {
        if (polls.isStopping()) {
            polls.cutShort(pollId(exchange));
            exchange.setRouteStop(true);
        }
    }

    private void ask(Exchange exchange, String pathAndQuery) {
        exchange.setProperty(ASKED, 0);
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_URI, settings.apiUrl() + pathAndQuery);
        message.setBody(null);
    }

    /**
     * Waits until the API may be asked, and counts the request.
     *
     * @throws InterruptedIOException if the process is stopping
     */
    public void admit() throws InterruptedIOException {
        pauses.awaitApi();
        Instant later = budget.take();
        while (later != null) {
            pauses.api().close(later, "imgur.api.daily-requests=" + settings.dailyRequests() + " leave none for now");
            pauses.awaitApi();
            later = budget.take();
        }
    }

    /** Whether a question that had no answer may be asked once more; having to wait does not count as a try. */
    public boolean mayAskAgain(Exchange exchange) {
        Object thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT);
        if (!(thrown instanceof IOException) || polls.isStopping()) {
            return false;
        }
        if (thrown instanceof RateLimitedException) {
            return true;
        }
        int asked = exchange.getProperty(ASKED, 0, Integer.class) + 1;
        exchange.setProperty(ASKED, asked);
        return asked < MOST_ASKED;
    }

    /** Reads an answer of the API; then the body is its data. */
    public void read(Exchange exchange) throws IOException, ApiRefusedException {
        Message message = exchange.getMessage();
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        RateLimitHeaders limits = RateLimitHeaders.of(message, Instant.now());
        ApiResponse answer;
        try {
            answer = ApiResponse.of(status, limits.retryAt() != null, message.getBody(InputStream.class));
        } catch (IOException e) {
            throw TransferDeadlines.of(exchange).reason(e);
        }
        budget.note(limits);
        switch (answer.kind()) {
            case PAGE, UNCHANGED -> pauses.api().passed();
            case WAIT -> {
                boolean limited = status == 429 || !RateLimitHeaders.isOverCapacity(answer.reason());
                String reason = settings.secrets().mask(answer.reason());
                pauses.api().close(limits.opening(limited), reason);
                throw new RateLimitedException(reason);
            }
            case TEMPORARY -> throw new ApiBusyException(answer.reason());
            case GONE -> throw new ApiRefusedException(answer.reason(), true);
            case BAD_CREDENTIALS, BROKEN -> throw new ApiRefusedException(answer.reason(), false);
        }
        if (limits.userRemaining() == 0 && limits.userReset() != null) {
            pauses.api().close(limits.userReset(), "the API has answered as often as it does for now");
        }
        String etag = message.getHeader("ETag", String.class);
        message.removeHeaders("*");
        message.setHeader(ETAG, etag);
        message.setBody(answer.data());
        requireShape(answer, exchange);
    }

    /** An answer that does not fit its question is asked for once more. */
    private void requireShape(ApiResponse answer, Exchange exchange) throws ApiBusyException {
        JsonNode data = answer.data();
        boolean page = exchange.getProperty(POST) == null;
        if (data == null) {
            if (!page || memory.page(exchange.getProperty(PATH, String.class)) == null) {
                throw new ApiBusyException(answer.reason() + " to a question of its own");
            }
        } else if (page && !data.isArray() && !data.path("items").isArray()) {
            throw new ApiBusyException("a page without posts");
        } else if (!page && !data.isArray()) {
            throw new ApiBusyException("an album without images");
        }
    }

    /** Reads the posts of a page; without data it is the same page as the last time. */
    public List<Post> posts(Exchange exchange) {
        Message message = exchange.getMessage();
        JsonNode data = message.getBody(JsonNode.class);
        Listing listing = exchange.getProperty(LISTING, Listing.class);
        String path = exchange.getProperty(PATH, String.class);
        List<Post> listed;
        if (data == null) {
            listed = memory.page(path).posts();
        } else {
            listed = parser(exchange).posts(data);
            memory.keepPage(path, message.getHeader(ETAG, String.class), listed);
        }
        boolean first = listing.isAtFirst();
        listing.read(listed);
        String pollId = pollId(exchange);
        List<Post> posts = new ArrayList<>();
        listed.forEach(post -> posts.add(memory.complete(post).of(pollId)));
        if (first) {
            posts.addAll(memory.putOffBesides(listed));
        }
        return posts;
    }

    /** Reads the images of an album that the listing did not show. */
    public List<Image> rest(JsonNode data, Exchange exchange) {
        Post post = exchange.getProperty(POST, Post.class);
        memory.takeUp(post);
        int missing = post.count() - data.size();
        if (missing > 0) {
            LOG.warn("Skipped {} images of album {}, which it counts but does not list", missing, post.id());
            polls.skipped(pollId(exchange));
        }
        Set<String> shown = post.images().stream().map(Image::id).collect(Collectors.toSet());
        List<Image> images = parser(exchange).images(data, post.id(), post.title());
        if (missing <= 0) {
            memory.keepAlbum(post, images);
        }
        return images.stream().filter(image -> !shown.contains(image.id())).toList();
    }

    private GalleryParser parser(Exchange exchange) {
        String pollId = pollId(exchange);
        return new GalleryParser(settings, hosts, pollId, what -> {
            if (polls.skipped(pollId)) {
                LOG.warn("Skipped {}", what);
            }
        });
    }

    /** Whether an image is of a type that is kept. */
    public boolean isKept(Image image) {
        return settings.galleryTypes().contains(image.type());
    }

    /** Whether an image is neither in place nor queued nor in flight; if so it is claimed and must be queued. */
    public boolean isNew(Image image, Exchange exchange) {
        String pollId = pollId(exchange);
        try {
            if (archive.contains(exchange, image.id())) {
                polls.known(pollId);
                return false;
            }
        } catch (RuntimeException e) {
            // The worker asks once more, and can wait for the disk.
            LOG.debug("Cannot tell whether {} is known", image.id(), e);
        }
        boolean claimed = polls.claim(pollId, image.id());
        if (claimed) {
            exchange.setProperty(CLAIMED, image);
        }
        return claimed;
    }

    /** Writes the message for the queue, and beside it the id, by which a queue can tell that it has an image already. */
    public void message(Image image, Exchange exchange) {
        exchange.setProperty(ImageResults.IMAGE_ID, image.id());
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(image.toJson());
    }

    /** The images whose end is overdue, to be offered to the queue again; each is a message of the queue. */
    public List<String> overdue() {
        return polls.overdue(PATIENCE);
    }

    /** Whether nothing was heard of the image of a message since it was found overdue. */
    public boolean isOverdue(String message) throws ImageRefusedException {
        return polls.awaits(Image.fromJson(message).id());
    }

    /** Prepares a message that was sent before. */
    public void again(String message, Exchange exchange) throws ImageRefusedException {
        exchange.setProperty(ImageResults.IMAGE_ID, Image.fromJson(message).id());
    }

    /** Says what could not be read or queued, and counts it: an image, the rest of an album, or the gallery itself. */
    public void giveUp(Exchange exchange) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        // Errors can echo what was asked.
        String reason = settings.secrets().mask(FailureReasons.of(thrown));
        Image claimed = exchange.getProperty(CLAIMED, Image.class);
        Post post = exchange.getProperty(POST, Post.class);
        if (claimed == null && polls.isStopping()) {
            polls.cutShort(pollId(exchange));
            return;
        }
        if (post != null && thrown instanceof ApiRefusedException) {
            memory.takeUp(post);
        }
        if (claimed != null) {
            polls.notQueued(pollId(exchange), claimed.id());
            if (!polls.isStopping()) {
                LOG.warn("Failed {} {}: it could not be queued: {}", claimed.id(), claimed.url(), reason);
            }
        } else if (post != null && thrown instanceof ApiRefusedException refused && refused.isGone()) {
            LOG.warn("Skipped the rest of album {}: {}", post.id(), reason);
            polls.skipped(pollId(exchange));
        } else if (post != null) {
            LOG.warn("Failed {} images of album {}: {}", post.missing(), post.id(), reason);
            polls.failedUnnamed(pollId(exchange), post.missing());
        } else {
            LOG.error("The gallery could not be read: {}", reason);
            polls.unreadable(pollId(exchange));
        }
    }

    private static String pollId(Exchange exchange) {
        return exchange.getProperty(Polls.POLL_ID, String.class);
    }
}
