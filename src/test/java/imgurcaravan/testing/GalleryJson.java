package imgurcaravan.testing;

import java.util.List;
import java.util.Map;

/** The objects of Imgur's API, with the fields that real answers have, in their order. */
final class GalleryJson {

    /** Epoch seconds, the same for all, so that the same gallery gives the same text. */
    private static final long WHEN = 1_760_000_000L;

    private GalleryJson() {}

    /** What the API tells of an image. */
    record Picture(String id, String mime, long size) {

        String link(String base) {
            return base + "/" + id + "." + extension();
        }

        String extension() {
            return mime.equals("image/jpeg") ? "jpg" : mime.substring(mime.indexOf('/') + 1);
        }

        boolean animated() {
            return mime.equals("image/gif") || mime.equals("video/mp4");
        }
    }

    static String success(Object data) {
        return Json.write(Json.object("data", data, "success", true, "status", 200));
    }

    static String failure(int status, String error, String path, String method) {
        Object data = Json.object("error", error, "request", path, "method", method);
        return Json.write(Json.object("data", data, "success", false, "status", status));
    }

    /** An image inside an album: what it shares with a post, but hardly a value. */
    static Map<String, Object> albumImage(Picture picture, String base) {
        Map<String, Object> image = image(picture, base, null);
        image.putAll(Json.object("vote", null, "nsfw", null, "section", null, "account_url", null));
        image.putAll(Json.object("account_id", null, "in_most_viral", false, "edited", "0", "in_gallery", false));
        image.putAll(Json.object("comment_count", null, "favorite_count", null));
        image.putAll(Json.object("ups", null, "downs", null, "points", null, "score", null));
        return image;
    }

    /** A post that is one image, as nearly all were until 2018. */
    static Map<String, Object> imagePost(Picture picture, String base, String title) {
        Map<String, Object> post = image(picture, base, title);
        post.putAll(standing());
        post.putAll(Json.object("is_album", false, "edited", 0));
        return post;
    }

    /**
     * A post that is an album.
     *
     * @param shown the images in the listing; null leaves the field out
     * @param cover null for an album without images
     */
    static Map<String, Object> albumPost(String id, String title, Picture cover, int count, List<?> shown) {
        Map<String, Object> post = Json.object("id", id, "title", title, "description", null, "datetime", WHEN);
        post.putAll(Json.object("cover", cover == null ? null : cover.id(), "cover_width", cover == null ? null : 640));
        post.putAll(Json.object("cover_height", cover == null ? null : 480, "privacy", "hidden", "layout", "blog"));
        post.putAll(Json.object("views", 104_512, "link", "https://imgur.com/a/" + id));
        post.putAll(standing());
        post.putAll(Json.object("is_album", true, "images_count", count, "include_album_ads", false));
        if (shown != null) {
            post.put("images", shown);
        }
        return post;
    }

    /** A tag page has its posts one level down. */
    static Map<String, Object> tagPage(String tag, List<?> items) {
        return Json.object(
                "name", tag, "display_name", tag, "followers", 1_234, "total_items", items.size(), "items", items);
    }

    private static Map<String, Object> image(Picture picture, String base, String title) {
        Map<String, Object> image = Json.object("id", picture.id(), "title", title, "description", null);
        image.putAll(Json.object("datetime", WHEN, "type", picture.mime(), "animated", picture.animated()));
        image.putAll(Json.object("width", 640, "height", 480, "size", picture.size(), "views", 70_931));
        image.putAll(Json.object("bandwidth", picture.size() * 70_931, "favorite", false, "is_ad", false));
        image.putAll(Json.object("tags", List.of(), "ad_type", 0, "ad_url", "", "has_sound", false));
        image.put("link", picture.link(base));
        if (picture.animated()) {
            String name = base + "/" + picture.id();
            long size = picture.mime().equals("video/mp4") ? picture.size() : 0;
            image.putAll(Json.object("mp4_size", size, "mp4", name + ".mp4", "gifv", name + ".gifv"));
            image.putAll(Json.object("hls", name + ".m3u8", "looping", true));
            image.put("processing", Json.object("status", "completed"));
        }
        return image;
    }

    private static Map<String, Object> standing() {
        Map<String, Object> standing = Json.object("account_url", "caravaneer", "account_id", 48_151_623);
        standing.putAll(Json.object("ups", 2_044, "downs", 31, "points", 2_013, "score", 2_107));
        standing.putAll(Json.object("vote", null, "favorite", false, "nsfw", false, "section", ""));
        standing.putAll(Json.object("comment_count", 212, "favorite_count", 377, "topic", null, "topic_id", null));
        standing.putAll(Json.object("in_gallery", true, "is_ad", false, "ad_type", 0, "ad_url", ""));
        standing.putAll(Json.object("in_most_viral", true, "tags", List.of(tag())));
        List<String> safe = List.of("in_gallery", "sixth_mod_safe", "gallery");
        Map<String, Object> ads = Json.object("safeFlags", safe, "highRiskFlags", List.of(), "showsAds", true);
        ads.putAll(Json.object("safe_flags", safe, "high_risk_flags", List.of(), "shows_ads", true));
        ads.putAll(Json.object("show_ad_level", 2, "nsfw_score", 0.0021));
        standing.put("ad_config", ads);
        return standing;
    }

    private static Map<String, Object> tag() {
        return Json.object(
                "name",
                "camels",
                "display_name",
                "camels",
                "followers",
                1_234,
                "following",
                false,
                "background_hash",
                "9r1qCDq",
                "accent",
                null);
    }
}
