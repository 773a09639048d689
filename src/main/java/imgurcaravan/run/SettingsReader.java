package imgurcaravan.run;

import imgurcaravan.run.Settings.Albums;
import imgurcaravan.run.Settings.Animated;
import imgurcaravan.run.Settings.ApiSettings;
import imgurcaravan.run.Settings.DownloadSettings;
import imgurcaravan.run.Settings.GallerySettings;
import imgurcaravan.run.Settings.HostSettings;
import imgurcaravan.run.Settings.HttpSettings;
import imgurcaravan.run.Settings.ImageSettings;
import imgurcaravan.run.Settings.PollSettings;
import imgurcaravan.run.Settings.RequeueSettings;
import imgurcaravan.run.Settings.StateSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads all settings, checks each, and checks that they work together. */
final class SettingsReader {

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

    /**
     * Values that differ between two downloads, such as today's date, are not allowed in a name; titles can be too
     * short.
     */
    private static final Pattern OTHER_EXPRESSION = Pattern.compile("\\$\\{(?!header\\.(?:"
            + "(?:imageId|imageExtension|imagePosition|imageDate|postId)[.}]|(?:imageTitle|postTitle)\\}))");

    private static final Pattern IMAGE_OR_POST =
            Pattern.compile("\\$\\{header\\.(?:imageId|imageTitle|postId|postTitle)\\}");

    private static final Pattern URI_SYNTAX = Pattern.compile("\\?|%[0-9A-Fa-f]{2}|RAW[({]");
    private static final Pattern NAME_SYNTAX = Pattern.compile("[+&%?]|RAW[({]|\\$simple\\{");

    private final SettingSource source;

    SettingsReader(SettingSource source) {
        this.source = source;
    }

    /**
     * Reads all settings.
     *
     * @param apiHeaders secret headers for the API
     * @throws SettingsException if one is missing or unusable
     */
    Settings read(Map<String, String> apiHeaders) {
        RequeueSettings requeue = requeue();
        PollSettings poll = poll(requeue);
        HostSettings hosts = hosts();
        String clientId = clientId(poll.enabled(), apiHeaders);
        Optional<HttpProxy> proxy = httpProxy();
        ApiSettings api = new ApiSettings(
                clientId, apiHeaders, apiUrl(hosts), source.number("imgur.api.daily-requests", 1, 1_000_000));
        GallerySettings gallery = gallery();
        String queue = source.matching("imgur.queue", QUEUE_NAME, "it must be the name of a file under routes/queue/");
        ImageSettings images = images();
        Settings settings = new Settings(
                api,
                gallery,
                poll,
                queue,
                download(requeue),
                images,
                state(images.dir()),
                http(proxy),
                hosts,
                requeue,
                secrets(api, proxy));
        checkRedis();
        checkTogether(settings);
        return settings;
    }

    private RequeueSettings requeue() {
        boolean enabled = source.optionalFlag(RequeueSettings.KEY);
        return new RequeueSettings(
                enabled,
                enabled && source.optionalFlag(RequeueSettings.FROM_QUEUE_KEY),
                source.optional(RequeueSettings.REASON_KEY));
    }

    private PollSettings poll(RequeueSettings requeue) {
        return new PollSettings(
                source.flag("imgur.poll.enabled") && !requeue.enabled(),
                source.duration("imgur.poll.period", Duration.ofSeconds(1), Duration.ofDays(365)),
                source.flag("imgur.once") || requeue.enabled());
    }

    private GallerySettings gallery() {
        String rule = "it must be a path such as /3/gallery/hot/viral/0, in plain characters";
        return new GallerySettings(
                source.matching("imgur.gallery.path", API_PATH, rule),
                source.number("imgur.gallery.pages", 1, 1_000),
                galleryTypes(),
                source.choice("imgur.gallery.albums", Albums.class),
                source.choice("imgur.gallery.animated", Animated.class));
    }

    private DownloadSettings download(RequeueSettings requeue) {
        return new DownloadSettings(
                source.flag("imgur.download.enabled") && !requeue.fromQueue(),
                source.number("imgur.download.concurrency", 1, 1_024),
                source.duration("imgur.download.timeout", Duration.ofMillis(100), Duration.ofDays(1)),
                source.bytes("imgur.download.max-bytes", 1),
                source.number("imgur.download.attempts", 1, 100),
                source.duration("imgur.download.backoff", Duration.ofMillis(1), Duration.ofMinutes(5)));
    }

