package imgurcaravan.demo;

import imgurcaravan.demo.ImgurJson.ImgurImage;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Header;

/**
 * The content of the stand-in Imgur, the same in every run: listings, albums and image files.
 *
 * <p>Each public method is a step of the routes in {@code routes/demo}. All posts are on page 0.
 */
public final class DemoGallery {

    /** Imgur responds with a 302 to {@code /removed.png} for a deleted image. */
    private static final String REMOVED = "removed.png";

    /** The last part of a listing's path is its page if it is a number. */
    private static final Pattern PAGE = Pattern.compile(".*/(\\d{1,9})/?");

    private static final Pattern TAG = Pattern.compile("/3/gallery/t/([^/]+).*");

    private final String base;
    private final List<DemoPost> posts;
    private final Map<String, DemoPost> albums;
    private final Map<String, DemoImage> images;
    private final DemoPictures pictures = new DemoPictures();

    /**
     * Lays out the gallery.
     *
     * @param base the prefix of links to images, such as {@code http://127.0.0.1:8080}
     * @param count how many posts there are, from 1
     */
    public DemoGallery(String base, int count) {
        this.base = base;
        posts = Catalogue.posts(count);
        albums = posts.stream().filter(DemoPost::album).collect(Collectors.toMap(DemoPost::id, Function.identity()));
        images = posts.stream()
                .flatMap(post -> post.images().stream())
                .collect(Collectors.toMap(DemoImage::name, Function.identity()));
    }

    /** A page of a listing in JSON, whichever section, sort and window: all posts on page 0, none after it. */
    public String listing(@Header(Exchange.HTTP_PATH) String path) {
        Matcher page = PAGE.matcher(path);
        boolean first = !page.matches() || Integer.parseInt(page.group(1)) == 0;
        List<Map<String, Object>> items = first ? posts.stream().map(this::post).toList() : List.of();
        Matcher tag = TAG.matcher(path);
        return ImgurJson.success(tag.matches() ? ImgurJson.tagPage(tag.group(1), items) : items);
    }

    /** All images of an album in JSON; null if there is no such album. */
    public String album(@Header("id") String id) {
        DemoPost album = albums.get(id);
        return album == null ? null : ImgurJson.success(ImgurJson.albumImages(listed(album.images()), album.number()));
    }

    /** The file of a name; null if there never was one. */
    public DemoFile file(@Header("name") String name) {
        if (name.equals(REMOVED)) {
            return new DemoFile(DemoImage.Format.PNG.type(), pictures.removed());
        }
        DemoImage image = images.get(name);
        if (image == null) {
            return null;
        }
        return image.deleted() ? DemoFile.DELETED : new DemoFile(image.format().type(), pictures.file(image));
    }

    private Map<String, Object> post(DemoPost post) {
        List<ImgurImage> shown = listed(post.preview());
        return post.album()
                ? ImgurJson.albumPost(
                        post.id(),
                        post.title(),
                        post.number(),
                        shown.get(0),
                        post.images().size(),
                        shown)
                : ImgurJson.imagePost(shown.get(0), post.title(), post.number());
    }

    private List<ImgurImage> listed(List<DemoImage> some) {
        return some.stream().map(this::listed).toList();
    }

    private ImgurImage listed(DemoImage image) {
        DemoImage.Format format = image.format();
        return new ImgurImage(
                image.id(),
                format.type(),
                base + "/" + image.name(),
                format.width(),
                format.height(),
                pictures.size(image),
                image.number());
    }
}
