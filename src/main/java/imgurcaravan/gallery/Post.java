package imgurcaravan.gallery;

import imgurcaravan.image.Image;
import java.util.List;
import java.util.Objects;

/**
 * One post of the gallery, whether a bare image or an album.
 *
 * @param details its own details
 * @param images the usable images that the listing shows
 * @param count how many images the post has, 0 if the listing does not say
 * @param missing how many of them the listing does not show, usable or not; 1 if it does not say
 */
public record Post(PostDetails details, List<Image> images, int count, int missing) {

    public Post {
        images = List.copyOf(images);
    }

    /** Uses the id alone: Camel calls it at every step whose body is a post, and an album has many images. */
    @Override
    public int hashCode() {
        return Objects.hashCode(id());
    }

    /** Imgur's id of the post; null where it is unusable. */
    public String id() {
        return details.id();
    }

    /** The same post in another poll. */
    Post of(String pollId) {
        return new Post(details, images.stream().map(image -> image.of(pollId)).toList(), count, missing);
    }

    /** Whether the rest of the album has to be requested. */
    public boolean isIncomplete() {
        return missing > 0;
    }
}
