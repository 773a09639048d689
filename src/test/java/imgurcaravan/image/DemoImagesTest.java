package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import imgurcaravan.demo.DemoFile;
import imgurcaravan.demo.DemoGallery;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The images of the demo pass the check that every download has to pass. */
class DemoImagesTest {

    @Test
    void areWhole() throws Exception {
        DemoGallery gallery = new DemoGallery("http://127.0.0.1:1", 24);
        Set<ImageType> types = new TreeSet<>();
        for (JsonNode post : new ObjectMapper()
                .readTree(gallery.listing("/3/gallery/hot/viral/0"))
                .path("data")) {
            for (JsonNode image : post.path("is_album").asBoolean() ? post.path("images") : Set.of(post)) {
                String name = image.path("link").asText().replaceFirst(".*/", "");
                DemoFile file = gallery.file(name);
                if (!file.isDeleted()) {
                    types.add(check(name, file));
                }
            }
        }

        assertThat(types).containsExactlyInAnyOrder(ImageType.JPEG, ImageType.PNG, ImageType.GIF);
    }

    private static ImageType check(String name, DemoFile file) {
        ByteArrayInputStream body = new ByteArrayInputStream(file.getBytes());
        ImageType type =
                ImageType.of(Arrays.copyOf(file.getBytes(), ImageType.HEAD)).orElseThrow();
        assertThatCode(() -> CompletenessCheck.check(type, new BodyBytes(body::read, new byte[64], 0)))
                .as(name)
                .doesNotThrowAnyException();
        assertThat(body.available()).as("bytes after the end of " + name).isLessThan(64);
        return type;
    }
}
