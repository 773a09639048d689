package imgurcaravan.gallery;

import com.fasterxml.jackson.databind.JsonNode;
import imgurcaravan.http.FailureReasons;
import imgurcaravan.http.HostPolicy;
import imgurcaravan.http.HostRefusedException;
import imgurcaravan.image.Image;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Settings;
import imgurcaravan.run.Settings.Animated;
import imgurcaravan.run.Settings.GallerySettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the data of the API into posts and images, one by one: unusable items are ignored, their neighbours are kept.
 *
 * <p>An item with fields that are unknown, null, missing or of an unexpected type is ignored only if it cannot be
 * fetched without them.
 */
final class GalleryParser {

    /** The last part of an image's path: stem and extension. */
    private static final Pattern NAME = Pattern.compile("([^?]*/)([A-Za-z0-9]+)\\.([A-Za-z0-9]{2,5})(\\?.*)?");
    /** Suffixes of thumbnails: {@code idh.gif} is a small copy of {@code id.gif}. */
    private static final String THUMBNAIL_SUFFIXES = "sbtmlhgr";

    private static final Map<String, String> TYPE_OF_EXTENSION = Map.of(
            "jpg", "image/jpeg",
            "jpeg", "image/jpeg",
            "png", "image/png",
            "gif", "image/gif",
            "mp4", "video/mp4",
            "webp", "image/webp");

    private static final Logger LOG = LoggerFactory.getLogger(GalleryParser.class);

    private final GallerySettings settings;
    private final HostPolicy hosts;
    private final String pollId;
    private final Consumer<String> ignored;

    /** @param ignored receives a text for every unusable item, with the reason */
    GalleryParser(GallerySettings settings, HostPolicy hosts, String pollId, Consumer<String> ignored) {
        this.settings = settings;
        this.hosts = hosts;
        this.pollId = pollId;
        this.ignored = ignored;
    }

    /** Creates a parser for one poll, which counts each unusable item and logs it unless there are too many. */
    static GalleryParser of(GallerySettings settings, HostPolicy hosts, Polls polls, String pollId) {
        return new GalleryParser(settings, hosts, pollId, what -> {
            if (polls.ignored(pollId)) {
                LOG.warn("Ignored {}", what);
            }
        });
    }

    /** Reads a page of a listing: an array, or, of a tag's listing, an object with {@code items}. */
    List<Post> posts(JsonNode data) {
        JsonNode items = data.isArray() ? data : data.path("items");
        List<Post> posts = new ArrayList<>();
        for (JsonNode item : items) {
            if (item.isObject()) {
                posts.add(post(item));
            } else {
                ignore("a post", item, "it is not an object");
            }
        }
        return posts;
    }

    private Post post(JsonNode item) {
        PostDetails details = details(item);
        boolean album = item.path("is_album").asBoolean(false)
                || item.path("images").isArray()
                || item.path("type").isMissingNode() && item.has("images_count");
        if (!album) {
            return new Post(details, images(List.of(item), details), 1, 0);
        }
        if (settings.albums() == Settings.Albums.NONE) {
            return new Post(details, List.of(), 0, 0);
        }
        JsonNode shown = item.path("images");
        List<Image> images = shown.isArray() ? images(shown, details) : List.of();
        int missing = settings.albums() == Settings.Albums.ALL ? missing(item, shown) : 0;
        if (missing > 0 && details.id() == null) {
            ignore("the rest of an album", item, "the album has no usable id");
            missing = 0;
        }
        return new Post(details, images, Math.max(0, item.path("images_count").asInt(0)), missing);
    }

    private static PostDetails details(JsonNode item) {
        String id = text(item, "id");
        List<String> tags = new ArrayList<>();
        for (JsonNode tag : item.path("tags")) {
            String name = tag.isTextual() ? tag.asText() : text(tag, "name");
            if (name != null) {
                tags.add(name);
            }
        }
        return new PostDetails(
                Image.isId(id) ? id : null,
                text(item, "title"),
                item.path("points").asLong(0),
                item.path("views").asLong(0),
                tags,
                item.path("nsfw").asBoolean(false));
    }