    private ImageSettings images() {
        return new ImageSettings(
                imagesDir(),
                fileName(),
                source.flag("imgur.images.metadata"),
                source.flag("imgur.images.mtime"),
                source.bytes("imgur.images.min-free", 0));
    }

    private StateSettings state(Path imagesDir) {
        String archive = source.text("imgur.archive");
        boolean none = archive.equalsIgnoreCase("none");
        if (archive.contains("?") || archive.endsWith("/") || archive.endsWith("\\")) {
            throw SettingsException.unusable(
                    "imgur.archive", archive, "it must be none, or the path of a file without a ? in it");
        }
        String file = none ? SettingSource.DEFAULTS.get("imgur.archive") : archive;
        return new StateSettings(
                imagesDir.resolve(source.path("imgur.archive", file)),
                !none,
                source.duration("imgur.refused.retry-after", Duration.ofSeconds(1), Duration.ofDays(3_650)),
                deadLetters());
    }

    private HttpSettings http(Optional<HttpProxy> proxy) {
        return new HttpSettings(
                source.duration("imgur.http.connect-timeout", Duration.ofMillis(10), Duration.ofMinutes(5)),
                source.duration("imgur.http.idle-timeout", Duration.ofMillis(10), Duration.ofMinutes(30)),
                source.duration("imgur.http.backoff", Duration.ofMillis(1), Duration.ofHours(1)),
                proxy);
    }

    private HostSettings hosts() {
        String rule = "it must list hosts such as imgur.com,*.imgur.com";
        return new HostSettings(
                source.list("imgur.hosts.allow", HOST_PATTERN, rule), source.flag("imgur.hosts.private"));
    }

    /** Camel reads these from the queue's file; they are only checked here, so that the start can fail early. */
    private void checkRedis() {
        String url = "imgur.redis.url";
        if (!REDIS_URL.matcher(source.text(url)).matches()) {
            throw SettingsException.unusableSecret(
                    url, "it must be an address such as redis://localhost:6379 or rediss://user:password@host:6379/0");
        }
        String rule = "it may contain only letters, digits and : . _ -";
        source.matching("imgur.redis.stream", REDIS_NAME, rule);
        source.matching("imgur.redis.group", REDIS_NAME, rule);
    }

    private String clientId(boolean polls, Map<String, String> apiHeaders) {
        String key = "imgur.client-id";
        Optional<String> given = source.optional(key);
        if (given.isEmpty()) {
            if (!polls || apiHeaders.containsKey("Authorization")) {
                return "";
            }
            throw new SettingsException("No client id: set " + SettingsException.environmentName(key)
                    + " in the environment to the client id that Imgur gave you (or try the demo, which needs none)");
        }
        if (!CLIENT_ID.matcher(given.get()).matches()) {
            throw new SettingsException(key + " (" + SettingsException.environmentName(key)
                    + ") contains characters that are not allowed in a client id; its value is not shown here");
        }
        return given.get();
    }

    private Optional<HttpProxy> httpProxy() {
        String key = "imgur.http.proxy";
        try {
            return source.optional(key).map(HttpProxy::parse);
        } catch (IllegalArgumentException e) {
            throw SettingsException.unusableSecret(key, e.getMessage());
        }
    }

    private static Secrets secrets(ApiSettings api, Optional<HttpProxy> proxy) {
        List<String> texts = new ArrayList<>(api.headers().values());
        texts.add(api.clientId());
        // In a header such as "Bearer 1234" the last word is the secret.
        api.headers().values().forEach(value -> texts.add(value.substring(value.lastIndexOf(' ') + 1)));
        proxy.ifPresent(known -> texts.addAll(known.secrets()));
        return new Secrets(texts);
    }

    private URI apiUrl(HostSettings hosts) {
        String key = "imgur.api.url";
        String rule = "it must be an address such as https://api.imgur.com";
        String text = source.text(key);
        URI url;
        try {
            url = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        } catch (URISyntaxException e) {
            throw SettingsException.unusable(key, redacted(text), rule);
        }
        boolean http = "http".equalsIgnoreCase(url.getScheme());
        if (!http && !"https".equalsIgnoreCase(url.getScheme())
                || url.getHost() == null
                || url.getRawUserInfo() != null
                || url.getRawQuery() != null
                || url.getRawFragment() != null) {
            throw SettingsException.unusable(key, redacted(text), rule);
        }
        if (http && !hosts.allowPrivate()) {
            throw SettingsException.unusable(
                    key, text, "the client id goes over https only, or over http with imgur.hosts.private=true");
        }
        return url;
    }

