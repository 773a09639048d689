package imgurcaravan.gallery;

import com.fasterxml.jackson.databind.JsonNode;
import imgurcaravan.http.HostPolicy;
import imgurcaravan.http.Reasons;
import imgurcaravan.http.Transfers;
import imgurcaravan.image.Image;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Settings;
import java.io.IOException;
import java.io.InputStream;
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
    private static final int MOST_ASKED = 4;
    /** Below this a client id is a stand-in, and could be part of any word. */
    private static final int SHORTEST_SECRET = 6;

    private static final Logger LOG = LoggerFactory.getLogger(Gallery.class);

    private Settings settings;
    private HostPolicy hosts;
    private Polls polls;
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
        ask(exchange, exchange.getProperty(LISTING, Listing.class).next());
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

    /** Whether a question that had no answer may be asked once more. */
    public boolean mayAskAgain(Exchange exchange) {
        if (!(exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof IOException)) {
            return false;
        }
        int asked = exchange.getProperty(ASKED, 0, Integer.class) + 1;
        exchange.setProperty(ASKED, asked);
        return asked < MOST_ASKED && !polls.isStopping();
    }

    /** Reads an answer of the API; then the body is its data. */
    public void read(Exchange exchange) throws IOException, ApiRefusedException {
        Message message = exchange.getMessage();
        int status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        try {
            JsonNode data = ApiAnswer.data(status, message.getBody(InputStream.class));
            message.removeHeaders("*");
            message.setBody(data);
        } catch (IOException e) {
            throw Transfers.of(exchange).reason(e);
        }
    }

    /** Reads the posts of a page. */
    public List<Post> posts(JsonNode data, Exchange exchange) throws ApiBusyException {
        if (!data.isArray() && !data.path("items").isArray()) {
            throw new ApiBusyException("a page without posts");
        }
        List<Post> posts = parser(exchange).posts(data);
        exchange.getProperty(LISTING, Listing.class).read(posts);
        return posts;
    }

    /** Reads the images of an album that the listing did not show. */
    public List<Image> rest(JsonNode data, Exchange exchange) throws ApiBusyException {
        Post post = exchange.getProperty(POST, Post.class);
        if (!data.isArray()) {
            throw new ApiBusyException("an album without images");
        }
        int missing = post.count() - data.size();
        if (missing > 0) {
            LOG.warn("Skipped {} images of album {}, which it counts but does not list", missing, post.id());
            polls.skipped(pollId(exchange));
        }
        Set<String> shown = post.images().stream().map(Image::id).collect(Collectors.toSet());
        return parser(exchange).images(data, post.id(), post.title()).stream()
                .filter(image -> !shown.contains(image.id()))
                .toList();
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
            LOG.warn("Failed {} {}: cannot tell whether it is known: {}", image.id(), image.url(), Reasons.of(e));
            polls.failedUnnamed(pollId, 1);
            return false;
        }
        boolean claimed = polls.claim(pollId, image.id());
        if (claimed) {
            exchange.setProperty(CLAIMED, image);
        }
        return claimed;
    }

    /** Writes the message for the queue. */
    public void message(Image image, Exchange exchange) {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(image.toJson());
    }

    /** Says what could not be read or queued, and counts it: an image, the rest of an album, or the gallery itself. */
    public void giveUp(Exchange exchange) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        String reason = withoutSecret(Reasons.of(thrown));
        Image claimed = exchange.getProperty(CLAIMED, Image.class);
        Post post = exchange.getProperty(POST, Post.class);
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
        } else if (!polls.isStopping()) {
            LOG.error("The gallery could not be read: {}", reason);
            polls.unreadable(pollId(exchange));
        }
    }

    /** Errors can echo what was asked. */
    private String withoutSecret(String reason) {
        return settings.clientId().length() < SHORTEST_SECRET ? reason : reason.replace(settings.clientId(), "***");
    }

    private static String pollId(Exchange exchange) {
        return exchange.getProperty(Polls.POLL_ID, String.class);
    }
}
