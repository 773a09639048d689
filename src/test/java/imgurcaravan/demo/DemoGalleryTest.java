package imgurcaravan.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DemoGalleryTest {

    private static final String BASE = "http://127.0.0.1:8080";
    private static final String FIRST_PAGE = "/3/gallery/hot/viral/0";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> SIGNATURES =
            Map.of("image/jpeg", "ffd8ff", "image/png", "89504e47", "image/gif", "47494638");

    private final List<DemoGallery> galleries = new ArrayList<>();

    /** A gallery that was listed goes on painting. */
    @AfterEach
    void stopPainting() {
        galleries.forEach(DemoGallery::stop);
    }

    private DemoGallery gallery(int posts) {
        DemoGallery gallery = new DemoGallery();
        galleries.add(gallery);
        gallery.setBase(BASE);
        gallery.setPosts(posts);
        gallery.start();
        return gallery;
    }

    private static JsonNode data(byte[] answer) throws IOException {
        JsonNode json = JSON.readTree(answer);
        assertThat(json.path("success").booleanValue()).isTrue();
        assertThat(json.path("status").intValue()).isEqualTo(200);
        return json.path("data");
    }

    /** All images that a client comes to know of, the rest of long albums included. */
    private static List<JsonNode> images(DemoGallery gallery) throws Exception {
        List<JsonNode> images = new ArrayList<>();
        for (JsonNode post : data(gallery.listing(FIRST_PAGE))) {
            if (post.path("is_album").booleanValue()) {
                data(gallery.album(post.path("id").textValue())).forEach(images::add);
            } else {
                images.add(post);
            }
        }
        return images;
    }

    private static String name(JsonNode image) {
        String link = image.path("link").textValue();
        assertThat(link).startsWith(BASE + "/");
        return link.substring(BASE.length() + 1);
    }

    @Test
    void listsBothKindsOfPosts() throws Exception {
        JsonNode posts = data(gallery(24).listing(FIRST_PAGE));

        assertThat(posts).hasSize(24);
        for (JsonNode post : posts) {
            assertThat(post.path("id").textValue()).matches("[A-Za-z0-9]{7}");
            assertThat(post.path("title").textValue()).isNotBlank();
            if (post.path("is_album").booleanValue()) {
                assertThat(post.has("type")).isFalse();
                assertThat(post.path("link").textValue())
                        .isEqualTo("https://imgur.com/a/" + post.path("id").textValue());
                assertThat(post.path("images").size())
                        .isEqualTo(Math.min(3, post.path("images_count").intValue()));
            } else {
                assertThat(post.path("type").textValue()).startsWith("image/");
                assertThat(name(post)).startsWith(post.path("id").textValue() + ".");
            }
        }
        assertThat(posts).anyMatch(post -> !post.path("is_album").booleanValue());
        assertThat(posts).anyMatch(post -> post.path("images_count").intValue() == 1);
        assertThat(posts)
                .anyMatch(post -> post.path("title").textValue().codePoints().anyMatch(c -> c > 0xffff));
    }

    @Test
    void keepsPartOfLongAlbumsOutOfTheListing() throws Exception {
        DemoGallery gallery = gallery(24);
        List<JsonNode> cutShort = new ArrayList<>();
        for (JsonNode post : data(gallery.listing(FIRST_PAGE))) {
            if (post.path("images_count").intValue() > post.path("images").size()) {
                cutShort.add(post);
            }
        }

        assertThat(cutShort).isNotEmpty();
        for (JsonNode post : cutShort) {
            String id = post.path("id").textValue();
            assertThat(gallery.hasAlbum(id)).isTrue();
            JsonNode whole = data(gallery.album(id));
            assertThat(whole).hasSize(post.path("images_count").intValue()).hasSizeBetween(5, 9);
            assertThat(whole)
                    .startsWith(post.path("images").get(0), post.path("images").get(1));
        }
        assertThat(gallery.hasAlbum("nowhere")).isFalse();
    }

    @Test
    void servesEveryListedImageAsItsTypeButOne() throws Exception {
        DemoGallery gallery = gallery(8);
        List<String> deleted = new ArrayList<>();
        for (JsonNode image : images(gallery)) {
            String name = name(image);
            if (gallery.isDeleted(name)) {
                deleted.add(name);
                assertThat(gallery.hasPicture(name)).isFalse();
                continue;
            }
            String type = image.path("type").textValue();
            assertThat(gallery.hasPicture(name)).isTrue();
            assertThat(gallery.type(name)).isEqualTo(type);
            assertThat(HexFormat.of().formatHex(gallery.picture(name))).startsWith(SIGNATURES.get(type));
        }

        assertThat(deleted).hasSize(1);
        assertThat(gallery.hasPicture("nothing.jpg")).isFalse();
    }

    @Test
    void paintsAPictureOnceAndThenKnowsItsSize() throws Exception {
        DemoGallery gallery = gallery(1 + 6);
        JsonNode post = data(gallery.listing(FIRST_PAGE)).get(0);
        assertThat(post.path("size").intValue()).isZero();

        byte[] picture = gallery.picture(name(post));

        assertThat(gallery.picture(name(post))).isSameAs(picture);
        assertThat(data(gallery.listing(FIRST_PAGE)).get(0).path("size").intValue())
                .isEqualTo(picture.length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 24, 500})
    void hasOneDeletedImageAndNoIdTwice(int posts) throws Exception {
        DemoGallery gallery = gallery(posts);

        List<JsonNode> images = images(gallery);

        assertThat(images).filteredOn(image -> gallery.isDeleted(name(image))).hasSize(1);
        assertThat(images).extracting(image -> image.path("id").textValue()).doesNotHaveDuplicates();
        assertThat(data(gallery.listing(FIRST_PAGE)))
                .extracting(post -> post.path("id").textValue())
                .hasSize(posts)
                .doesNotHaveDuplicates();
    }

    @Test
    void isTheSameInEveryRunAndInALargerGallery() throws Exception {
        byte[] listing = gallery(24).listing(FIRST_PAGE);

        assertThat(gallery(24).listing(FIRST_PAGE)).isEqualTo(listing);
        List<JsonNode> more = new ArrayList<>();
        data(gallery(100).listing(FIRST_PAGE)).forEach(more::add);
        assertThat(data(listing)).containsExactlyElementsOf(more.subList(0, 24));
    }

    @Test
    void changesFromOnePictureToTheNext() throws Exception {
        DemoGallery gallery = gallery(2);
        List<String> tags = new ArrayList<>();
        for (JsonNode image : images(gallery).subList(1, 4)) {
            tags.add(gallery.tag(gallery.picture(name(image))));
        }

        assertThat(tags).doesNotHaveDuplicates().allMatch(tag -> tag.matches("\"[0-9a-f]{32}\""));
    }

    @ParameterizedTest
    @CsvSource({
        "/3/gallery/hot/, 24",
        "/3/gallery/top/time/week/0, 24",
        "/3/gallery/hot/viral/1, 0",
        "/3/gallery/top/time/all/17, 0"
    })
    void putsAllPostsOnPageZero(String path, int posts) throws Exception {
        assertThat(data(gallery(24).listing(path))).hasSize(posts);
    }

    @Test
    void putsThePostsOfATagOneLevelDown() throws Exception {
        assertThat(data(gallery(3).listing("/3/gallery/t/camels/viral/0")).path("items"))
                .hasSize(3);
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        byte[] answer = gallery(1).failure(403, "/3/gallery/\"hot\"", "GET", "Invalid client_id");

        assertThat(JSON.readTree(answer))
                .isEqualTo(JSON.readTree(
                        "{'data':{'error':'Invalid client_id','request':'/3/gallery/\\\"hot\\\"','method':'GET'},"
                                        .replace('\'', '"')
                                + "\"success\":false,\"status\":403}"));
    }

    @Test
    void servesThePlaceholder() throws Exception {
        DemoGallery gallery = gallery(1);

        assertThat(gallery.hasPicture("removed.png")).isTrue();
        assertThat(gallery.type("removed.png")).isEqualTo("image/png");
        assertThat(HexFormat.of().formatHex(gallery.picture("removed.png"))).startsWith(SIGNATURES.get("image/png"));
    }

    @Test
    void mixesFormatsInAFullGallery() {
        assertThat(Catalogue.posts(24).stream().flatMap(post -> post.images().stream()))
                .hasSize(52)
                .extracting(DemoImage::format)
                .contains(DemoImage.Format.values());
    }

    @Test
    void countsCredits() {
        DemoCredits credits = new DemoCredits();

        int first = credits.spend();
        IntStream.range(0, 13_000).forEach(request -> credits.spend());

        assertThat(first).isEqualTo(499);
        assertThat(credits.left()).isZero();
        assertThat(credits.reset() % 3_600).isZero();
    }
}
