package imgurcaravan.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import imgurcaravan.run.SettingsException;
import imgurcaravan.run.SettingsTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every route file is checked against Camel's own YAML schema, and against rules of our own. */
class RouteFilesTest {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final JsonSchema SCHEMA = schema();

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            return files.filter(file -> file.toString().endsWith(".camel.yaml"))
                    .sorted()
                    .toList();
        }
    }

    private static JsonNode read(Path file) throws IOException {
        return YAML.readTree(file.toFile());
    }

    private static JsonSchema schema() {
        try (InputStream in = RouteFilesTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void isValidByCamelsSchema(Path file) throws IOException {
        assertThat(SCHEMA.validate(read(file))).isEmpty();
    }

    @Test
    void theSchemaRefusesWhatIsWrong() throws IOException {
        JsonNode wrong = read(Path.of("routes/queue/seda.camel.yaml"));
        ((ObjectNode) wrong.get(0).get("route")).put("nosuch", 1);

        assertThat(SCHEMA.validate(wrong)).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void isCanonical(Path file) throws IOException {
        List<String> faults = new ArrayList<>();
        for (JsonNode item : read(file)) {
            if (item.has("route")) {
                JsonNode route = item.get("route");
                assertThat(route.path("id").asText()).as("id").matches("(imgur|image)-[a-z-]+");
                assertThat(route.path("description").asText())
                        .as("description of " + route.get("id"))
                        .matches("[A-Z].* .*\\.");
            } else {
                assertThat(item.properties()).extracting(Map.Entry::getKey).isSubsetOf("beans", "routeConfiguration");
            }
            collectFaults(item, "", faults);
        }
        assertThat(faults).isEmpty();
    }

    /** Options belong under parameters, not in a query string; expressions are objects; every step has an id. */
    private static void collectFaults(JsonNode node, String path, List<String> faults) {
        node.properties().forEach(field -> {
            String here = path + "/" + field.getKey();
            JsonNode value = field.getValue();
            if (field.getKey().equals("uri") && value.asText().contains("?")) {
                faults.add(here + ": query string in " + value);
            }
            if (Set.of("simple", "constant", "method").contains(field.getKey())
                    && value.isTextual()
                    && !path.endsWith("/bean")
                    && !path.endsWith("/method")) {
                faults.add(here + ": expression is no object");
            }
            if (Set.of("to", "bean", "split", "filter", "loop", "choice", "doTry", "log")
                            .contains(field.getKey())
                    && !path.contains("/onException")
                    && !value.has("id")) {
                faults.add(here + ": step has no id");
            }
            collectFaults(value, here, faults);
        });
        if (node.isArray()) {
            node.forEach(item -> collectFaults(item, path, faults));
        }
    }

    @Test
    void idsAreUsedOnce() throws IOException {
        for (String queue : List.of("direct", "seda", "redis")) {
            List<String> ids = new ArrayList<>();
            for (Path file : files()) {
                boolean otherQueue = file.startsWith("routes/queue") && !file.endsWith(queue + ".camel.yaml");
                boolean otherRequeue = file.startsWith("routes/requeue")
                        && !file.endsWith((queue.equals("redis") ? queue : "state") + ".camel.yaml");
                if (!otherQueue && !otherRequeue) {
                    ids.addAll(read(file).findValuesAsText("id"));
                }
            }
            Set<String> once = new TreeSet<>(ids);
            assertThat(ids).hasSameSizeAs(once).containsAll(once);
        }
    }

    @Test
    void aQueueIsTwoRoutesAndMaySayWhatItLost() throws IOException {
        for (Path file : files()) {
            if (file.startsWith("routes/queue")) {
                assertThat(read(file))
                        .extracting(item -> item.path("route").path("id").asText())
                        .filteredOn(id -> !id.equals("image-missing") || !file.endsWith("redis.camel.yaml"))
                        .containsExactly("image-enqueue", "image-worker");
            }
        }
    }

    @Test
    void theSedaConcurrencyIsInPlainSight() throws IOException {
        assertThat(Files.readString(Path.of("routes/queue/seda.camel.yaml")))
                .contains("concurrentConsumers: \"{{imgur.download.concurrency:8}}\"");
    }

    @Test
    void producerAndConsumerOfSedaNameTheSameSize() throws IOException {
        assertThat(read(Path.of("routes/queue/seda.camel.yaml")).findValuesAsText("size"))
                .hasSize(2)
                .containsOnly("1000");
    }

    @Test
    void everySettingHasOneDefault() throws IOException {
        Map<String, String> defaults = SettingsTest.defaults();
        Map<String, String> declared = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("application.properties"))) {
            assertThat(line).as("every setting is commented out").matches("(#.*)?");
            if (line.matches("#imgur\\.[a-z.-]+=.*")) {
                declared.put(line.substring(1, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
        }
        Map<String, String> used = new TreeMap<>();
        for (Path file : files()) {
            Matcher placeholder =
                    Pattern.compile("\\{\\{([a-z.-]+)(?::([^}]*))?}}").matcher(Files.readString(file));
            while (placeholder.find()) {
                if (!placeholder.group(1).startsWith("imgur.demo.")) {
                    used.put(placeholder.group(1), String.valueOf(placeholder.group(2)));
                }
            }
        }

        declared.values().removeIf(String::isEmpty);
        assertThat(declared).containsExactlyInAnyOrderEntriesOf(new TreeMap<>(defaults));
        assertThat(defaults).containsAllEntriesOf(used);
    }

    @Test
    void eachFileThatIsNotInTheFolderComesFromTheJar(@TempDir Path folder) throws Exception {
        Path own = Files.createDirectories(folder.resolve("routes"));
        Files.writeString(own.resolve("failures.camel.yaml"), "[]");
        Files.writeString(own.resolve("mine.camel.yaml"), "[]");

        try (DefaultCamelContext context = new DefaultCamelContext()) {
            RouteFiles files = new RouteFiles(context, folder);
            String pattern = files.includePattern(SettingsTest.settings());

            assertThat(pattern.split(","))
                    .containsExactly(
                            "file:routes/failures.camel.yaml",
                            "classpath:imgur-caravan/routes/image-download.camel.yaml",
                            "classpath:imgur-caravan/routes/imgur-offer.camel.yaml",
                            "classpath:imgur-caravan/routes/imgur-poll.camel.yaml",
                            "file:routes/mine.camel.yaml",
                            "classpath:imgur-caravan/routes/queue/seda.camel.yaml");
            assertThat(files.summary())
                    .isEqualTo("failures, mine from " + own
                            + ", image-download, imgur-offer, imgur-poll, queue/seda from the jar");
        }
    }

    @Test
    void aQueueThatIsNowhereIsToldWithThoseThatThereAre(@TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("routes/queue"));
        Files.writeString(folder.resolve("routes/queue/kafka.camel.yaml"), "[]");

        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().addOverrideProperty("imgur.queue", "nosuch");
            RouteFiles files = new RouteFiles(context, folder);
            assertThatThrownBy(() -> files.includePattern(SettingsTest.settings("imgur.queue", "nosuch")))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining(
                            "there is no routes/queue/nosuch.camel.yaml; there are direct, kafka, redis, seda");
        }
    }
}
