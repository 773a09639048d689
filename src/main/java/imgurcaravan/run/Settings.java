package imgurcaravan.run;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;

/**
 * Every {@code imgur.} setting that Java code needs, read once and checked.
 *
 * <p>As a bean of a Camel context it reads the context's properties, where the environment and system properties
 * override the files. The defaults are those of {@code application.properties}.
 */
public final class Settings implements CamelContextAware {

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

    /** The file of dead letters; {@code none} for none. */
    public static final String DEAD_LETTERS = "imgur.dead-letters";
    /** What the command {@code requeue} sets to true: then there is no poll, and the dead letters are sent once. */
    public static final String REQUEUE = "imgur.requeue";
    /** Whether {@code requeue} is about the dead letters that the queue keeps, not about those of the file. */
    public static final String REQUEUE_FROM_QUEUE = "imgur.requeue.from-queue";
    /** A text that the reasons of the dead letters to send contain; all are sent where it is not set. */
    public static final String REQUEUE_REASON = "imgur.requeue.reason";

    private static final String REDIS_URL_KEY = "imgur.redis.url";

    private static final Pattern QUEUE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");
    private static final Pattern REDIS_URL =
            Pattern.compile("rediss?(?:-sentinel|-cluster)?://(?:[^\\s/@]*@)?[^\\s/@]+(?:/[^\\s/]*){0,2}");
    private static final Pattern REDIS_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9:._-]{0,199}");
    private static final Pattern CLIENT_ID = Pattern.compile("[\\x21-\\x7e]{1,200}");
    private static final Pattern API_PATH = Pattern.compile("/[A-Za-z0-9/._~!$&'()*+,;=:@%?-]*");
    private static final Pattern PAGE_AT_END = Pattern.compile("[^?]*/\\d{1,6}(\\?.*)?");
    private static final Pattern HOST_PATTERN = Pattern.compile("(\\*\\.)?[A-Za-z0-9._:\\[\\]-]{1,253}");
    private static final Set<String> KNOWN_TYPES =
            new LinkedHashSet<>(List.of("image/jpeg", "image/png", "image/gif", "video/mp4", "image/webp"));

    /** What is not the same at every download, such as today's date, has no place in a name; titles can be too short. */
    private static final Pattern OTHER_EXPRESSION = Pattern.compile("\\$\\{(?!header\\.(?:"
            + "(?:imageId|imageExtension|imagePosition|imageDate|postId)[.}]|(?:imageTitle|postTitle)\\}))");

    private static final Pattern IMAGE_OR_POST =
            Pattern.compile("\\$\\{header\\.(?:imageId|imageTitle|postId|postTitle)\\}");

    private static final Pattern NOT_TOLD_BY_ID = Pattern.compile("\\$\\{header\\.(?!imageId[.}]|imageExtension[.}])");

    private static final Pattern URI_SYNTAX = Pattern.compile("\\?|%[0-9A-Fa-f]{2}|RAW[({]");
    private static final Pattern NAME_SYNTAX = Pattern.compile("[+&%?]|RAW[({]|\\$simple\\{");

    private CamelContext camelContext;

    private String clientId;
    private Map<String, String> apiHeaders;
    private HttpProxy httpProxy;
    private Secrets secrets;
    private URI apiUrl;
    private String galleryPath;
    private int galleryPages;
    private Set<String> galleryTypes;
    private Albums albums;
    private Animated animated;
    private Duration pollPeriod;
    private boolean pollEnabled;
    private boolean once;
    private boolean requeue;
    private boolean requeueFromQueue;
    private Optional<String> requeueReason;
    private Optional<Path> deadLetters;
    private String queue;
    private boolean downloadEnabled;
    private int concurrency;
    private Duration downloadTimeout;
    private long maxBytes;
    private int attempts;
    private long minFree;
    private Path imagesDir;
    private String fileName;
    private boolean metadata;
    private boolean mtime;
    private Optional<Path> archive;
    private List<String> hostsAllow;
    private boolean hostsPrivate;
    private Duration connectTimeout;
    private Duration idleTimeout;
    private Duration httpBackOff;
    private int dailyRequests;

    /**
     * Reads the settings of a map or any other source.
     *
     * @param source gives the text of a setting for its key, empty where it is not set
     * @throws SettingsException if one is missing or unusable
     */
    public static Settings from(Function<String, Optional<String>> source) {
        return from(source, Set.of());
    }

    /**
     * Reads the settings of a source that tells its keys.
     *
     * @param keys those that are set, as far as they begin with {@code imgur.api.headers.}; others may be among them
     * @throws SettingsException if one is missing or unusable
     */
    public static Settings from(Function<String, Optional<String>> source, Set<String> keys) {
        Settings settings = new Settings();
        settings.read(source, keys);
        return settings;
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    /** @throws SettingsException if a setting is missing or unusable */
    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        read(camelContext.getPropertiesComponent()::resolveProperty, ApiHeaders.keys(camelContext));
    }

    private void read(Function<String, Optional<String>> properties, Set<String> keys) {
        Source source = new Source(properties);
        requeue = source.optional(REQUEUE).isPresent() && source.flag(REQUEUE);
        requeueFromQueue =
                requeue && source.optional(REQUEUE_FROM_QUEUE).isPresent() && source.flag(REQUEUE_FROM_QUEUE);
        requeueReason = source.optional(REQUEUE_REASON);
        deadLetters = deadLetters(source);
        once = source.flag("imgur.once") || requeue;
        pollEnabled = source.flag("imgur.poll.enabled") && !requeue;
        downloadEnabled = source.flag("imgur.download.enabled") && !requeueFromQueue;
        hostsPrivate = source.flag("imgur.hosts.private");
        apiHeaders = ApiHeaders.read(keys, properties);
        clientId = clientId(source);
        httpProxy = httpProxy(source);
        secrets = newSecrets();
        apiUrl = apiUrl(source);
        galleryPath = source.matching(
                "imgur.gallery.path", API_PATH, "it is a path such as /3/gallery/hot/viral/0, in plain characters");
        galleryPages = source.number("imgur.gallery.pages", 1, 1_000);
        galleryTypes = galleryTypes(source);
        albums = source.choice("imgur.gallery.albums", Albums.class);
        animated = source.choice("imgur.gallery.animated", Animated.class);
        pollPeriod = source.duration("imgur.poll.period", Duration.ofSeconds(1), Duration.ofDays(365));
        queue = source.matching("imgur.queue", QUEUE_NAME, "it is the name of a file under routes/queue/");
        concurrency = source.number("imgur.download.concurrency", 1, 1_024);
        downloadTimeout = source.duration("imgur.download.timeout", Duration.ofMillis(100), Duration.ofDays(1));
        maxBytes = source.bytes("imgur.download.max-bytes", 1);
        minFree = source.bytes("imgur.images.min-free", 0);
        attempts = source.number("imgur.download.attempts", 1, 100);
        source.duration("imgur.download.backoff", Duration.ofMillis(1), Duration.ofMinutes(5));
        imagesDir = imagesDir(source);
        fileName = fileName(source);
        metadata = source.flag("imgur.images.metadata");
        mtime = source.flag("imgur.images.mtime");
        archive = archive(source);
        hostsAllow = source.list("imgur.hosts.allow", HOST_PATTERN, "it lists hosts such as imgur.com,*.imgur.com");
        connectTimeout = source.duration("imgur.http.connect-timeout", Duration.ofMillis(10), Duration.ofMinutes(5));
        idleTimeout = source.duration("imgur.http.idle-timeout", Duration.ofMillis(10), Duration.ofMinutes(30));
        httpBackOff = source.duration("imgur.http.backoff", Duration.ofMillis(1), Duration.ofHours(1));
        dailyRequests = source.number("imgur.api.daily-requests", 1, 1_000_000);
        checkRedis(source);
        checkTogether(source);
    }

    /** These are read by Camel, from the queue's file; here they are only looked at, so that the start can fail early. */
    private static void checkRedis(Source source) {
        if (!REDIS_URL.matcher(source.text(REDIS_URL_KEY)).matches()) {
            throw SettingsException.unusableSecret(
                    REDIS_URL_KEY,
                    "it is an address such as redis://localhost:6379 or rediss://user:password@host:6379/0");
        }
        String name = "it is made of letters, digits and : . _ -";
        source.matching("imgur.redis.stream", REDIS_NAME, name);
        source.matching("imgur.redis.group", REDIS_NAME, name);
    }

    private String clientId(Source source) {
        String key = "imgur.client-id";
        Optional<String> given = source.optional(key);
        if (given.isEmpty()) {
            if (!pollEnabled || apiHeaders.containsKey("Authorization")) {
                return "";
            }
            throw new SettingsException("No client id: set " + SettingsException.environmentName(key)
                    + " in the environment to the client id that Imgur gave you (or try the demo, which needs none)");
        }
        if (!CLIENT_ID.matcher(given.get()).matches()) {
            throw new SettingsException(key + " (" + SettingsException.environmentName(key)
                    + ") has characters that no client id has; its value is not shown here");
        }
        return given.get();
    }

    private static HttpProxy httpProxy(Source source) {
        String key = "imgur.http.proxy";
        try {
            return source.optional(key).map(HttpProxy::parse).orElse(null);
        } catch (IllegalArgumentException e) {
            throw SettingsException.unusableSecret(key, e.getMessage());
        }
    }

    private Secrets newSecrets() {
        List<String> texts = new ArrayList<>(apiHeaders.values());
        texts.add(clientId);
        // A header such as "Bearer 1234" has its secret in the last word.
        apiHeaders.values().forEach(value -> texts.add(value.substring(value.lastIndexOf(' ') + 1)));
        if (httpProxy != null) {
            texts.addAll(httpProxy.secrets());
        }
        return new Secrets(texts);
    }

    private URI apiUrl(Source source) {
        String key = "imgur.api.url";
        String text = source.text(key);
        URI url;
        try {
            url = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        } catch (URISyntaxException e) {
            throw SettingsException.unusable(key, redacted(text), "it is an address such as https://api.imgur.com");
        }
        boolean http = "http".equalsIgnoreCase(url.getScheme());
        if (!http && !"https".equalsIgnoreCase(url.getScheme())
                || url.getHost() == null
                || url.getRawUserInfo() != null
                || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            throw SettingsException.unusable(key, redacted(text), "it is an address such as https://api.imgur.com");
        }
        if (http && !hostsPrivate) {
            throw SettingsException.unusable(
                    key, text, "the client id goes over https only, or over http with imgur.hosts.private=true");
        }
        return url;
    }

    private static String redacted(String url) {
        return url.replaceFirst("//.*@", "//***@");
    }

    private static Set<String> galleryTypes(Source source) {
        String key = "imgur.gallery.types";
        Set<String> types = new LinkedHashSet<>();
        for (String type :
                source.list(key, Pattern.compile(".*"), "it lists media types such as image/jpeg,image/png")) {
            String lower = type.toLowerCase(Locale.ROOT);
            if (!KNOWN_TYPES.contains(lower)) {
                throw SettingsException.unusable(
                        key, source.text(key), type + " is none of " + String.join(",", KNOWN_TYPES));
            }
            types.add(lower);
        }
        return Set.copyOf(types);
    }

    private static Path imagesDir(Source source) {
        String text = source.exact("imgur.images.dir");
        if (URI_SYNTAX.matcher(text).find()) {
            throw SettingsException.unusable("imgur.images.dir", text, "Camel would read ? and %41 as parts of a URI");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw SettingsException.unusable("imgur.images.dir", text, "it is no path here: " + e.getReason());
        }
    }

    private static Optional<Path> deadLetters(Source source) {
        String text = source.text(DEAD_LETTERS);
        if (text.equalsIgnoreCase("none")) {
            return Optional.empty();
        }
        try {
            Path file = Path.of(text);
            if (file.getFileName() == null) {
                throw SettingsException.unusable(DEAD_LETTERS, text, "it is the name of a file, or none");
            }
            return Optional.of(file);
        } catch (InvalidPathException e) {
            throw SettingsException.unusable(DEAD_LETTERS, text, "it is no path here: " + e.getReason());
        }
    }

    private Optional<Path> archive(Source source) {
        String key = "imgur.archive";
        String text = source.text(key);
        if (text.equalsIgnoreCase("none")) {
            return Optional.empty();
        }
        if (text.contains("?") || text.endsWith("/") || text.endsWith("\\")) {
            throw SettingsException.unusable(key, text, "it is none, or the path of a file without a ? in it");
        }
        try {
            return Optional.of(imagesDir.resolve(text));
        } catch (InvalidPathException e) {
            throw SettingsException.unusable(key, text, "it is no path here: " + e.getReason());
        }
    }

    private static String fileName(Source source) {
        String key = "imgur.images.file-name";
        String name = source.exact(key);
        if (NAME_SYNTAX.matcher(name).find()) {
            throw SettingsException.unusable(key, name, "Camel would not take + & % ? RAW( or $simple{ as they stand");
        }
        if (!IMAGE_OR_POST.matcher(name).find() || !name.contains("${header.imageExtension}")) {
            throw SettingsException.unusable(
                    key,
                    name,
                    "it has to name ${header.imageExtension}, and one of ${header.imageId}, ${header.imageTitle},"
                            + " ${header.postId} and ${header.postTitle}");
        }
        if (OTHER_EXPRESSION.matcher(name).find()) {
            throw SettingsException.unusable(
                    key,
                    name,
                    "it is made of header.imageId, imageExtension, imageTitle, imagePosition, imageDate, postId and"
                            + " postTitle, and titles as they are");
        }
        if (name.startsWith("/") || name.contains("..") || name.contains("\\")) {
            throw SettingsException.unusable(key, name, "it stays inside imgur.images.dir");
        }
        return name;
    }

    private void checkTogether(Source source) {
        if (archive.isEmpty() && !isFileNameToldById()) {
            throw SettingsException.unusable(
                    "imgur.archive",
                    "none",
                    "by imgur.images.file-name=" + fileName + " no id tells whether a file is there");
        }
        if (galleryPages > 1 && !PAGE_AT_END.matcher(galleryPath).matches()) {
            throw SettingsException.unusable(
                    "imgur.gallery.pages",
                    source.text("imgur.gallery.pages"),
                    "imgur.gallery.path has to end in the number of the first page, such as /0");
        }
        if (requeue && !requeueFromQueue && deadLetters.isEmpty()) {
            throw SettingsException.unusable(
                    DEAD_LETTERS, source.text(DEAD_LETTERS), "there is nothing to requeue without a file");
        }
        boolean sends = pollEnabled || requeue;
        if (!sends && !downloadEnabled) {
            throw SettingsException.unusable(
                    "imgur.download.enabled", "false", "with imgur.poll.enabled=false too there is nothing to do");
        }
        boolean inProcess = isQueueInProcess();
        if (inProcess && !downloadEnabled) {
            throw SettingsException.unusable(
                    "imgur.download.enabled", "false", "the queue " + queue + " lives in this process only");
        }
        if (inProcess && !sends) {
            throw SettingsException.unusable(
                    "imgur.poll.enabled", "false", "the queue " + queue + " lives in this process only");
        }
        if (once && !sends) {
            throw SettingsException.unusable("imgur.once", "true", "with imgur.poll.enabled=false there is no poll");
        }
    }

    /** The secret of the API; empty on a worker that never polls. Belongs in the Authorization header, nowhere else. */
    public String clientId() {
        return clientId;
    }

    /**
     * Secret headers for the API, by name in any case: the credentials of a gateway. An {@code Authorization} among
     * them takes the place of the client id's.
     */
    public Map<String, String> apiHeaders() {
        return apiHeaders;
    }

    /** The proxy that all requests go through, if there is one. */
    public Optional<HttpProxy> httpProxy() {
        return Optional.ofNullable(httpProxy);
    }

    /** All that no log may show. */
    public Secrets secrets() {
        return secrets;
    }

    /** Base of API calls, without a slash at its end. */
    public URI apiUrl() {
        return apiUrl;
    }

    /** Path of the first page of the listing, query included. */
    public String galleryPath() {
        return galleryPath;
    }

    /** How many pages of the listing one poll reads, from 1. */
    public int galleryPages() {
        return galleryPages;
    }

    /** The media types to keep, a subset of JPEG, PNG, GIF, MP4 and WebP, in lower case. */
    public Set<String> galleryTypes() {
        return galleryTypes;
    }

    public Albums albums() {
        return albums;
    }

    public Animated animated() {
        return animated;
    }

    public Duration pollPeriod() {
        return pollPeriod;
    }

    public boolean pollEnabled() {
        return pollEnabled;
    }

    /** Whether the process ends after one poll. */
    public boolean once() {
        return once;
    }

    /** Whether this process is there to send the dead letters round again, and ends when that is done. */
    public boolean requeue() {
        return requeue;
    }

    /** Whether the dead letters to send round again are those that the queue keeps. */
    public boolean requeueFromQueue() {
        return requeueFromQueue;
    }

    /** A text that the reasons of the dead letters to send contain; empty for all. */
    public Optional<String> requeueReason() {
        return requeueReason;
    }

    /** The file of dead letters; empty where none are kept. */
    public Optional<Path> deadLetters() {
        return deadLetters;
    }

    /** Which file under {@code routes/queue/} is the queue. */
    public String queue() {
        return queue;
    }

    /** Whether the queue ends with this process, so that no other has a part in it. */
    public boolean isQueueInProcess() {
        return queue.equals("direct") || queue.equals("seda");
    }

    public boolean downloadEnabled() {
        return downloadEnabled;
    }

    /** Downloads at once in this process, 1 to 1024. */
    public int concurrency() {
        return concurrency;
    }

    /** The time that one attempt at a whole image may take, redirects and all. */
    public Duration downloadTimeout() {
        return downloadTimeout;
    }

    /** The largest image that is kept, in bytes. */
    public long maxBytes() {
        return maxBytes;
    }

    /** How often an image is tried before it counts as failed, from 1. */
    public int attempts() {
        return attempts;
    }

    /** The free space in bytes below which downloads pause; 0 where they never do for that. */
    public long minFree() {
        return minFree;
    }

    public Path imagesDir() {
        return imagesDir;
    }

    /** A Simple expression for the name of an image's file inside {@link #imagesDir()}. */
    public String fileName() {
        return fileName;
    }

    /** Whether the id and the type of an image are enough to tell the name of its file. */
    public boolean isFileNameToldById() {
        return !NOT_TOLD_BY_ID.matcher(fileName).find();
    }

    /** Whether each image gets a file beside it that tells what Imgur says of it. */
    public boolean metadata() {
        return metadata;
    }

    /** Whether the time of a file is that of the upload, where it is known. */
    public boolean mtime() {
        return mtime;
    }

    /** The file that remembers what was once downloaded; empty where the images directory alone decides. */
    public Optional<Path> archive() {
        return archive;
    }

    /** Host names that may be contacted; {@code *.} at the front stands for one label or more. */
    public List<String> hostsAllow() {
        return hostsAllow;
    }

    /** Whether private and loopback addresses may be contacted. */
    public boolean hostsPrivate() {
        return hostsPrivate;
    }

    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** The longest silence of a server in mid-answer. */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /** The first wait where a server limits us and names no time. */
    public Duration httpBackOff() {
        return httpBackOff;
    }

    /** Requests to the API within any 24 hours. */
    public int dailyRequests() {
        return dailyRequests;
    }

    /** Reads single settings and names the one that is wrong. */
    private record Source(Function<String, Optional<String>> properties) {

        Optional<String> optional(String key) {
            return properties.apply(key).map(String::strip).filter(text -> !text.isEmpty());
        }

        String text(String key) {
            return optional(key)
                    .orElseThrow(() -> new SettingsException(
                            key + " is not set (" + SettingsException.environmentName(key) + " in the environment)"));
        }

        /** A text that goes to Camel as well, which does not strip it. */
        String exact(String key) {
            String text = properties.apply(key).orElse("");
            if (!text.equals(text(key))) {
                throw SettingsException.unusable(key, text, "it begins or ends with a blank");
            }
            return text;
        }

        String matching(String key, Pattern pattern, String rule) {
            String text = text(key);
            if (!pattern.matcher(text).matches()) {
                throw SettingsException.unusable(key, text, rule);
            }
            return text;
        }

        boolean flag(String key) {
            return switch (text(key).toLowerCase(Locale.ROOT)) {
                case "true" -> true;
                case "false" -> false;
                default -> throw SettingsException.unusable(key, text(key), "it is true or false");
            };
        }

        int number(String key, int least, int most) {
            try {
                int number = Integer.parseInt(text(key));
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                throw SettingsException.unusable(key, text(key), "it is a whole number, " + least + " to " + most);
            }
            throw SettingsException.unusable(key, text(key), "it is " + least + " to " + most);
        }

        long bytes(String key, long least) {
            try {
                long bytes = Quantity.parseBytes(text(key));
                if (bytes >= least) {
                    return bytes;
                }
            } catch (IllegalArgumentException e) {
                throw SettingsException.unusable(key, text(key), e.getMessage());
            }
            throw SettingsException.unusable(key, text(key), "it is at least one byte");
        }

        Duration duration(String key, Duration least, Duration most) {
            Duration span;
            try {
                span = Quantity.parseDuration(text(key));
            } catch (IllegalArgumentException e) {
                throw SettingsException.unusable(key, text(key), e.getMessage());
            }
            if (span.compareTo(least) < 0 || span.compareTo(most) > 0) {
                throw SettingsException.unusable(
                        key,
                        text(key),
                        "it is " + Quantity.formatDuration(least) + " to " + Quantity.formatDuration(most));
            }
            return span;
        }

        <E extends Enum<E>> E choice(String key, Class<E> type) {
            String text = text(key);
            return Arrays.stream(type.getEnumConstants())
                    .filter(constant -> constant.name().equalsIgnoreCase(text))
                    .findFirst()
                    .orElseThrow(() -> SettingsException.unusable(
                            key,
                            text,
                            "it is one of "
                                    + String.join(
                                            ", ",
                                            Arrays.stream(type.getEnumConstants())
                                                    .map(constant ->
                                                            constant.name().toLowerCase(Locale.ROOT))
                                                    .toList())));
        }

        List<String> list(String key, Pattern pattern, String rule) {
            List<String> items = Arrays.stream(text(key).split(",", -1))
                    .map(String::strip)
                    .filter(item -> !item.isEmpty())
                    .toList();
            if (items.isEmpty()
                    || !items.stream().allMatch(item -> pattern.matcher(item).matches())) {
                throw SettingsException.unusable(key, text(key), rule);
            }
            return items;
        }
    }
}
