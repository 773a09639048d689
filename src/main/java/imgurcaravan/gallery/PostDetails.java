package imgurcaravan.gallery;

import imgurcaravan.image.Image;
import java.util.List;

/**
 * What a post says of itself, and so of its images where they do not say it themselves.
 *
 * @param id Imgur's id of the post; null where it is unusable
 * @param title as Imgur shows it, or null
 * @param points upvotes less downvotes
 * @param tags names of its tags
 * @param nsfw whether it is marked as not safe for work
 */
record PostDetails(String id, String title, long points, long views, List<String> tags, boolean nsfw) {

    PostDetails {
        title = Image.cutTitle(title);
        tags = List.copyOf(tags);
    }
}
