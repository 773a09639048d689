package imgurcaravan.gallery;

import imgurcaravan.image.Image;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Caches what earlier polls of this process read, to save API requests: pages by their ETag, albums by their number of
 * images, and albums whose request was postponed.
 *
 * <p>Bounded: the oldest entries go first. Thread-safe.
 */
public final class GalleryCache {

    private static final int PAGES = 20;
    /** Images of all albums together; an image takes some 300 bytes. */
    private static final int IMAGES = 20_000;

    private static final int LARGEST_ALBUM = 1_000;
    private static final int MAX_POSTPONED = 10_000;

    private final Map<String, Page> pages = bounded(PAGES);
    private final Map<String, Album> albums = bounded(IMAGES);
    private final Map<String, Post> postponed = bounded(MAX_POSTPONED);

    /** Images in {@link #albums}. */
    private int held;

    /** A page as it was read. */
    record Page(String etag, List<Post> posts) {}

    /** All images of an album when it had this number of them. */
    private record Album(int count, List<Image> images) {}

    private static <V> Map<String, V> bounded(int most) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > most;
            }
        };
    }

    /** The page that was last read under a path, or null. */
    synchronized Page page(String path) {
        return pages.get(path);
    }

    synchronized void keepPage(String path, String etag, List<Post> posts) {
        if (etag == null) {
            pages.remove(path);
        } else {
            pages.put(path, new Page(etag, posts));
        }
    }

    /** Keeps all images of an album until its number of images changes. */
    synchronized void keepAlbum(Post album, List<Image> images) {
        Album before = albums.remove(album.id());
        held -= before == null ? 0 : before.images().size();
        if (images.size() > LARGEST_ALBUM) {
            return;
        }
        albums.put(album.id(), new Album(album.count(), List.copyOf(images)));
        held += images.size();
        Iterator<Album> eldest = albums.values().iterator();
        while (held > IMAGES) {
            held -= eldest.next().images().size();
            eldest.remove();
        }
    }

    /** Remembers an album that a later poll has to request, whether it is still listed or not. */
    synchronized void postpone(Post album) {
        postponed.put(album.id(), new Post(album.details(), List.of(), album.count(), album.missing()));
    }

    /** Forgets a postponed album, as its request has had a response. */
    synchronized void resume(Post album) {
        postponed.remove(album.id());
    }

    /** The postponed albums that are not among these posts, oldest first. They show no images of their own. */
    synchronized List<Post> postponedBesides(List<Post> listed) {
        Set<String> ids = listed.stream().map(Post::id).collect(Collectors.toSet());
        List<Post> others = new ArrayList<>();
        for (Post post : postponed.values()) {
            if (!ids.contains(post.id())) {
                others.add(post);
            }
        }
        return others;
    }

    /** The post itself, or the whole album if an earlier poll read it when it had the same number of images. */
    synchronized Post complete(Post post) {
        Album album = post.isIncomplete() ? albums.get(post.id()) : null;
        return album == null || album.count() == 0 || album.count() != post.count()
                ? post
                : new Post(post.details(), album.images(), post.count(), 0);
    }
}
