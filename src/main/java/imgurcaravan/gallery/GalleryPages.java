package imgurcaravan.gallery;

import com.fasterxml.jackson.databind.JsonNode;
import imgurcaravan.http.HostPolicy;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Settings.GallerySettings;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** The steps of the poll that walk the pages of the listing. */
public final class GalleryPages {

    private static final String LISTING = "imgurListing";
    private static final String PATH = "imgurPath";

    private final GallerySettings settings;
    private final HostPolicy hosts;
    private final Polls polls;
    private final GalleryCache cache;

    public GalleryPages(GallerySettings settings, HostPolicy hosts, Polls polls, GalleryCache cache) {
        this.settings = settings;
        this.hosts = hosts;
        this.polls = polls;
        this.cache = cache;
    }

    /** Opens the listing before its first page. */
    public void open(Exchange exchange) {
        exchange.setProperty(LISTING, new Listing(settings.path(), settings.pages()));
    }

    /** Moves on to the next page of the listing; its path is the body for {@code imgur-api}. */
    public void next(Exchange exchange) {
        String path = exchange.getProperty(LISTING, Listing.class).next();
        exchange.setProperty(PATH, path);
        ApiFailures.reset(exchange);
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setBody(path);
        GalleryCache.Page page = cache.page(path);
        if (page != null) {
            message.setHeader("If-None-Match", page.etag());
        }
    }

    /**
     * Reads the posts of a page; the body is its data, and without data the page has not changed.
     *
     * @throws ApiUnavailableException if it is not a page; a retry may succeed
     */
    public List<Post> read(Exchange exchange) throws ApiUnavailableException {
        JsonNode data = exchange.getMessage().getBody(JsonNode.class);
        String path = exchange.getProperty(PATH, String.class);
        String pollId = exchange.getProperty(Polls.POLL_ID, String.class);
        List<Post> listed;
        if (data == null) {
            GalleryCache.Page page = cache.page(path);
            if (page == null) {
                throw new ApiUnavailableException("the API responded 304 to a request without If-None-Match");
            }
            listed = page.posts();
        } else if (data.isArray() || data.path("items").isArray()) {
            listed = GalleryParser.of(settings, hosts, polls, pollId).posts(data);
            cache.keepPage(path, exchange.getProperty(ApiRequests.ETAG, String.class), listed);
        } else {
            throw new ApiUnavailableException("a page without posts");
        }
        Listing listing = exchange.getProperty(LISTING, Listing.class);
        boolean first = listing.isAtFirst();
        listing.read(listed);
        List<Post> posts = new ArrayList<>();
        listed.forEach(post -> posts.add(cache.complete(post).of(pollId)));
        if (first) {
            posts.addAll(cache.postponedBesides(listed));
        }
        return posts;
    }
}
