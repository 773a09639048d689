package imgurcaravan.run;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertiesComponent;

/**
 * Every {@code imgur.} setting that Java code needs, read once and checked.
 *
 * @param queue which file under {@code routes/queue/} is the queue
 * @param secrets all that no log may show
 */
public record Settings(
        ApiSettings api,
        GallerySettings gallery,
        PollSettings poll,
        String queue,
        DownloadSettings download,
        ImageSettings images,
        StateSettings state,
        HttpSettings http,
        HostSettings hosts,
        RequeueSettings requeue,
        Secrets secrets) {

    /**
     * Reads the settings of a Camel context, where the environment and system properties override the files.
     *
     * @throws SettingsException if one is missing or unusable
     */
    public static Settings of(CamelContext context) {
        return from(key -> resolve(context.getPropertiesComponent(), key), ApiHeaders.keys(context));
    }

    /** Camel takes a value with a placeholder that it cannot read for one that is not set. */
    private static Optional<String> resolve(PropertiesComponent properties, String key) {
        Optional<String> value = properties.resolveProperty(key);
        boolean set = value.isPresent()
                || System.getenv(SettingsException.environmentName(key)) != null
                || System.getProperty(key) != null
                || !properties.loadProperties(key::equals).isEmpty();
        if (set && value.isEmpty()) {
            throw SettingsException.unusableSecret(key, "it has a placeholder {{...}} that cannot be read");
        }
        return value;
    }

    /**
     * Reads the settings of any source.
     *
     * @param source gives the text of a setting for its key, empty where it is not set
     * @param keys those that are set, as far as they begin with {@code imgur.api.headers.}; others may be among them
     * @throws SettingsException if one is missing or unusable
     */
    public static Settings from(Function<String, Optional<String>> source, Set<String> keys) {
        return new SettingsReader(new SettingSource(source)).read(ApiHeaders.read(keys, source));
    }

    /** Whether the queue ends with this process, so that no other process can share it. */
    public boolean isQueueInProcess() {
        return queue.equals("direct") || queue.equals("seda");
    }

    /**
     * How Imgur's API is called.
     *
     * @param clientId secret; empty on a worker that never polls. Belongs in the Authorization header, nowhere else
     * @param headers secret headers by name in any case: the credentials of a gateway. An {@code Authorization} among them
     *     takes the place of the client id's
     * @param url base of API calls, without a slash at its end
     * @param dailyRequests requests within any 24 hours
     */
    public record ApiSettings(String clientId, Map<String, String> headers, URI url, int dailyRequests) {}

    /**
     * What of the gallery is wanted.
     *
     * @param path of the first page of the listing, query included
     * @param pages how many pages of the listing one poll reads, from 1
     * @param types the media types to keep, a subset of JPEG, PNG, GIF, MP4 and WebP, in lower case
     */
    public record GallerySettings(String path, int pages, Set<String> types, Albums albums, Animated animated) {}

    /** What {@code imgur.gallery.albums} may be. */
    public enum Albums {
        /** Every image of every album; one more API request for each album that the listing cuts short. */
        ALL,
        /** Only the images that the listing itself shows, at most three an album. */
        PREVIEW,
        /** No albums. */
        NONE
    }

    /** What {@code imgur.gallery.animated} may be: which form of an animated image is fetched. */
    public enum Animated {
        /** What Imgur links to: the GIF of a GIF, the video of a video. */
        LINK,
        /** The video of a GIF too, where Imgur has made one. */
        MP4
    }

    /**
     * When the gallery is read.
     *
     * @param once whether the process ends after one poll
     */
    public record PollSettings(boolean enabled, Duration period, boolean once) {}

    /**
     * How images are downloaded.
     *
     * @param concurrency downloads at once in this process, 1 to 1024
     * @param timeout the time that one attempt at a whole image may take, redirects included
     * @param maxBytes the largest image that is kept, in bytes
     * @param attempts how often an image is tried before it counts as failed, from 1
     */
    public record DownloadSettings(boolean enabled, int concurrency, Duration timeout, long maxBytes, int attempts) {}

    /**
     * Where and under which names images are written.
     *
     * @param fileName a Simple expression for the name of an image's file inside the directory
     * @param metadata whether each image gets a JSON file beside it that tells what Imgur says of it
     * @param mtime whether the time of a file is that of the upload, where it is known
     * @param minFree the free space in bytes below which downloads pause; 0 where they never do for that
     */
    public record ImageSettings(Path dir, String fileName, boolean metadata, boolean mtime, long minFree) {

        private static final Pattern NOT_OF_ID = Pattern.compile("\\$\\{header\\.(?!imageId[.}]|imageExtension[.}])");

        /** Whether the id and the type of an image are enough to tell the name of its file. */
        public boolean isNamedById() {
            return !NOT_OF_ID.matcher(fileName).find();
        }
    }

    /**
     * What is remembered.
     *
     * @param file the state file
     * @param archive whether it remembers what was once downloaded; else the images directory alone decides
     * @param refusedRetryAfter how long an image that was refused for good is not asked for again
     * @param deadLetters a file that gets a line for each new dead letter; empty for none
     */
    public record StateSettings(Path file, boolean archive, Duration refusedRetryAfter, Optional<Path> deadLetters) {}

    /**
     * How servers are contacted.
     *
     * @param idleTimeout the longest silence of a server while a response is read
     * @param backoff the first wait where a server limits us and names no time
     * @param proxy the proxy that all requests go through, if there is one
     */
    public record HttpSettings(
            Duration connectTimeout, Duration idleTimeout, Duration backoff, Optional<HttpProxy> proxy) {}

    /**
     * Which hosts may be contacted.
     *
     * @param allow host names; {@code *.} at the front stands for one label or more
     * @param allowPrivate whether private and loopback addresses may be contacted
     */
    public record HostSettings(List<String> allow, boolean allowPrivate) {}

    /**
     * The command {@code requeue}: then there is no poll, and the dead letters are queued once.
     *
     * @param fromQueue whether it is about the dead letters that the queue keeps, not about those of the state file
     * @param reason a text that the reasons of the dead letters to requeue contain; empty for all
     */
    public record RequeueSettings(boolean enabled, boolean fromQueue, Optional<String> reason) {

        /** What the command sets to true. */
        public static final String KEY = "imgur.requeue";
        /** What the command sets to say where the dead letters are. */
        public static final String FROM_QUEUE_KEY = "imgur.requeue.from-queue";
        /** What the command sets to the text of {@code --reason}. */
        public static final String REASON_KEY = "imgur.requeue.reason";
    }
}
