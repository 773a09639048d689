package imgurcaravan.redisstreams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.camel.util.TimeUtils;
import org.junit.jupiter.api.Test;

/** The table in the documentation describes every option as the generated JSON does. */
class OptionsTableTest {

    private static final Path DOCUMENTATION = Path.of("src/main/docs/redis-streams.md");
    private static final String JSON = "/META-INF/imgurcaravan/redisstreams/redis-streams.json";

    /** These every component and endpoint has; Camel describes them. */
    private static final Set<String> OF_CAMEL = Set.of(
            "autowiredEnabled",
            "bridgeErrorHandler",
            "exceptionHandler",
            "exchangePattern",
            "healthCheckConsumerEnabled",
            "healthCheckProducerEnabled",
            "lazyStartProducer",
            "useGlobalSslContextParameters");

    @Test
    void tableIsThatOfTheAnnotations() throws IOException {
        JsonNode json = json();
        List<String> expected = new ArrayList<>();
        json.get("componentProperties").properties().forEach(option -> row(option, "component")
                .forEach(expected::add));
        json.get("properties").properties().forEach(option -> row(option, level(option.getValue()))
                .forEach(expected::add));

        List<String> rows;
        try (Stream<String> lines = Files.lines(DOCUMENTATION)) {
            rows = lines.filter(line -> line.startsWith("| `"))
                    .filter(line -> line.split("\\|", -1).length == 6)
                    .toList();
        }

        assertThat(rows)
                .as("the rows must be:%n%s", String.join("\n", expected))
                .containsExactlyElementsOf(expected);
    }

    @Test
    void documentationNamesWhatComesFromCamel() throws IOException {
        JsonNode json = json();
        Set<String> used = new TreeSet<>();
        json.get("componentProperties").fieldNames().forEachRemaining(used::add);
        json.get("properties").fieldNames().forEachRemaining(used::add);
        used.retainAll(OF_CAMEL);

        String documentation = Files.readString(DOCUMENTATION);

        assertThat(used).allSatisfy(name -> assertThat(documentation).contains("`" + name + "`"));
    }

    @Test
    void headersAreThoseOfTheAnnotations() throws IOException {
        String documentation = Files.readString(DOCUMENTATION);

        assertThat(json().get("headers").fieldNames()).toIterable().isNotEmpty().allSatisfy(name -> assertThat(
                        documentation)
                .contains("| `" + name + "` |"));
    }

    private static Stream<String> row(Map.Entry<String, JsonNode> option, String level) {
        if (OF_CAMEL.contains(option.getKey())) {
            return Stream.empty();
        }
        JsonNode about = option.getValue();
        String standard = about.path("defaultValue").asText();
        if (about.get("type").asText().equals("duration") && !standard.isEmpty()) {
            standard = duration(TimeUtils.toMilliSeconds(standard));
        }
        return Stream.of("| `%s` | %s | %s | %s |"
                .formatted(
                        option.getKey(),
                        level,
                        standard.isEmpty() ? "" : "`" + standard + "`",
                        about.get("description").asText().replace("|", "\\|")));
    }

    private static String duration(long millis) {
        Duration duration = Duration.ofMillis(millis);
        return millis == 0
                ? "0"
                : duration.equals(Duration.ofDays(duration.toDays()))
                        ? duration.toDays() + "d"
                        : duration.equals(Duration.ofSeconds(duration.toSeconds()))
                                ? duration.toSeconds() + "s"
                                : millis + "ms";
    }

    private static String level(JsonNode option) {
        if (option.get("kind").asText().equals("path")) {
            return "path";
        }
        String label = option.path("label").asText();
        return label.contains("consumer") ? "consumer" : label.contains("producer") ? "producer" : "both";
    }

    private static JsonNode json() throws IOException {
        try (InputStream in = OptionsTableTest.class.getResourceAsStream(JSON)) {
            assertThat(in).as(JSON).isNotNull();
            return new ObjectMapper().readTree(in);
        }
    }
}
