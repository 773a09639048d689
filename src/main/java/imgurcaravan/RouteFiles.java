package imgurcaravan;

import imgurcaravan.run.Settings;
import imgurcaravan.run.SettingsException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/** Finds settings and routes: those of the working directory, and the copies in the jar for what is not there. */
final class RouteFiles {

    static final String INCLUDE_PATTERN = "camel.main.routes-include-pattern";

    private static final String JAR = "classpath:imgur-caravan/";
    private static final String FILE = "file:";
    private static final String ENDING = ".camel.yaml";
    /** What the jar has for {@code routes/*.camel.yaml}: naming them spares every start a search through the jar. */
    static final List<String> IN_JAR = List.of("beans", "failures", "image-download", "imgur-poll");

    private static final List<String> REQUIRED =
            List.of("imgur-poll", "image-enqueue", "image-worker", "image-download");

    private final CamelContext context;
    private final Path directory;

    /** @param directory where {@code file:} patterns start: the working directory */
    RouteFiles(CamelContext context, Path directory) {
        this.context = context;
        this.directory = directory;
    }

    /** Where properties are looked up, the first place that has one wins. */
    static String propertyLocations(Optional<String> profile) {
        List<String> files = new ArrayList<>();
        profile.ifPresent(name -> files.add("application-" + name + ".properties"));
        files.add("application.properties");
        return files.stream()
                .flatMap(file -> List.of(FILE + file, JAR + file).stream())
                .map(location -> location + ";optional=true")
                .collect(Collectors.joining(","));
    }

    /**
     * The include pattern with each part that is not in the working directory taken from the jar.
     *
     * @throws SettingsException if there is no queue of the name that is set
     */
    String includePattern(Settings settings) throws IOException {
        String pattern = context.getPropertiesComponent()
                .resolveProperty(INCLUDE_PATTERN)
                .orElseThrow(() -> new SettingsException(INCLUDE_PATTERN + " is not set"));
        List<String> found = new ArrayList<>();
        for (String part : pattern.split(",", -1)) {
            found.add(locate(part.strip(), settings));
        }
        if (settings.requeue()) {
            found.add(locate(requeue(settings.requeueFromQueue() ? settings.queue() : "file"), settings));
        }
        return String.join(",", found);
    }

    /** Whether a queue has a way of its own to send its dead letters round again. */
    boolean hasRequeue(String queue) throws IOException {
        String path = requeue(queue).substring(FILE.length());
        return existsHere(path) || existsInJar(path);
    }

    private static String requeue(String name) {
        return FILE + "routes/requeue/" + name + ENDING;
    }

    private String locate(String part, Settings settings) throws IOException {
        if (!part.startsWith(FILE + "routes/")) {
            return part;
        }
        String path = part.substring(FILE.length());
        if (existsHere(path)) {
            return part;
        }
        if (path.equals("routes/queue/" + settings.queue() + ENDING) && !existsInJar(path)) {
            throw SettingsException.unusable(
                    "imgur.queue", settings.queue(), "there is no " + path + "; there are " + queues());
        }
        if (path.equals("routes/*" + ENDING)) {
            return IN_JAR.stream().map(name -> JAR + "routes/" + name + ENDING).collect(Collectors.joining(","));
        }
        return JAR + path;
    }

    private boolean existsHere(String path) throws IOException {
        Path file = directory.resolve(path);
        if (!path.contains("*")) {
            return Files.isRegularFile(file);
        }
        Path parent = file.getParent();
        return parent != null && !list(parent, file.getFileName().toString()).isEmpty();
    }

    private boolean existsInJar(String path) throws IOException {
        return !listJar(path).isEmpty();
    }

    private String queues() throws IOException {
        TreeSet<String> names = new TreeSet<>(list(directory.resolve("routes/queue"), "*" + ENDING));
        names.addAll(listJar("routes/queue/*" + ENDING));
        return names.stream()
                .map(name -> name.substring(0, name.length() - ENDING.length()))
                .collect(Collectors.joining(", "));
    }

    private static List<String> list(Path folder, String glob) throws IOException {
        List<String> names = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
                files.forEach(file -> names.add(file.getFileName().toString()));
            }
        }
        return names;
    }

    private List<String> listJar(String path) throws IOException {
        try {
            Collection<Resource> resources =
                    PluginHelper.getPackageScanResourceResolver(context).findResources(JAR + path);
            return resources.stream()
                    .filter(Resource::exists)
                    .map(resource -> resource.getLocation().replaceFirst(".*/", ""))
                    .toList();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("Cannot look into the jar for " + path, e);
        }
    }

    /**
     * Checks that the routes that belong together are there: Camel itself starts without them and does nothing.
     *
     * @param settings those of the routes, null where even they are missing
     * @throws SettingsException if one is missing
     */
    static void requireRoutes(CamelContext context, Settings settings) {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        Stream<String> more =
                settings != null && settings.requeue() ? Stream.of("imgur-requeue", "image-dead-letter") : Stream.of();
        List<String> missing = Stream.concat(REQUIRED.stream(), more)
                .filter(id -> model.getRouteDefinition(id) == null)
                .toList();
        if (settings == null || !missing.isEmpty()) {
            String what = missing.isEmpty() ? "bean imgur-settings" : "route " + String.join(", ", missing);
            throw new SettingsException("No " + what
                    + " in "
                    + context.getPropertiesComponent()
                            .resolveProperty(INCLUDE_PATTERN)
                            .orElse("?")
                    + " (a file whose root is no list is passed over)");
        }
    }
}
