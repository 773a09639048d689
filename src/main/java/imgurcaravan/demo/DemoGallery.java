package imgurcaravan.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;

/**
 * What the stand-in Imgur has to show: the answers of its API and its image files, the same in every run.
 *
 * <p>Each public method answers one question of the routes in {@code routes/demo}. All content is on page 0.
 */
public final class DemoGallery {

    /** The last part of a listing's path is its page if it is a number. */
    private static final Pattern PAGE = Pattern.compile(".*/(\\d{1,9})/?");
    /** A tag's listing has its posts one level down. */
    private static final Pattern TAG = Pattern.compile("/3/gallery/t/([^/]+).*");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final byte[] removed = RemovedPicture.png();

    private String base;
    private int count;
    private List<DemoPost> posts;
    private Map<String, DemoPost> albums;
    private Map<String, DemoImage> images;
    private Pictures pictures;
    private PostJson json;

    /** Sets what links to images begin with, such as {@code http://127.0.0.1:8080}. */
    public void setBase(String base) {
        this.base = base;
    }

    /** Sets how many posts there are, from 1. */
    public void setPosts(int posts) {
        this.count = posts;
    }

    /** Lays out the gallery; nothing is painted before it is listed. */
    public void start() {
        posts = Catalogue.posts(count);
        albums = posts.stream().filter(DemoPost::album).collect(Collectors.toMap(DemoPost::id, Function.identity()));
        List<DemoImage> all =
                posts.stream().flatMap(post -> post.images().stream()).toList();
        images = all.stream().collect(Collectors.toMap(DemoImage::name, Function.identity()));
        pictures = new Pictures(all.stream().filter(image -> !image.deleted()).toList());
        json = new PostJson(base, pictures);
    }

    public void stop() {
        pictures.stop();
    }

    /** A page of a listing, whichever section, sort and window: all posts on page 0, none after it. */
    public byte[] listing(@Header(Exchange.HTTP_PATH) String path) throws InterruptedException {
        ArrayNode items = JSON.createArrayNode();
        Matcher page = PAGE.matcher(path);
        if (!page.matches() || Integer.parseInt(page.group(1)) == 0) {
            pictures.paintAhead();
            for (DemoPost post : posts) {
                items.add(json.post(post));
            }
        }
        Matcher tag = TAG.matcher(path);
        if (!tag.matches()) {
            return success(items);
        }
        ObjectNode data = JSON.createObjectNode().put("name", tag.group(1)).put("total_items", posts.size());
        return success(data.set("items", items));
    }

    public boolean hasAlbum(@Header("id") String id) {
        return albums.containsKey(id);
    }

    /** All images of an album that is there. */
    public byte[] album(@Header("id") String id) throws InterruptedException {
        return success(json.albumImages(albums.get(id)));
    }

    private static byte[] success(JsonNode data) {
        ObjectNode answer = JSON.createObjectNode();
        answer.set("data", data);
        return bytes(answer.put("success", true).put("status", 200));
    }

    /** An answer of the API that says what is wrong, in the most usual of its shapes. */
    public byte[] failure(
            @Header(Exchange.HTTP_RESPONSE_CODE) int status,
            @Header(Exchange.HTTP_PATH) String path,
            @Header(Exchange.HTTP_METHOD) String method,
            @Body String reason) {
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("data").put("error", reason).put("request", path).put("method", method);
        return bytes(answer.put("success", false).put("status", status));
    }

    private static byte[] bytes(JsonNode answer) {
        try {
            return JSON.writeValueAsBytes(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether an image is listed but there no more. */
    public boolean isDeleted(@Header("name") String name) {
        DemoImage image = images.get(name);
        return image != null && image.deleted();
    }

    public boolean hasPicture(@Header("name") String name) {
        return pictures.has(name) || name.equals(RemovedPicture.NAME);
    }

    /** The file of an image that is there, or of the placeholder for those that are not. */
    public byte[] picture(@Header("name") String name) throws InterruptedException {
        return pictures.has(name) ? pictures.get(name) : removed.clone();
    }

    /** The media type of an image that is there. */
    public String type(@Header("name") String name) {
        DemoImage image = images.get(name);
        return image == null ? DemoImage.Format.PNG.type() : image.format().type();
    }

    /** The entity tag of a file: the MD5 of its bytes, as Imgur's image host sends it. */
    public String tag(@Body byte[] file) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(file);
            return '"' + HexFormat.of().formatHex(digest) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