    private static String redacted(String url) {
        return url.replaceFirst("//.*@", "//***@");
    }

    private Set<String> galleryTypes() {
        String key = "imgur.gallery.types";
        String rule = "it must list media types such as image/jpeg,image/png";
        Set<String> types = new LinkedHashSet<>();
        for (String type : source.list(key, Pattern.compile(".*"), rule)) {
            String lower = type.toLowerCase(Locale.ROOT);
            if (!KNOWN_TYPES.contains(lower)) {
                throw SettingsException.unusable(
                        key, source.text(key), type + " is not one of " + String.join(",", KNOWN_TYPES));
            }
            types.add(lower);
        }
        return Set.copyOf(types);
    }

    private Path imagesDir() {
        String key = "imgur.images.dir";
        String text = source.exact(key);
        if (URI_SYNTAX.matcher(text).find()) {
            throw SettingsException.unusable(key, text, "Camel would read ? and %41 as parts of a URI");
        }
        return source.path(key, text);
    }

    private Optional<Path> deadLetters() {
        String key = "imgur.dead-letters";
        String text = source.text(key);
        if (text.equalsIgnoreCase("none")) {
            return Optional.empty();
        }
        Path file = source.path(key, text);
        if (file.getFileName() == null) {
            throw SettingsException.unusable(key, text, "it must be the name of a file, or none");
        }
        return Optional.of(file);
    }

    private String fileName() {
        String key = "imgur.images.file-name";
        String name = source.exact(key);
        if (NAME_SYNTAX.matcher(name).find()) {
            throw SettingsException.unusable(key, name, "Camel would not take + & % ? RAW( or $simple{ literally");
        }
        if (!IMAGE_OR_POST.matcher(name).find() || !name.contains("${header.imageExtension}")) {
            throw SettingsException.unusable(
                    key,
                    name,
                    "it must contain ${header.imageExtension}, and one of ${header.imageId}, ${header.imageTitle},"
                            + " ${header.postId} and ${header.postTitle}");
        }
        if (OTHER_EXPRESSION.matcher(name).find()) {
            throw SettingsException.unusable(
                    key,
                    name,
                    "it may use only header.imageId, imageExtension, imageTitle, imagePosition, imageDate, postId and"
                            + " postTitle, and titles unchanged");
        }
        if (name.startsWith("/") || name.contains("..") || name.contains("\\")) {
            throw SettingsException.unusable(key, name, "it must stay inside imgur.images.dir");
        }
        return name;
    }

    private void checkTogether(Settings settings) {
        if (!settings.state().archive() && !settings.images().isNamedById()) {
            throw SettingsException.unusable(
                    "imgur.archive",
                    "none",
                    "by imgur.images.file-name=" + settings.images().fileName()
                            + " the id alone does not determine the name of a file");
        }
        if (settings.gallery().pages() > 1
                && !PAGE_AT_END.matcher(settings.gallery().path()).matches()) {
            throw SettingsException.unusable(
                    "imgur.gallery.pages",
                    source.text("imgur.gallery.pages"),
                    "imgur.gallery.path must end in the number of the first page, such as /0");
        }
        boolean sends = settings.poll().enabled() || settings.requeue().enabled();
        boolean downloads = settings.download().enabled();
        if (!sends && !downloads) {
            throw SettingsException.unusable(
                    "imgur.download.enabled", "false", "with imgur.poll.enabled=false too there is nothing to do");
        }
        String inProcess = "the queue " + settings.queue() + " lives in this process only";
        if (settings.isQueueInProcess() && !downloads) {
            throw SettingsException.unusable("imgur.download.enabled", "false", inProcess);
        }
        if (settings.isQueueInProcess() && !sends) {
            throw SettingsException.unusable("imgur.poll.enabled", "false", inProcess);
        }
        if (settings.poll().once() && !sends) {
            throw SettingsException.unusable("imgur.once", "true", "with imgur.poll.enabled=false there is no poll");
        }
    }
}
