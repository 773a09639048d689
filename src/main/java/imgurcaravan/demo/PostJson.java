package imgurcaravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Writes posts and images as Imgur's API describes them, down to the fields that nobody needs. */
final class PostJson {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** Epoch seconds of the first post; the same in every run. */
    private static final long FIRST_TIME = 1_790_000_000L;

    private static final List<String> SAFE = List.of("in_gallery", "sixth_mod_safe", "gallery");

    private final String base;
    private final Pictures pictures;

    /** @param base of links, without a slash at its end */
    PostJson(String base, Pictures pictures) {
        this.base = base;
        this.pictures = pictures;
    }

    ObjectNode post(DemoPost post) throws InterruptedException {
        return post.album() ? albumPost(post) : imagePost(post);
    }

    /** A post that is one image, as nearly all were until 2018. */
    private ObjectNode imagePost(DemoPost post) throws InterruptedException {
        ObjectNode json = image(post.images().get(0), post.number(), post.title());
        addStanding(json, post.number());
        return json.put("is_album", false).put("edited", 0);
    }

    private ObjectNode albumPost(DemoPost post) throws InterruptedException {
        DemoImage cover = post.images().get(0);
        ObjectNode json = JSON.objectNode().put("id", post.id()).put("title", post.title());
        json.put("description", post.number() % 5 == 0 ? "All of it,\nin order. Ask for the \"route\"." : null);
        json.put("datetime", time(post.number())).put("cover", cover.id());
        json.put("cover_width", cover.width()).put("cover_height", cover.height());
        json.put("privacy", "hidden").put("layout", "blog").put("views", 104_512 + 977 * post.number());
        json.put("link", "https://imgur.com/a/" + post.id());
        addStanding(json, post.number());
        json.put("is_album", true).put("images_count", post.images().size()).put("include_album_ads", false);
        ArrayNode preview = json.putArray("images");
        for (DemoImage image : post.preview()) {
            preview.add(albumImage(image, post.number()));
        }
        return json;
    }

    ArrayNode albumImages(DemoPost post) throws InterruptedException {
        ArrayNode images = JSON.arrayNode();
        for (DemoImage image : post.images()) {
            images.add(albumImage(image, post.number()));
        }
        return images;
    }

    /** An image inside an album has the fields of a post, but hardly a value in them. */
    private ObjectNode albumImage(DemoImage image, int post) throws InterruptedException {
        ObjectNode json = image(image, post, null);
        for (String field : List.of("vote", "nsfw", "section", "account_url", "account_id", "comment_count")) {
            json.putNull(field);
        }
        for (String field : List.of("favorite_count", "ups", "downs", "points", "score")) {
            json.putNull(field);
        }
        return json.put("edited", "0").put("in_gallery", false).put("in_most_viral", false);
    }

    private ObjectNode image(DemoImage image, int post, String title) throws InterruptedException {
        int size = pictures.sizeSoFar(image.name());
        long views = 70_931 + 1_303L * image.number();
        ObjectNode json = JSON.objectNode().put("id", image.id()).put("title", title);
        json.putNull("description")
                .put("datetime", time(post))
                .put("type", image.format().type());
        json.put("animated", image.animated()).put("width", image.width()).put("height", image.height());
        json.put("size", size).put("views", views).put("bandwidth", 200_000 * views);
        json.put("favorite", false).put("is_ad", false).put("ad_type", 0).put("ad_url", "");
        json.set("tags", JSON.arrayNode());
        json.put("has_sound", false).put("link", base + "/" + image.name());
        if (image.animated()) {
            // No video was made of it yet: there are such GIFs on Imgur, with a size of 0 for it.
            json.put("mp4_size", 0).put("looping", true);
            json.putObject("processing").put("status", "pending");
        }
        return json;
    }

    private static void addStanding(ObjectNode json, int post) {
        boolean anonymous = post % 3 == 2;
        json.put("account_url", anonymous ? null : "caravaneer" + post);
        json.put("account_id", anonymous ? null : 48_151_623 + post);
        int ups = 2_044 + 31 * post;
        json.put("ups", ups).put("downs", post).put("points", ups - post).put("score", ups - post + 94);
        json.putNull("vote").put("favorite", false).put("nsfw", false).put("section", "");
        json.put("comment_count", 212 - post % 200).put("favorite_count", 377);
        json.putNull("topic").putNull("topic_id").put("in_gallery", true).put("in_most_viral", true);
        json.put("is_ad", false).put("ad_type", 0).put("ad_url", "");
        json.putArray("tags").add(tag());
        ObjectNode ads = json.putObject("ad_config");
        SAFE.forEach(ads.putArray("safeFlags")::add);
        SAFE.forEach(ads.putArray("safe_flags")::add);
        ads.put("showsAds", true).put("shows_ads", true).put("show_ad_level", 2).put("nsfw_score", 0.0021);
    }

    private static JsonNode tag() {
        return JSON.objectNode()
                .put("name", "camels")
                .put("display_name", "camels")
                .put("followers", 1_234)
                .put("following", false)
                .put("background_hash", "9r1qCDq")
                .putNull("accent");
    }

    private static long time(int post) {
        return FIRST_TIME - 3_600L * post;
    }
}
