package imgurcaravan.testing;

import imgurcaravan.demo.ImgurJson;
import imgurcaravan.demo.ImgurJson.ImgurImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A small Imgur: a gallery, albums and their images, in the shapes of the real API and the real image host.
 *
 * <p>What it does not have is a 404. An API call without {@code Authorization: Client-ID …} is a 403, as is an image
 * request with a {@code Referer}; an image request that would rather have HTML gets a page. Everything may be added to
 * while it serves.
 */
public final class StandInImgur implements AutoCloseable {

    private final StandInServer api;
    private final StandInServer images;
    private final Map<String, ImgurImage> listed = new HashMap<>();
    private final Map<String, Reply> replies = new HashMap<>();
    private final Map<String, byte[]> bodies = new LinkedHashMap<>();
    private final Map<String, List<String>> albums = new HashMap<>();
    private final Map<Integer, List<Map<String, Object>>> pages = new HashMap<>();
    private final AtomicInteger credits = new AtomicInteger(12_500);
    private String linkBase;
    private int page;

    /** Serves from these two, which may be one and the same, and closes them when it is closed. */
    public StandInImgur(StandInServer api, StandInServer images) {
        this.api = api;
        this.images = images;
        this.linkBase = images.url();
        images.handle(this::respondWithImage);
        api.handle(api == images ? this::respond : this::respondAsApi);
        addReply("removed", "image/png", 503, ImgurReplies.image("image/png", Samples.removedPng()));
    }

    /**
     * A gallery of {@code count} images, all kept in memory: JPEG, PNG, GIF, MP4 and WebP in turn, {@code minBytes} to
     * {@code maxBytes} long, in bare posts and in albums of up to nine, three of them in the listing.
     *
     * @param minBytes at least {@link Samples#SMALLEST}
     */
    public static StandInImgur ofSize(
            StandInServer api, StandInServer images, int count, int minBytes, int maxBytes, long seed) {
        StandInImgur imgur = new StandInImgur(api, images);
        new RandomGallery(seed).fill(imgur, count, minBytes, maxBytes);
        return imgur;
    }

    /** Has an image, which is in no post yet. It is served under each image extension, as the real host does. */
    public synchronized StandInImgur addImage(String id, byte[] bytes, String mime) {
        bodies.put(id, bytes);
        return addReply(id, mime, bytes.length, ImgurReplies.image(mime, bytes));
    }

    /** Has an image of which the API tells this type and size, and that is served by this reply. */
    public synchronized StandInImgur addReply(String id, String mime, long size, Reply reply) {
        String link = linkBase + "/" + id + "." + extension(mime);
        listed.put(id, new ImgurImage(id, mime, link, 640, 480, size, listed.size()));
        replies.put(id, reply);
        return this;
    }

    /** Has an image that was removed: a 302 to {@code /removed.png}. */
    public synchronized StandInImgur addRemoved(String id) {
        return addReply(id, "image/jpeg", 4_711, Reply.redirect(302, linkBase + "/removed.png"));
    }

    /** The posts added from now on are on this page, from 0. Pages without posts are empty. */
    public synchronized StandInImgur page(int number) {
        page = number;
        return this;
    }

    /**
     * The scheme and host of links to images, without a slash at the end; at first the image server's. To be set before
     * anything is added.
     */
    public synchronized StandInImgur linkBase(String base) {
        linkBase = base;
        return this;
    }

    /** Lists an image as a post of its own. */
    public synchronized StandInImgur addPost(String id) {
        return addPost(ImgurJson.imagePost(image(id), "Image " + id, 0));
    }

    /**
     * Lists an album.
     *
     * @param preview how many of its images the listing shows, 3 at most on the real one; below 0 the field is left out
     */
    public synchronized StandInImgur addAlbum(String id, String title, List<String> imageIds, int preview) {
        List<String> all = List.copyOf(imageIds);
        albums.put(id, all);
        ImgurImage cover = all.isEmpty() ? null : image(all.get(0));
        List<ImgurImage> shown = preview < 0 ? null : images(all.subList(0, Math.min(preview, all.size())));
        return addPost(ImgurJson.albumPost(id, title, 0, cover, all.size(), shown));
    }

    /** Lists a post as given, for shapes that the other methods do not make. */
    public synchronized StandInImgur addPost(Map<String, Object> post) {
        pages.computeIfAbsent(page, number -> new ArrayList<>()).add(post);
        return this;
    }

    /** Takes all posts off all pages; images and albums stay. */
    public synchronized StandInImgur clearPosts() {
        pages.clear();
        return this;
    }

