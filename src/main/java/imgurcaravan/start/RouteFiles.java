package imgurcaravan.start;

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
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/** Finds settings and routes: files of the working directory first, and the copies in the jar for missing ones. */
public final class RouteFiles {

    /** Camel's property that says which routes to load. */
    public static final String INCLUDE_PATTERN = "camel.main.routes-include-pattern";

    private static final String DEFAULT_PATTERN =
            "file:routes/*.camel.yaml,file:routes/queue/{{imgur.queue:seda}}.camel.yaml";
    private static final String JAR = "classpath:imgur-caravan/";
    private static final String FILE = "file:";
    private static final String ENDING = ".camel.yaml";

    private final CamelContext context;
    private final Path directory;
    private final List<String> own = new ArrayList<>();
    private final List<String> ofJar = new ArrayList<>();

    /** @param directory where {@code file:} patterns start: the working directory */
    public RouteFiles(CamelContext context, Path directory) {
        this.context = context;
        this.directory = directory;
    }

    /** Where properties are looked up; the first location that has a property wins. */
    public static String propertyLocations(Optional<String> profile) {
        List<String> files = new ArrayList<>();
        profile.ifPresent(name -> files.add("application-" + name + ".properties"));
        files.add("application.properties");
        return files.stream()
                .flatMap(file -> Stream.of(FILE + file, JAR + file))
                .map(location -> location + ";optional=true")
                .collect(Collectors.joining(","));
    }

    /**
     * The include pattern, with one part for each file.
     *
     * @throws SettingsException if there is no queue of the configured name
     */
    public String includePattern(Settings settings) throws IOException {
        String pattern = context.resolvePropertyPlaceholders(context.getPropertiesComponent()
                .resolveProperty(INCLUDE_PATTERN)
                .orElse(DEFAULT_PATTERN));
        List<String> found = new ArrayList<>();
        for (String part : pattern.split(",", -1)) {
            found.addAll(locate(part.strip(), settings.queue()));
        }
        if (settings.requeue().enabled()) {
            found.add(deadLetterPattern(settings));
        }
        return String.join(",", found);
    }

    /** The pattern for the routes that list and requeue dead letters, depending on where the settings keep them. */
    public String deadLetterPattern(Settings settings) throws IOException {
        String name = settings.requeue().fromQueue() ? settings.queue() : "state";
        return String.join(",", locate(deadLetters(name), settings.queue()));
    }

    /** Whether a queue keeps its dead letters itself, and has routes to list and requeue them. */
    public boolean keepsDeadLetters(String queue) throws IOException {
        String path = deadLetters(queue).substring(FILE.length());
        return Files.isRegularFile(directory.resolve(path)) || !listJar(path).isEmpty();
    }

    private static String deadLetters(String name) {
        return FILE + "routes/requeue/" + name + ENDING;
    }

    /** Describes which files come from where; to be called after {@link #includePattern}. */
    public String summary() {
        if (own.isEmpty()) {
            return "routes from the jar";
        }
        String rest = ofJar.isEmpty() ? "" : ", " + String.join(", ", ofJar) + " from the jar";
        return String.join(", ", own) + " from "
                + directory.resolve("routes").toAbsolutePath().normalize() + rest;
    }

    private List<String> locate(String part, String queue) throws IOException {
        if (!part.startsWith(FILE + "routes/")) {
            return List.of(part);
        }
        String path = part.substring(FILE.length());
        String folder = folder(path);
        List<String> here = list(directory.resolve(folder), path.substring(folder.length()));
        TreeSet<String> names = new TreeSet<>(here);
        names.addAll(listJar(path));
        if (names.isEmpty() && path.equals("routes/queue/" + queue + ENDING)) {
            throw SettingsException.unusable("imgur.queue", queue, "there is no " + path + "; there are " + queues());
        }
        List<String> found = new ArrayList<>();
        for (String name : names) {
            boolean isHere = here.contains(name);
            (isHere ? own : ofJar)
                    .add((folder + name).substring("routes/".length()).replace(ENDING, ""));
            found.add((isHere ? FILE : JAR) + folder + name);
        }
        return found.isEmpty() ? List.of(part) : found;
    }

    private String queues() throws IOException {
        TreeSet<String> names = new TreeSet<>(list(directory.resolve("routes/queue"), "*" + ENDING));
        names.addAll(listJar("routes/queue/*" + ENDING));
        return names.stream().map(name -> name.replace(ENDING, "")).collect(Collectors.joining(", "));
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

    private static String folder(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    private List<String> listJar(String path) throws IOException {
        try {
            Collection<Resource> resources =
                    PluginHelper.getPackageScanResourceResolver(context).findResources(JAR + path);
            return resources.stream()
                    .filter(Resource::exists)
                    .map(Resource::getLocation)
                    // If there is a folder of classes instead of a jar, Camel lists its subfolders as well.
                    .filter(location -> folder(location).endsWith(folder(path)))
                    .map(location -> location.substring(folder(location).length()))
                    .toList();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("Cannot look into the jar for " + path, e);
        }
    }
}
