package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import imgurcaravan.http.HostPolicy;
import imgurcaravan.http.HostRefusedException;
import imgurcaravan.image.ImageArchive;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Settings;
import imgurcaravan.run.SettingsException;
import imgurcaravan.state.PollHistory;
import imgurcaravan.state.StateFile;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.model.Model;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What our jar on the class path gives a Camel context, and what the context can replace. */
class OneDoorTest {

    private static final List<String> FILES =
            List.of("failures", "image-download", "imgur-offer", "imgur-poll", "queue/seda");

    @TempDir
    private Path folder;

    private Properties settings() {
        Properties settings = new Properties();
        settings.setProperty("imgur.client-id", "test-client-id");
        settings.setProperty("imgur.images.dir", folder.resolve("images").toString());
        settings.setProperty("imgur.images.min-free", "0");
        settings.setProperty("imgur.poll.period", "1d");
        // Nothing listens there: no test of this class makes a request.
        settings.setProperty("imgur.api.url", "http://127.0.0.1:9");
        settings.setProperty("imgur.hosts.private", "true");
        return settings;
    }

    private static void addOurRoutes(CamelContext context, String... more) throws Exception {
        for (String file : FILES) {
            load(context, location(file));
        }
        for (String location : more) {
            load(context, location);
        }
        context.getCamelContextExtension()
                .getContextPlugin(Model.class)
                .getRouteDefinition("imgur-poll")
                .autoStartup(false);
    }

    private static String location(String file) {
        return "classpath:imgur-caravan/routes/" + file + ".camel.yaml";
    }

    private static void load(CamelContext context, String location) throws Exception {
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(PluginHelper.getResourceLoader(context).resolveResource(location));
    }

    private static <T> T bean(CamelContext context, String name, Class<T> type) {
        return context.getRegistry().lookupByNameAndType(name, type);
    }