    /** Gives this reply to requests for this path, on both servers, whatever the query. */
    public StandInImgur override(String path, Reply reply) {
        return override(path, request -> reply);
    }

    /** Responds to requests for this path, on both servers; {@link #respond} gives the true response. */
    public StandInImgur override(String path, Function<Request, Reply> function) {
        api.on(path, function);
        images.on(path, function);
        return this;
    }

    /** Gives this reply to the first {@code times} requests for this path, then the true one. */
    public StandInImgur overrideFirst(String path, int times, Reply reply) {
        AtomicInteger left = new AtomicInteger(times);
        return override(path, request -> left.getAndDecrement() > 0 ? reply : respond(request));
    }

    /** Takes back an override. */
    public StandInImgur restore(String path) {
        api.off(path);
        images.off(path);
        return this;
    }

    /** The true response to a request, of the API or of the image host. */
    public Reply respond(Request request) {
        return request.path().startsWith("/3/") ? respondAsApi(request) : respondWithImage(request);
    }

    /** The images added with their bytes, by id, in that order. */
    public synchronized Map<String, byte[]> images() {
        return new LinkedHashMap<>(bodies);
    }

    /** The path under which the listing links to this image, such as {@code /abcde12.jpg}. */
    public synchronized String path(String id) {
        return "/" + id + "." + extension(image(id).type());
    }

    /** The base of the API: the value of {@code imgur.api.url}. */
    public String apiUrl() {
        return api.url();
    }

    public List<Request> apiRequests() {
        return api.requests().stream().filter(r -> r.path().startsWith("/3/")).toList();
    }

    public List<Request> imageRequests() {
        return images.requests().stream()
                .filter(r -> !r.path().startsWith("/3/"))
                .toList();
    }

    @Override
    public void close() {
        api.close();
        images.close();
    }

    private Reply respondAsApi(Request request) {
        String authorization = request.header("authorization");
        if (authorization == null || !authorization.matches("Client-ID \\S+")) {
            return ImgurReplies.failure(403, "Invalid client_id", request);
        }
        int left = Math.max(0, credits.decrementAndGet());
        Object data = data(request.path().split("/"));
        if (data == null) {
            return ImgurReplies.missing(left, request);
        }
        return ImgurReplies.success(data, left, request);
    }

    /** What a path names; null for what there is not. The first part is empty, and the second is the version. */
    private synchronized Object data(String[] path) {
        String what = path.length > 2 ? path[2] : "";
        String which = path.length > 3 ? path[3] : "";
        if (what.equals("gallery")) {
            String last = path[path.length - 1];
            int number = last.matches("\\d{1,6}") ? Integer.parseInt(last) : 0;
            List<?> posts = List.copyOf(pages.getOrDefault(number, List.of()));
            return which.equals("t") && path.length > 4 ? ImgurJson.tagPage(path[4], posts) : posts;
        }
        if (what.equals("album") && path.length == 5 && path[4].equals("images") && albums.containsKey(which)) {
            return ImgurJson.albumImages(images(albums.get(which)), 0);
        }
        if (what.equals("image") && listed.containsKey(which)) {
            return ImgurJson.albumImage(image(which), 0);
        }
        return what.equals("credits") ? ImgurJson.object("UserRemaining", 500, "ClientRemaining", credits.get()) : null;
    }

    private synchronized Reply respondWithImage(Request request) {
        String name = request.path().substring(1);
        int dot = name.lastIndexOf('.');
        String id = dot < 0 ? name : name.substring(0, dot);
        ImgurImage image = listed.get(id);
        boolean video = name.endsWith(".mp4");
        if (dot < 0 || image == null || video != image.type().equals("video/mp4")) {
            return Reply.html(404, "<html><body>404</body></html>");
        }
        if (request.header("referer") != null) {
            return Reply.empty(403);
        }
        String accept = request.headers().getOrDefault("accept", "*/*");
        return accept.startsWith("text/html")
                ? Reply.bytes(200, "text/html; charset=utf-8", Samples.html())
                : replies.get(id);
    }

    private static String extension(String mime) {
        return mime.equals("image/jpeg") ? "jpg" : mime.substring(mime.indexOf('/') + 1);
    }

    private List<ImgurImage> images(List<String> ids) {
        return ids.stream().map(this::image).toList();
    }

    private ImgurImage image(String id) {
        ImgurImage image = listed.get(id);
        if (image == null) {
            throw new IllegalArgumentException("no image " + id);
        }
        return image;
    }
}
