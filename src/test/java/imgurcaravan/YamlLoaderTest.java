package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlLoaderTest {

    private static final AtomicInteger MADE = new AtomicInteger();

    private static final String ROUTE = """
            - route:
                id: %s
                from:
                  uri: direct:%s
                  steps:
                    - bean:
                        ref: thing
            """;

    private final DefaultCamelContext context = new DefaultCamelContext();

    @TempDir
    private Path folder;

    /** A bean that tells how many there are. */
    public static final class Thing {

        public Thing() {
            MADE.incrementAndGet();
        }

        public String say() {
            return "said";
        }
    }

    @BeforeEach
    void install() {
        MADE.set(0);
        YamlLoader.install(context);
    }

    @AfterEach
    void close() throws IOException {
        context.close();
    }

    private static String beans(String... names) {
        StringBuilder text = new StringBuilder("- beans:\n");
        Stream.of(names)
                .forEach(name -> text.append("    - name: " + name + "\n      type: " + Thing.class.getName() + "\n"));
        return text.toString();
    }

    private static String route(String id) {
        return ROUTE.formatted(id, id);
    }

    private String write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
        return name;
    }

    private void load(String... files) throws Exception {
        List<Resource> resources = Stream.of(files)
                .map(name -> PluginHelper.getResourceLoader(context).resolveResource("file:" + folder.resolve(name)))
                .toList();
        PluginHelper.getRoutesLoader(context).loadRoutes(resources);
        context.start();
    }

    private String ask(String route) throws IOException {
        try (var template = context.createProducerTemplate()) {
            return template.requestBody("direct:" + route, null, String.class);
        }
    }

    @Test
    void aBeanIsMadeOnceWhereverItsFileStands() throws Exception {
        load(
                write("first.camel.yaml", route("first")),
                write("beans.camel.yaml", beans("thing")),
                write("both.camel.yaml", beans("other", "third") + route("last")),
                write("more.camel.yaml", beans("fourth")));

        assertThat(MADE).hasValue(4);
        assertThat(context.getRegistry().findByType(Thing.class)).hasSize(4);
        assertThat(ask("first")).isEqualTo("said");
        assertThat(ask("last")).isEqualTo("said");
    }

    @Test
    void aFileThatIsLoadedAgainHasItsBeansMadeAnew() throws Exception {
        String file = write("both.camel.yaml", beans("thing") + route("first"));
        load(file);
        Thing before = context.getRegistry().lookupByNameAndType("thing", Thing.class);

        context.getRouteController().stopRoute("first");
        context.removeRoute("first");
        load(file);

        assertThat(MADE).hasValue(2);
        assertThat(context.getRegistry().lookupByNameAndType("thing", Thing.class))
                .isNotSameAs(before);
        assertThat(ask("first")).isEqualTo("said");
    }

    @Test
    void whatIsWrongIsSaidWithTheNameOfItsFile() throws Exception {
        assertThatThrownBy(() -> load(write("bad.camel.yaml", "- beans:\n    - name: x\n      type: no.such.Type\n")))
                .hasMessageContaining("bad.camel.yaml")
                .hasStackTraceContaining("no.such.Type");
        assertThatThrownBy(() -> load(write("cut.camel.yaml", "- route: {id: a, from: {uri: 'direct")))
                .hasStackTraceContaining("cut.camel.yaml");
        assertThatThrownBy(() -> load(write("odd.camel.yaml", "- root:\n    id: a\n")))
                .hasStackTraceContaining("root");
        assertThatThrownBy(() -> load(write("empty.camel.yaml", " \n"))).hasMessageContaining("empty.camel.yaml");
        assertThatThrownBy(() -> load("gone.camel.yaml"))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining("gone.camel.yaml");
    }

    @Test
    void aFileThatWasMendedIsReadAnew() throws Exception {
        String file = write("both.camel.yaml", "- beans:\n    - name: thing\n      type: no.such.Type\n");
        assertThatThrownBy(() -> load(file)).hasMessageContaining(file);

        write(file, beans("thing") + route("first"));
        load(file);

        assertThat(MADE).hasValue(1);
        assertThat(ask("first")).isEqualTo("said");
    }

    @Test
    void aFileThatIsNoListIsLeftToCamel() throws Exception {
        load(write("map.camel.yaml", "route:\n  id: a\n"), write("both.camel.yaml", beans("thing") + route("first")));

        assertThat(context.getRoutes()).hasSize(1);
    }
}