    private static int missing(JsonNode item, JsonNode shown) {
        int count = item.path("images_count").asInt(-1);
        if (count < 0) {
            return 1;
        }
        return Math.max(0, count - (shown.isArray() ? shown.size() : 0));
    }

    /** Reads all images of a post, or the first of them, in their order. */
    List<Image> images(Iterable<JsonNode> items, PostDetails post) {
        List<Image> images = new ArrayList<>();
        int position = 0;
        for (JsonNode item : items) {
            position++;
            try {
                images.add(image(item, position, post));
            } catch (UnusableItemException e) {
                ignore("an image", item, e.getMessage());
            }
        }
        return images;
    }

    private Image image(JsonNode item, int position, PostDetails post) throws UnusableItemException {
        String id = text(item, "id");
        if (!Image.isId(id)) {
            throw new UnusableItemException("it has no usable id");
        }
        boolean animated = item.path("animated").asBoolean(false);
        String type = text(item, "type");
        String link = text(item, "link");
        long size = item.path("size").asLong(0);
        String video = text(item, "mp4");
        boolean moving = animated || "image/gif".equalsIgnoreCase(type);
        if (settings.animated() == Animated.MP4 && moving && video != null) {
            type = "video/mp4";
            link = video;
            size = item.path("mp4_size").asLong(0);
        }
        if (link == null) {
            throw new UnusableItemException("it has no link");
        }
        String url = original(checked(link), id);
        return new Image(
                id,
                url,
                type(type, url),
                size,
                animated,
                post.id(),
                post.title(),
                pollId,
                text(item, "title"),
                text(item, "description"),
                position,
                item.path("datetime").asLong(0),
                item.path("width").asInt(0),
                item.path("height").asInt(0),
                item.path("points").asLong(post.points()),
                item.path("views").asLong(post.views()),
                post.tags(),
                item.path("nsfw").asBoolean(false) || post.nsfw());
    }

    private String checked(String link) throws UnusableItemException {
        try {
            URI url = hosts.check(link);
            return url.toString();
        } catch (HostRefusedException e) {
            throw new UnusableItemException(e.getMessage());
        }
    }

    /** Imgur links to the thumbnail of a GIF of more than 20 MB; the URL of the original has no suffix. */
    private static String original(String url, String id) {
        Matcher name = NAME.matcher(url);
        if (!name.matches()) {
            return url;
        }
        String stem = name.group(2);
        boolean thumbnail = stem.length() == id.length() + 1
                && stem.startsWith(id)
                && THUMBNAIL_SUFFIXES.indexOf(stem.charAt(id.length())) >= 0;
        return thumbnail ? name.group(1) + id + "." + name.group(3) : url;
    }

    private static String type(String listed, String url) throws UnusableItemException {
        if (listed != null) {
            return listed.toLowerCase(Locale.ROOT);
        }
        Matcher name = NAME.matcher(url);
        String extension = name.matches() ? name.group(3).toLowerCase(Locale.ROOT) : "";
        String type = TYPE_OF_EXTENSION.get(extension);
        if (type == null) {
            throw new UnusableItemException("it has no type");
        }
        return type;
    }

    private static String text(JsonNode item, String field) {
        JsonNode value = item.path(field);
        return value.isTextual() && !value.asText().isBlank() ? value.asText() : null;
    }

    private void ignore(String what, JsonNode item, String reason) {
        JsonNode id = item.path("id");
        String name = id.isValueNode() && !id.isNull() ? " (id " + FailureReasons.printable(id.asText()) + ")" : "";
        ignored.accept(what + name + ": " + reason);
    }

    /** An item that cannot be fetched. */
    private static final class UnusableItemException extends Exception {
        private static final long serialVersionUID = 1L;

        UnusableItemException(String reason) {
            super(reason);
        }
    }
}
