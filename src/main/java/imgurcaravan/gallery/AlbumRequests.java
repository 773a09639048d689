package imgurcaravan.gallery;

import com.fasterxml.jackson.databind.JsonNode;
import imgurcaravan.http.HostPolicy;
import imgurcaravan.image.Image;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Settings.GallerySettings;
import imgurcaravan.state.ApiBudget;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of the poll that read those images of an album that the listing does not show. */
public final class AlbumRequests {

    private static final Logger LOG = LoggerFactory.getLogger(AlbumRequests.class);

    private final GallerySettings settings;
    private final HostPolicy hosts;
    private final Polls polls;
    private final ApiBudget budget;
    private final GalleryCache cache;

    public AlbumRequests(
            GallerySettings settings, HostPolicy hosts, Polls polls, ApiBudget budget, GalleryCache cache) {
        this.settings = settings;
        this.hosts = hosts;
        this.polls = polls;
        this.budget = budget;
        this.cache = cache;
    }

    /**
     * Whether the rest of an album has to be requested now. If the day's requests do not allow it, the album is
     * postponed to a later poll, which requests it even if it is no longer listed.
     */
    public boolean isIncomplete(Post post, Exchange exchange) {
        if (!post.isIncomplete()) {
            return false;
        }
        if (budget.allowsAlbum()) {
            exchange.setProperty(ApiFailures.POST, post);
            ApiFailures.reset(exchange);
            return true;
        }
        cache.postpone(post);
        polls.postponed(pollId(exchange));
        return false;
    }

    /**
     * Reads the images of the album that the listing did not show; the body is the album's data.
     *
     * @throws ApiUnavailableException if it is not an album; a retry may succeed
     */
    public List<Image> read(Exchange exchange) throws ApiUnavailableException {
        JsonNode data = exchange.getMessage().getBody(JsonNode.class);
        if (data == null || !data.isArray()) {
            throw new ApiUnavailableException("an album without images");
        }
        Post post = exchange.getProperty(ApiFailures.POST, Post.class);
        cache.resume(post);
        String pollId = pollId(exchange);
        int missing = post.count() - data.size();
        if (missing > 0) {
            LOG.warn("Ignored {} images of album {}, which it counts but does not list", missing, post.id());
            polls.ignored(pollId);
        }
        Set<String> shown = post.images().stream().map(Image::id).collect(Collectors.toSet());
        List<Image> images = GalleryParser.of(settings, hosts, polls, pollId).images(data, post.details());
        if (missing <= 0) {
            cache.keepAlbum(post, images);
        }
        return images.stream().filter(image -> !shown.contains(image.id())).toList();
    }

    private static String pollId(Exchange exchange) {
        return exchange.getProperty(Polls.POLL_ID, String.class);
    }
}
