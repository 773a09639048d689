package imgurcaravan;

import imgurcaravan.http.FailureReasons;
import imgurcaravan.image.Image;
import imgurcaravan.run.Outcome;
import imgurcaravan.run.PollListener;
import imgurcaravan.run.PollSummary;
import imgurcaravan.testing.TestCertificate;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.awaitility.Awaitility;

/** The unchanged routes of the project, in a Camel context with the settings of a test. */
public final class Caravan implements AutoCloseable {

    static {
        System.setProperty(
                "javax.net.ssl.trustStore", TestCertificate.trustStore().toString());
        System.setProperty("javax.net.ssl.trustStorePassword", TestCertificate.password());
        System.setProperty("javax.net.ssl.trustStoreType", "PKCS12");
    }

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Properties settings = new Properties();
    private final List<PollSummary> polls = new CopyOnWriteArrayList<>();
    private final Path images;
    private Path queueFile;

    /** @param images the images directory */
    public Caravan(Path images) {
        this.images = images;
        with("imgur.client-id", "test-client-id");
        with("imgur.images.dir", images.toString());
        with("imgur.images.min-free", "0");
        with("imgur.hosts.allow", "localhost,127.0.0.1");
        with("imgur.hosts.private", "true");
        with("imgur.poll.enabled", "true");
        with("imgur.once", "true");
        with("imgur.download.attempts", "1");
        with("imgur.download.backoff", "10ms");
        with("imgur.http.backoff", "10ms");
        with("imgur.dead-letters", "none");
    }

    /** Overrides a setting. */
    public Caravan with(String key, String value) {
        settings.setProperty(key, value);
        return this;
    }

    /** Loads the queue from a file outside the project. */
    public Caravan withQueueFile(Path file) {
        queueFile = file;
        return this;
    }

    /** Starts all routes; the first poll begins at once. */
    public Caravan start() throws Exception {
        return start(true);
    }

    /** Starts all routes but the poll, for tests that send images themselves. */
    public Caravan startWithoutPoll() throws Exception {
        return start(false);
    }

    private Caravan start(boolean poll) throws Exception {
        context.getPropertiesComponent().setOverrideProperties(settings);
        context.getShutdownStrategy().setTimeout(8);
        context.getShutdownStrategy().setLogInflightExchangesOnTimeout(false);
        context.getRegistry().bind("polls-of-test", PollListener.class, (PollListener) polls::add);
        context.getRegistry().bind("imgur-poll-retries", quick());
        context.getRegistry().bind("imgur-disk-retries", quick());
        PluginHelper.getRoutesLoader(context).loadRoutes(resources());
        if (!poll) {
            context.getRouteDefinition("imgur-poll").autoStartup(false);
        }
        context.start();
        return this;
    }

    /** The waits of the project's own policies are too long for a test. */
    private static RedeliveryPolicy quick() {
        RedeliveryPolicy policy = new RedeliveryPolicy();
        policy.setRedeliveryDelay(10);
        policy.setAllowRedeliveryWhileStopping(false);
        policy.setLogExhausted(false);
        return policy;
    }

    private List<Resource> resources() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> routes = Files.list(Path.of("routes"))) {
            routes.filter(file -> file.toString().endsWith(".camel.yaml")).forEach(files::add);
        }
        String queue = settings.getProperty("imgur.queue", "seda");
        if (Boolean.parseBoolean(settings.getProperty("imgur.requeue"))) {
            files.add(Path.of("routes/requeue/state.camel.yaml"));
        }
        files.add(queueFile != null ? queueFile : Path.of("routes/queue", queue + ".camel.yaml"));
        return files.stream()
                .map(file -> PluginHelper.getResourceLoader(context).resolveResource("file:" + file))
                .toList();
    }

    public DefaultCamelContext context() {
        return context;
    }

    public <T> T bean(String name, Class<T> type) {
        return context.getRegistry().lookupByNameAndType(name, type);
    }

    /** Waits for the end of a poll, and returns the first that ended. */
    public PollSummary poll() {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !polls.isEmpty());
        return polls.get(0);
    }

    public List<PollSummary> polls() {
        return List.copyOf(polls);
    }

    /** Sends one image to the download, bypassing the queue. */
    public Download download(String id, String url) throws IOException {
        return send(new Image(id, url, "image/jpeg", 0, false, id, null, "test").toJson());
    }

    /** Sends a message to the download, bypassing the queue. */
    public Download send(String message) throws IOException {
        try (ProducerTemplate template = context.createProducerTemplate()) {
            Exchange exchange = template.request(
                    "direct:image-download", e -> e.getMessage().setBody(message));
            if (exchange.getException() != null) {
                throw new AssertionError("A download has to end, one way or the other", exchange.getException());
            }
            return new Download(
                    exchange.getProperty("imgurOutcome", Outcome.class),
                    exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
        }
    }

    /** The images in place, by file name, without the hidden folder, whose files come and go. */
    public List<String> files() throws IOException {
        List<String> names = new ArrayList<>();
        Files.walkFileTree(images, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return folder.endsWith(".caravan") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                names.add(images.relativize(file).toString());
                return FileVisitResult.CONTINUE;
            }
        });
        Collections.sort(names);
        return names;
    }

    /** The files in the hidden folder other than the lock of this process and the archive. */
    public List<String> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(images.resolve(".caravan"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".lock") && !name.startsWith("archive.db"))
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        context.close();
    }

    /**
     * How a download ended.
     *
     * @param outcome null if the message was refused before it had an image
     * @param failure null if there was none
     */
    public record Download(Outcome outcome, Throwable failure) {

        public String reason() {
            return failure == null ? "" : FailureReasons.of(failure);
        }
    }
}
