package imgurcaravan.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    private static DemoGallery gallery(int posts) {
        return new DemoGallery(BASE, posts);
    }

    private static JsonNode data(String response) throws IOException {
        JsonNode json = JSON.readTree(response);
        assertThat(json.path("success").booleanValue()).isTrue();
        assertThat(json.path("status").intValue()).isEqualTo(200);
        return json.path("data");
    }

    /** All images that a client can find, including the rest of long albums. */
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
            JsonNode whole = data(gallery.album(id));
            assertThat(whole).hasSize(post.path("images_count").intValue()).hasSizeBetween(5, 9);
            assertThat(whole)
                    .startsWith(post.path("images").get(0), post.path("images").get(1));
        }
        assertThat(gallery.album("nowhere")).isNull();
    }

    @Test
    void servesEveryListedImageButOneAsListed() throws Exception {
        DemoGallery gallery = gallery(24);
        List<String> deleted = new ArrayList<>();
        Set<String> tags = new HashSet<>();
        List<JsonNode> images = images(gallery);
        for (JsonNode image : images) {
            DemoFile file = gallery.file(name(image));
            if (file.isDeleted()) {
                deleted.add(name(image));
                continue;
            }
            assertThat(file.getType()).isEqualTo(image.path("type").textValue());
            assertThat(file.getBytes()).hasSize(image.path("size").intValue());
            assertThat(HexFormat.of().formatHex(file.getBytes())).startsWith(SIGNATURES.get(file.getType()));
            assertThat(file.getTag()).matches("\"[0-9a-f]{32}\"");
            tags.add(file.getTag());
        }

        assertThat(images).hasSize(52);
        assertThat(deleted).hasSize(1);
        assertThat(tags).as("each image has bytes of its own").hasSize(51);
        assertThat(gallery.file("nothing.jpg")).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 24, 500})
    void hasOneDeletedImageAndNoIdTwice(int posts) throws Exception {
        DemoGallery gallery = gallery(posts);

        List<JsonNode> images = images(gallery);

        assertThat(images)
                .filteredOn(image -> gallery.file(name(image)).isDeleted())
                .hasSize(1);
        assertThat(images).extracting(image -> image.path("id").textValue()).doesNotHaveDuplicates();
        assertThat(data(gallery.listing(FIRST_PAGE)))
                .extracting(post -> post.path("id").textValue())
                .hasSize(posts)
                .doesNotHaveDuplicates();
    }

    @Test
    void isTheSameInEveryRunAndInALargerGallery() throws Exception {
        String listing = gallery(24).listing(FIRST_PAGE);

        assertThat(gallery(24).listing(FIRST_PAGE)).isEqualTo(listing);
        List<JsonNode> more = new ArrayList<>();
        data(gallery(100).listing(FIRST_PAGE)).forEach(more::add);
        assertThat(data(listing)).containsExactlyElementsOf(more.subList(0, 24));
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
    void servesThePlaceholder() {
        DemoFile placeholder = gallery(1).file("removed.png");

        assertThat(placeholder.getType()).isEqualTo("image/png");
        assertThat(HexFormat.of().formatHex(placeholder.getBytes())).startsWith(SIGNATURES.get("image/png"));
    }

    @Test
    void mixesFormatsInAFullGallery() {
        assertThat(Catalogue.posts(24).stream().flatMap(post -> post.images().stream()))
                .hasSize(52)
                .extracting(DemoImage::format)
                .contains(DemoImage.Format.values());
    }
}
