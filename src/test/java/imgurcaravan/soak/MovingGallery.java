package imgurcaravan.soak;

import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Request;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A gallery that moves: each new set of posts comes to the top of its first page, and pushes the oldest off it.
 *
 * <p>Only the description of an image is kept; its bytes are generated on request. Thread-safe.
 */
final class MovingGallery implements AutoCloseable {

    private static final int SET = 40;
    private static final int SETS_LISTED = 3;
    /** How many images of an album the listing shows. */
    private static final int SHOWN = 3;

    private static final int SMALLEST = 5_000;
    private static final int LARGEST = 500_000;
    private static final List<String> MIMES =
            List.of("image/jpeg", "image/png", "image/gif", "video/mp4", "image/webp");

    /** @param album null for an image that is a post by itself */
    private record ListedPost(String album, List<ListedImage> images) {}

    private final StandInServer api;
    private final StandInServer cdn;
    private final StandInImgur imgur;
    private final Hostility hostility;
    private final SplittableRandom random;
    private final Map<String, ListedImage> images = new LinkedHashMap<>();
    private final Map<String, ListedPost> albums = new LinkedHashMap<>();
    private final Deque<List<ListedPost>> listed = new ArrayDeque<>();
    private int sets;

    /** Serves from these two, and closes them when it is closed. */
    MovingGallery(StandInServer api, StandInServer cdn, long seed) {
        this.api = api;
        this.cdn = cdn;
        hostility = new Hostility(seed);
        random = new SplittableRandom(seed);
        imgur = new StandInImgur(api, cdn);
        api.handle(this::respondAsApi);
        cdn.handle(this::respondWithImage);
    }

    String apiUrl() {
        return api.url();
    }

    Hostility hostility() {
        return hostility;
    }

    /** Lists about 40 images that are new. */
    synchronized void publish() {
        // What the servers recorded would be all that grows here.
        api.reset();
        cdn.reset();
        List<ListedPost> set = new ArrayList<>();
        for (int count = 0;
                count < SET;
                count += set.get(set.size() - 1).images().size()) {
            set.add(newPost());
        }
        sets++;
        listed.addFirst(set);
        if (listed.size() > SETS_LISTED) {
            listed.removeLast();
        }
        imgur.clearPosts();
        listed.forEach(posts -> posts.forEach(this::list));
    }

    private ListedPost newPost() {
        int size = postSize();
        List<ListedImage> its = new ArrayList<>();
        while (its.size() < size) {
            its.add(newImage());
        }
        if (size == 1 && random.nextBoolean()) {
            return new ListedPost(null, its);
        }
        ListedPost post = new ListedPost(String.format("a%06d", albums.size()), its);
        albums.put(post.album(), post);
        return post;
    }

    /** Half of the posts have one image, and half of the others more than the listing shows. */
    private int postSize() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(2, 4);
            case 1 -> random.nextInt(4, 10);
            default -> 1;
        };
    }

    private ListedImage newImage() {
        String id = String.format("i%06d", images.size());
        // As many between 5 and 50 kB as between 50 and 500 kB. A WebP file has an even size.
        double scale = Math.pow((double) LARGEST / SMALLEST, random.nextDouble());
        int size = (int) (SMALLEST * scale) / 2 * 2;
        String mime = MIMES.get(random.nextInt(MIMES.size()));
        ListedImage image = new ListedImage(id, mime, size, random.nextLong(), Fate.of(random.nextInt(100)));
        images.put(id, image);
        imgur.addReply(id, mime, size, Reply.text(500, "The gallery responds for its images itself"));
        return image;
    }

    private void list(ListedPost post) {
        List<String> ids = post.images().stream().map(ListedImage::id).toList();
        if (post.album() == null) {
            imgur.addPost(ids.get(0));
        } else {
            imgur.addAlbum(post.album(), "Caravan " + post.album(), ids, SHOWN);
        }
    }

    private Reply respondAsApi(Request request) {
        Reply worse = hostility.api(request);
        return worse != null ? worse : respondNormally(request);
    }

    private synchronized Reply respondNormally(Request request) {
        String[] path = request.path().split("/", -1);
        if (path.length == 5 && path[2].equals("album")) {
            ListedPost album = albums.get(path[3]);
            if (album != null) {
                album.images().forEach(ListedImage::show);
            }
        } else if (path.length > 2 && path[2].equals("gallery")) {
            for (List<ListedPost> posts : listed) {
                posts.forEach(post -> post.images().stream().limit(SHOWN).forEach(ListedImage::show));
            }
        }
        return imgur.respond(request);
    }

    private Reply respondWithImage(Request request) {
        ListedImage image = image(request.path().replaceAll("^/|\\..*$", ""));
        return image == null ? imgur.respond(request) : hostility.image(image);
    }

    synchronized ListedImage image(String id) {
        return images.get(id);
    }

    /** All images that were ever listed, in that order. */
    synchronized Collection<ListedImage> images() {
        return List.copyOf(images.values());
    }

    synchronized int sets() {
        return sets;
    }

    @Override
    public void close() {
        imgur.close();
    }
}
