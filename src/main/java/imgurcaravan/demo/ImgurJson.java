package imgurcaravan.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes posts and images as Imgur's API does: all its fields, in its order, with slashes and all non-ASCII characters
 * escaped.
 *
 * <p>The number of a post or an image determines the values that are not set, such as points, views and times, so that
 * the same gallery always gives the same text.
 */
public final class ImgurJson {

    private static final ObjectWriter WRITER = JsonMapper.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII, JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
            .build()
            .writer();

    /** Epoch seconds of post 0; each further post is an hour older. */
    private static final long FIRST_TIME = 1_790_000_000L;

    private static final List<String> SAFE = List.of("in_gallery", "sixth_mod_safe", "gallery");

    private ImgurJson() {}

    /**
     * An image as the API describes it.
     *
     * @param type its media type
     * @param link the URL of its file
     * @param size in bytes
     * @param number its place among all images, from 0
     */
    public record ImgurImage(String id, String type, String link, int width, int height, long size, int number) {

        boolean animated() {
            return type.equals("image/gif") || type.equals("video/mp4");
        }
    }

    /** An object of these names and values (name, value, name, value …), which may be added to. */
    public static Map<String, Object> object(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    /** The text of maps, lists, strings, numbers, booleans and nulls. */
    public static String write(Object value) {
        try {
            return WRITER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The text of a successful response. */
    public static String success(Object data) {
        return write(object("data", data, "success", true, "status", 200));
    }

    /**
     * A post that is one image, as nearly all were until 2018.
     *
     * @param number its place in the listing, from 0
     */
    public static Map<String, Object> imagePost(ImgurImage image, String title, int number) {
        Map<String, Object> post = image(image, title, number);
        post.putAll(standing(number));
        post.putAll(object("is_album", false, "edited", 0));
        return post;
    }

    /**
     * A post that is an album.
     *
     * @param number its place in the listing, from 0
     * @param cover null for an album without images
     * @param count how many images it has
     * @param preview those of its images that the listing shows; null leaves the field out
     */
    public static Map<String, Object> albumPost(
            String id, String title, int number, ImgurImage cover, int count, List<ImgurImage> preview) {
        String description = number % 5 == 4 ? "All of it,\nin order. Ask for the \"route\"." : null;
        Map<String, Object> post =
                object("id", id, "title", title, "description", description, "datetime", time(number));
        post.put("cover", cover == null ? null : cover.id());
        post.put("cover_width", cover == null ? null : cover.width());
        post.put("cover_height", cover == null ? null : cover.height());
        post.putAll(object("privacy", "hidden", "layout", "blog", "views", 104_512 + 977 * number));
        post.put("link", "https://imgur.com/a/" + id);
        post.putAll(standing(number));
        post.putAll(object("is_album", true, "images_count", count, "include_album_ads", false));
        if (preview != null) {
            post.put("images", albumImages(preview, number));
        }
        return post;
    }

    /** The images of an album, given the number of its post. */
    public static List<Map<String, Object>> albumImages(List<ImgurImage> images, int number) {
        return images.stream().map(image -> albumImage(image, number)).toList();
    }

    /** An image inside an album: it has the fields of a post, but few of them have values. */
    public static Map<String, Object> albumImage(ImgurImage image, int number) {
        Map<String, Object> json = image(image, null, number);
        json.putAll(object("vote", null, "nsfw", null, "section", null, "account_url", null, "account_id", null));
        json.putAll(object("in_most_viral", false, "edited", "0", "in_gallery", false));
        json.putAll(object("comment_count", null, "favorite_count", null));
        json.putAll(object("ups", null, "downs", null, "points", null, "score", null));
        return json;
    }

    /** The listing of a tag, which has its posts one level down. */
    public static Map<String, Object> tagPage(String tag, List<?> posts) {
        Map<String, Object> page = object("name", tag, "display_name", tag, "followers", 1_234);
        page.putAll(object("total_items", posts.size(), "items", posts));
        return page;
    }

    private static Map<String, Object> image(ImgurImage image, String title, int post) {
        long views = 70_931 + 1_303L * image.number();
        Map<String, Object> json = object("id", image.id(), "title", title, "description", null);
        json.putAll(object("datetime", time(post), "type", image.type(), "animated", image.animated()));
        json.putAll(object("width", image.width(), "height", image.height(), "size", image.size(), "views", views));
        json.putAll(object("bandwidth", image.size() * views, "favorite", false, "is_ad", false));
        json.putAll(object("tags", List.of(), "ad_type", 0, "ad_url", "", "has_sound", false, "link", image.link()));
        if (image.type().equals("video/mp4")) {
            String name = image.link().substring(0, image.link().lastIndexOf('.'));
            json.putAll(object("mp4_size", image.size(), "mp4", image.link(), "gifv", name + ".gifv"));
            json.putAll(object("hls", name + ".m3u8", "looping", true, "processing", object("status", "completed")));
        } else if (image.animated()) {
            // Its video was not made yet: there are such GIFs on Imgur, with a video size of 0.
            json.putAll(object("mp4_size", 0, "looping", true, "processing", object("status", "pending")));
        }
        return json;
    }

    /** The fields of all posts: who posted it, and its votes and views. */
    private static Map<String, Object> standing(int post) {
        boolean anonymous = post % 3 == 2;
        int ups = 2_044 + 31 * post;
        Map<String, Object> json = object("account_url", anonymous ? null : "caravaneer" + post);
        json.put("account_id", anonymous ? null : 48_151_623 + post);
        json.putAll(object("ups", ups, "downs", post, "points", ups - post, "score", ups - post + 94));
        json.putAll(object("vote", null, "favorite", false, "nsfw", false, "section", ""));
        json.putAll(object("comment_count", 212 - post % 200, "favorite_count", 377, "topic", null, "topic_id", null));
        json.putAll(object("in_gallery", true, "is_ad", false, "ad_type", 0, "ad_url", ""));
        json.putAll(object("in_most_viral", true, "tags", List.of(tag())));
        Map<String, Object> ads = object("safeFlags", SAFE, "highRiskFlags", List.of(), "showsAds", true);
        ads.putAll(object("safe_flags", SAFE, "high_risk_flags", List.of(), "shows_ads", true));
        ads.putAll(object("show_ad_level", 2, "nsfw_score", 0.0021));
        json.put("ad_config", ads);
        return json;
    }

    private static Map<String, Object> tag() {
        Map<String, Object> tag = object("name", "camels", "display_name", "camels", "followers", 1_234);
        tag.putAll(object("following", false, "background_hash", "9r1qCDq", "accent", null));
        return tag;
    }

    private static long time(int post) {
        return FIRST_TIME - 3_600L * post;
    }
}
