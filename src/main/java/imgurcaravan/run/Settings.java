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
 * @param secrets all texts that no log may show
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

    /** Camel treats a value with an unreadable placeholder as not set. */
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
     * @param source returns the text of a setting for its key, empty if it is not set
     * @param keys the keys that are set, at least those that begin with {@code imgur.api.headers.}
     * @throws SettingsException if one is missing or unusable
     */
    public static Settings from(Function<String, Optional<String>> source, Set<String> keys) {
        return new SettingsReader(new SettingSource(source)).read(ApiHeaders.read(keys, source));
    }

    /** Whether the queue is in this process's memory, so that no other process can share it. */
    public boolean isQueueInProcess() {
        return queue.equals("direct") || queue.equals("seda");
    }

    /**
     * How Imgur's API is called.
     *
     * @param clientId secret; empty on a worker that never polls. Sent in the Authorization header and nowhere else
     * @param headers secret headers by name in any case: the credentials of a gateway. An {@code Authorization} among
     *     them replaces that of the client id
     * @param url base of API calls, without a slash at its end
     * @param dailyRequests requests within any 24 hours
     */
    public record ApiSettings(String clientId, Map<String, String> headers, URI url, int dailyRequests) {}

    /**
     * What to fetch from the gallery.
     *
     * @param path of the first page of the listing, query included
     * @param pages how many pages of the listing one poll reads, from 1
     * @param types the media types to keep, a subset of JPEG, PNG, GIF, MP4 and WebP, in lower case
     */
    public record GallerySettings(String path, int pages, Set<String> types, Albums albums, Animated animated) {}

    /** The values of {@code imgur.gallery.albums}. */
    public enum Albums {
        /** Every image of every album; one more API request for each album that the listing cuts short. */
        ALL,
        /** Only the images that the listing itself shows, at most three per album. */
        PREVIEW,
        /** No albums. */
        NONE
    }

    /** The values of {@code imgur.gallery.animated}: which form of an animated image is fetched. */
    public enum Animated {
        /** The form that Imgur links to: a GIF as a GIF, a video as a video. */
        LINK,
        /** A GIF as a video too, if Imgur has made one. */
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
     * @param concurrency concurrent downloads in this process, 1 to 1024
     * @param timeout the time limit for one attempt to download an image, redirects included
     * @param maxBytes the largest image that is kept, in bytes
     * @param attempts how often an image is tried before it counts as failed, from 1
     * @param backoff the wait before the second attempt
     */
    public record DownloadSettings(
            boolean enabled, int concurrency, Duration timeout, long maxBytes, int attempts, Duration backoff) {}

    /**
     * Where images are written, and under which names.
     *
     * @param fileName a Simple expression for the name of an image's file inside the directory
     * @param metadata whether each image gets a JSON file beside it with its metadata from Imgur
     * @param mtime whether the time of a file is that of the upload, if known
     * @param minFree the free space in bytes below which downloads pause; 0 to never pause for that
     */
    public record ImageSettings(Path dir, String fileName, boolean metadata, boolean mtime, long minFree) {

        private static final Pattern NOT_OF_ID = Pattern.compile("\\$\\{header\\.(?!imageId[.}]|imageExtension[.}])");

        /** Whether the id and the type of an image determine the name of its file. */
        public boolean isNamedById() {
            return !NOT_OF_ID.matcher(fileName).find();
        }
    }

    /**
     * What is stored.
     *
     * @param file the state file
     * @param archive whether it remembers downloaded images; else the images directory alone decides
     * @param refusedRetryAfter how long an image that was refused for good is not requested again
     * @param deadLetters a file that gets a line for each new dead letter; empty for none
     */
    public record StateSettings(Path file, boolean archive, Duration refusedRetryAfter, Optional<Path> deadLetters) {}

    /**
     * How servers are contacted.
     *
     * @param idleTimeout how long a server may send nothing while a response is read
     * @param backoff the first wait if a server limits us and names no time
     * @param proxy the proxy that all requests go through, if any
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
     * The command {@code requeue}: there is no poll, and the dead letters are queued once.
     *
     * @param fromQueue whether it requeues the dead letters that the queue keeps, not those of the state file
     * @param reason a text that the reasons of the dead letters to requeue contain; empty for all
     */
    public record RequeueSettings(boolean enabled, boolean fromQueue, Optional<String> reason) {

        /** The command sets it to true. */
        public static final String KEY = "imgur.requeue";
        /** The command sets it to where the dead letters are. */
        public static final String FROM_QUEUE_KEY = "imgur.requeue.from-queue";
        /** The command sets it to the text of {@code --reason}. */
        public static final String REASON_KEY = "imgur.requeue.reason";
    }
}
