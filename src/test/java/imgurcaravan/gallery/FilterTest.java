package imgurcaravan.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import imgurcaravan.http.AllowedHosts;
import imgurcaravan.image.Image;
import imgurcaravan.run.Settings;
import imgurcaravan.run.SettingsTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the route imgur-filter can tell images by. */
class FilterTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void anImageCarriesWhatItsPostSaysUnlessItSaysSoItself() throws Exception {
        Image image = image("1920", "false", "\"camels\",\"deserts\"", "\"points\":null,\"views\":77");

        assertThat(image.width()).isEqualTo(1_920);
        assertThat(image.height()).isEqualTo(1_080);
        assertThat(image.points()).isEqualTo(1_234);
        assertThat(image.views()).isEqualTo(77);
        assertThat(image.tags()).containsExactly("camels", "deserts");
        assertThat(image.nsfw()).isFalse();
        assertThat(Image.fromJson(image.toJson())).isEqualTo(image);
    }

    @ParameterizedTest
    @CsvSource({
        "1920, false, '\"camels\"', true",
        "1919, false, '\"camels\"', false",
        "1920, true, '\"camels\"', false",
        "1920, false, '\"cats\"', false",
        "1920, false, '', true"
    })
    void theExampleOfTheRouteFileDoesWhatItSays(String width, String nsfw, String tags, boolean wanted)
            throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.start();
            Predicate example = context.resolveLanguage("simple").createPredicate(example());
            example.init(context);
            Exchange exchange = new DefaultExchange(context);
            exchange.getMessage().setBody(image(width, nsfw, tags, "\"views\":1"));

            assertThat(example.matches(exchange)).isEqualTo(wanted);
        }
    }

    private static String example() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("routes/imgur-poll.camel.yaml"));
        return lines.stream()
                .map(String::strip)
                .filter(line -> line.startsWith("# expression: "))
                .map(line -> line.substring("# expression: ".length()))
                .findFirst()
                .orElseThrow();
    }

    private static Image image(String width, String nsfw, String tags, String more) throws IOException {
        String names = tags.isEmpty() ? "" : "{\"name\":" + tags.replace(",", "},{\"name\":") + "}";
        JsonNode data = JSON.readTree("""
                [{"id":"post001","title":"Camels","is_album":true,"images_count":1,"points":1234,"views":99,
                  "nsfw":%s,"tags":[%s],
                  "images":[{"id":"image01","type":"image/jpeg","link":"https://i.imgur.com/image01.jpg",
                             "width":%s,"height":1080,"nsfw":null,%s}]}]
                """.formatted(nsfw, names, width, more));
        Settings settings = SettingsTest.settings();
        GalleryParser parser = new GalleryParser(
                settings.gallery(), new AllowedHosts(settings.hosts()), "poll", ignored -> assertThat(ignored)
                        .isNull());
        return parser.posts(data).get(0).images().get(0);
    }
}