    @Test
    void aContextWithoutOurRoutesIsLeftAlone() throws Exception {
        // No client id is set: reading our settings would fail.
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:host").to("direct:elsewhere");
                    from("direct:elsewhere").setBody(constant("response"));
                }
            });
            context.start();

            assertThat(context.createProducerTemplate().requestBody("direct:host", "x"))
                    .isEqualTo("response");
            assertThat(context.getRegistry().findByType(IdempotentRepository.class))
                    .isEmpty();
            assertThat(context.getRegistry().findByType(RedeliveryPolicy.class)).isEmpty();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void ourRoutesFindTheirBeansInAPlainContext() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().setInitialProperties(settings());
            addOurRoutes(context);
            context.start();

            assertThat(context.getRouteController()
                            .getRouteStatus("image-worker")
                            .isStarted())
                    .isTrue();
            assertThat(bean(context, "imgur-archive", ImageArchive.class)).isNotNull();
        }
    }

    @Test
    void aRegistryThatTheHostBringsIsNoObstacle() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext(new DefaultRegistry())) {
            context.getPropertiesComponent().setInitialProperties(settings());
            addOurRoutes(context);
            context.start();

            assertThat(bean(context, "imgur-polls", Polls.class)).isNotNull();
        }
    }

    @Test
    void eachBeanIsMadeOnceInAContext() throws Exception {
        Set<Object> states = new HashSet<>();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().setInitialProperties(settings());
            addOurRoutes(context);
            context.start();
            for (int i = 0; i < 3; i++) {
                states.add(bean(context, "imgur-state", StateFile.class));
            }
        }
        assertThat(states).hasSize(1);
    }

    @Test
    void aPollThatIsCutShortIsInTheHistoryWhicheverBeanCameFirst() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().setInitialProperties(settings());
            context.init();
            assertThat(bean(context, "imgur-archive", ImageArchive.class)).isNotNull();
            addOurRoutes(context);
            context.start();
            bean(context, "imgur-polls", Polls.class).begin(new DefaultExchange(context));
        }
        StateFile state = new StateFile(folder.resolve("images/.caravan/archive.db"));
        state.open();
        try (state) {
            assertThat(new PollHistory(state).latest(10)).hasSize(1);
        }
    }

    @Test
    void twoContextsInOneJvmHaveTheirOwn() throws Exception {
        try (DefaultCamelContext one = new DefaultCamelContext();
                DefaultCamelContext two = new DefaultCamelContext()) {
            one.getPropertiesComponent().setInitialProperties(settings());
            Properties other = settings();
            other.setProperty("imgur.images.dir", folder.resolve("other").toString());
            two.getPropertiesComponent().setInitialProperties(other);
            addOurRoutes(one);
            addOurRoutes(two);
            one.start();
            two.start();

            assertThat(bean(one, "imgur-settings", Settings.class).images().dir())
                    .isNotEqualTo(
                            bean(two, "imgur-settings", Settings.class).images().dir());
            assertThat(bean(one, "imgur-state", StateFile.class))
                    .isNotSameAs(bean(two, "imgur-state", StateFile.class));
        }
    }

    @Test
    void theArchiveIsSwappedInJava() throws Exception {
        IdempotentRepository own = MemoryIdempotentRepository.memoryIdempotentRepository();
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().setInitialProperties(settings());
            context.getRegistry().bind("imgur-archive", own);
            addOurRoutes(context);
            context.start();

            assertThat(bean(context, "imgur-archive", IdempotentRepository.class))
                    .isSameAs(own);
        }
    }

    @Test
    void theHostPolicyIsSwappedByPropertiesOfCamelMain() throws Exception {
        Main main = new Main();
        Properties settings = settings();
        settings.forEach((key, value) -> main.addInitialProperty(key.toString(), value.toString()));
        Path file = Files.writeString(
                folder.resolve("application.properties"),
                "camel.beans.imgur-hosts=#class:" + NoHosts.class.getName() + "\n");
        main.setPropertyPlaceholderLocations("file:" + file);
        main.configure()
                .setRoutesIncludePattern(
                        FILES.stream().map(OneDoorTest::location).collect(Collectors.joining(",")));
        try {
            main.start();

            assertThat(bean(main.getCamelContext(), "imgur-hosts", HostPolicy.class))
                    .isInstanceOf(NoHosts.class);
        } finally {
            main.stop();
        }
    }

    @Test
    void aRetryPolicyIsSwappedInYaml() throws Exception {
        Path file = Files.writeString(folder.resolve("mine.camel.yaml"), """
                - beans:
                    - name: imgur-image-retries
                      type: org.apache.camel.processor.errorhandler.RedeliveryPolicy
                      properties:
                        redeliveryDelay: 3s
                """);
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().setInitialProperties(settings());
            addOurRoutes(context, "file:" + file);
            context.start();

            assertThat(bean(context, "imgur-image-retries", RedeliveryPolicy.class)
                            .getRedeliveryDelay())
                    .isEqualTo(3_000);
        }
    }

    @Test
    void aStateFileThatCannotBeUsedNamesItsSetting() throws Exception {
        Path file = folder.resolve("images/.caravan/archive.db");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "no database ".repeat(50));
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().setInitialProperties(settings());
            addOurRoutes(context);

            assertThatThrownBy(context::start)
                    .rootCause()
                    .isInstanceOf(SettingsException.class)
                    .hasMessageStartingWith("imgur.archive=" + file + " cannot be used: ")
                    .hasMessageContaining("not a database");
        }
    }

    @Test
    void aMissingRouteStopsTheStart() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().setInitialProperties(settings());
            for (String file : FILES.subList(0, 4)) {
                load(context, location(file));
            }

            assertThatThrownBy(context::start)
                    .isInstanceOf(SettingsException.class)
                    .hasMessageContaining("There is no route image-enqueue, image-worker");
        }
    }

    /** Allows nothing. */
    public static final class NoHosts implements HostPolicy {

        @Override
        public URI check(String url) throws HostRefusedException {
            throw new HostRefusedException("no host is allowed");
        }

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            throw new HostRefusedException("no host is allowed");
        }
    }
}
