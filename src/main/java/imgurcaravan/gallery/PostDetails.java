package imgurcaravan.gallery;

import imgurcaravan.image.Image;
import java.util.List;

/**
 * The details of a post, which also apply to those of its images that have none of their own.
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
