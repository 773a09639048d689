package imgurcaravan.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import imgurcaravan.run.Settings.Albums;
import imgurcaravan.run.Settings.Animated;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

public class SettingsTest {

    private static final String CLIENT_ID = "5ecret0c1ient1d";

    /** A client id, and the settings that a test changes, as alternating keys and values. */
    public static Properties defaultsWith(String... keysAndValues) {
        Properties properties = new Properties();
        properties.setProperty("imgur.client-id", CLIENT_ID);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
        }
        return properties;
    }

    /** Settings from {@link #defaultsWith}. */
    public static Settings settings(String... keysAndValues) {
        return settings(defaultsWith(keysAndValues));
    }

    private static Settings settings(Properties properties) {
        return Settings.from(key -> Optional.ofNullable(properties.getProperty(key)), properties.stringPropertyNames());
    }

    @Test
    void hasTheDefaultsOfTheFile() {
        Settings settings = settings();

        assertThat(settings.api().clientId()).isEqualTo(CLIENT_ID);
        assertThat(settings.api().headers()).isEmpty();
        assertThat(settings.http().proxy()).isEmpty();
        assertThat(settings.api().url()).isEqualTo(URI.create("https://api.imgur.com"));
        assertThat(settings.gallery().path()).isEqualTo("/3/gallery/hot/viral/0");
        assertThat(settings.gallery().pages()).isEqualTo(1);
        assertThat(settings.gallery().types())
                .containsExactlyInAnyOrder("image/jpeg", "image/png", "image/gif", "video/mp4", "image/webp");
        assertThat(settings.gallery().albums()).isEqualTo(Albums.ALL);
        assertThat(settings.gallery().animated()).isEqualTo(Animated.LINK);
        assertThat(settings.poll().period()).isEqualTo(Duration.ofMinutes(15));
        assertThat(settings.poll().enabled()).isTrue();
        assertThat(settings.poll().once()).isFalse();
        assertThat(settings.queue()).isEqualTo("seda");
        assertThat(settings.download().enabled()).isTrue();
        assertThat(settings.download().concurrency()).isEqualTo(8);
        assertThat(settings.download().timeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.download().maxBytes()).isEqualTo(200_000_000);
        assertThat(settings.download().attempts()).isEqualTo(5);
        assertThat(settings.images().dir()).isEqualTo(Path.of("images"));
        assertThat(settings.images().minFree()).isEqualTo(1_000_000_000);
        assertThat(settings.images().fileName()).isEqualTo("${header.imageId}.${header.imageExtension}");
        assertThat(settings.images().metadata()).isFalse();
        assertThat(settings.images().mtime()).isFalse();
        assertThat(settings.state().deadLetters()).isEmpty();
        assertThat(settings.requeue().enabled()).isFalse();
        assertThat(settings.requeue().reason()).isEmpty();
        assertThat(settings.state().file()).isEqualTo(Path.of("images/.caravan/archive.db"));
        assertThat(settings.state().archive()).isTrue();
        assertThat(settings.state().refusedRetryAfter()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.hosts().allow()).containsExactly("imgur.com", "*.imgur.com");
        assertThat(settings.hosts().allowPrivate()).isFalse();
        assertThat(settings.http().connectTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.http().idleTimeout()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void readsTheProperties() {
        Settings settings = settings(
                "imgur.client-id", " abc123 ",
                "imgur.api.url", "https://imgur-apiv3.p.rapidapi.com/",
                "imgur.gallery.path", "/3/gallery/search/time/all/2?q=a+b&q_type=png",
                "imgur.gallery.pages", "1000",
                "imgur.gallery.types", " image/PNG, image/gif ,,image/png",
                "imgur.gallery.albums", "Preview",
                "imgur.gallery.animated", "MP4",
                "imgur.poll.period", "1h30m",
                "imgur.once", "TRUE",
                "imgur.queue", "direct",
                "imgur.download.concurrency", "1024",
                "imgur.download.timeout", "100ms",
                "imgur.download.max-bytes", "1",
                "imgur.images.dir", "/srv/my images",
                "imgur.images.min-free", "0",
                "imgur.images.file-name", "${header.imageId.substring(0,2)}/${header.imageId}.${header.imageExtension}",
                "imgur.images.metadata", "true",
                "imgur.images.mtime", "True",
                "imgur.archive", " archive/ids.db ",
                "imgur.hosts.allow", "I.Imgur.com , localhost,[::1]",
                "imgur.hosts.private", "true");

        assertThat(settings.api().clientId()).isEqualTo("abc123");
        assertThat(settings.api().url()).isEqualTo(URI.create("https://imgur-apiv3.p.rapidapi.com"));
        assertThat(settings.gallery().path()).isEqualTo("/3/gallery/search/time/all/2?q=a+b&q_type=png");
        assertThat(settings.gallery().pages()).isEqualTo(1000);
        assertThat(settings.gallery().types()).containsExactlyInAnyOrder("image/png", "image/gif");
        assertThat(settings.gallery().albums()).isEqualTo(Albums.PREVIEW);
        assertThat(settings.gallery().animated()).isEqualTo(Animated.MP4);
        assertThat(settings.poll().period()).isEqualTo(Duration.ofMinutes(90));
        assertThat(settings.poll().once()).isTrue();
        assertThat(settings.queue()).isEqualTo("direct");
        assertThat(settings.download().concurrency()).isEqualTo(1024);
        assertThat(settings.download().timeout()).isEqualTo(Duration.ofMillis(100));
        assertThat(settings.download().maxBytes()).isEqualTo(1);
        assertThat(settings.images().dir()).isEqualTo(Path.of("/srv/my images"));
        assertThat(settings.images().minFree()).isZero();
        assertThat(settings.images().fileName()).startsWith("${header.imageId.substring(0,2)}/");
        assertThat(settings.images().metadata()).isTrue();
        assertThat(settings.images().mtime()).isTrue();
        assertThat(settings.state().file()).isEqualTo(Path.of("/srv/my images/archive/ids.db"));
        assertThat(settings.hosts().allow()).containsExactly("I.Imgur.com", "localhost", "[::1]");
        assertThat(settings.hosts().allowPrivate()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        ".caravan/archive.db, pictures/.caravan/archive.db",
        "archive.db, pictures/archive.db",
        "../archive.db, pictures/../archive.db",
        "/var/lib/caravan/archive.db, /var/lib/caravan/archive.db"
    })
    void findsTheArchiveFromTheImagesDirectoryOn(String given, String file) {
        Settings settings = settings("imgur.images.dir", "pictures", "imgur.archive", given);

        assertThat(settings.state().file()).isEqualTo(Path.of(file));
        assertThat(settings.state().archive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "NONE", " none "})
    void mayHaveNoArchive(String none) {
        assertThat(settings("imgur.archive", none).state().archive()).isFalse();
    }

    @Test
    void readsThePropertiesOfACamelContext() throws IOException {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            // given
            context.getPropertiesComponent().setInitialProperties(defaultsWith("imgur.queue", "redis"));

            // when
            Settings settings = Settings.of(context);

            // then
            assertThat(settings.queue()).isEqualTo("redis");
            assertThat(settings.images().fileName()).isEqualTo("${header.imageId}.${header.imageExtension}");
        }
    }

    static Stream<Arguments> badValues() {
        return Stream.of(
                        values("imgur.api.url", "api.imgur.com", "ftp://api.imgur.com", "https://", "https:///3"),
                        values("imgur.api.url", "https://api.imgur.com?x=1", "https://api.imgur.com#x", "a b", "/3"),
                        values("imgur.api.url", "http://api.imgur.com", "file:/etc/passwd", "https://api_imgur.com"),
                        values(
                                "imgur.gallery.path",
                                "3/gallery/hot",
                                "https://imgur.com/",
                                "/3/a b",
                                "/3/{{x}}",
                                "/3/#x"),
                        values("imgur.gallery.path", "/3/gallery/hot\n/viral", "/caf\u00e9", "/a\\b", "/\"", "/<b>"),
                        values("imgur.gallery.pages", "0", "-1", "1001", "two", "1.5", "99999999999", "1 0"),
                        values(
                                "imgur.gallery.types",
                                "image/bmp",
                                "image/jpeg,text/html",
                                "jpg",
                                "image/*",
                                ",",
                                " , ,"),
                        values("imgur.gallery.albums", "some", "al", "true"),
                        values("imgur.gallery.animated", "gif", "yes"),
                        values("imgur.poll.period", "15", "0s", "999ms", "-5m", "366d", "soon", "1.5h", "15 m"),
                        values("imgur.poll.enabled", "yes", "1", "tru"),
                        values("imgur.once", "yes", "0", "on"),
                        values("imgur.queue", "../seda", "a/b", "-x", "sed a", "a.b", "x".repeat(65)),
                        values("imgur.download.enabled", "no", "falsch"),
                        values("imgur.download.concurrency", "0", "-8", "1025", "many", "8.0", "2147483648"),
                        values("imgur.download.timeout", "60", "99ms", "25h", "never"),
                        values("imgur.download.max-bytes", "0", "0MB", "-1", "1.5GB", "much", "999999999999TB"),
                        values("imgur.download.attempts", "0", "101", "x"),
                        values("imgur.download.backoff", "1", "0ms", "6m", "x"),
                        values("imgur.images.dir", "a\u0000b"),
                        values("imgur.images.min-free", "-1", "1.5GB", "some", "999999999999TB"),
                        values("imgur.dead-letters", "a\u0000b", "/"),
                        values("imgur.archive", "a\u0000b", "a/b/", "a\\", "a?b", "archive.db?mode=memory"),
                        values(
                                "imgur.images.file-name",
                                "image.jpg",
                                "${header.imageId}",
                                "${header.imageExtension}",
                                "${header.imageTitle}",
                                "${header.imagePosition}.${header.imageExtension}",
                                "${header.imageDate}/${header.imageId.substring(0,2)}.${header.imageExtension}",
                                "${header.imageTitle.substring(0,9)} ${header.imageId}.${header.imageExtension}",
                                "${header.imageIdx} ${header.imageId}.${header.imageExtension}",
                                "${header.CamelFileName} ${header.imageId}.${header.imageExtension}",
                                "${body}/${header.imageId}.${header.imageExtension}",
                                "${header.imageId.concat(${body})}/${header.imageId}.${header.imageExtension}",
                                "${date:now:yyyy}/${header.imageId}.${header.imageExtension}",
                                "$simple{date:now:yyyy}/${header.imageId}.${header.imageExtension}",
                                "a+b${header.imageId}.${header.imageExtension}",
                                "a%41${header.imageId}.${header.imageExtension}",
                                "${header.imageId}.${header.imageExtension} "),
                        values(
                                "imgur.images.file-name",
                                "/tmp/${header.imageId}.${header.imageExtension}",
                                "../${header.imageId}.${header.imageExtension}",
                                "a\\${header.imageId}.${header.imageExtension}"),
                        values(
                                "imgur.hosts.allow",
                                ",",
                                "*",
                                "*imgur.com",
                                "imgur.*",
                                "https://imgur.com",
                                "a b",
                                "a,b/c"),
                        values("imgur.images.metadata", "json", "1"),
                        values("imgur.images.mtime", "upload", "0"),
                        values("imgur.hosts.private", "maybe", "1"),
                        values("imgur.http.connect-timeout", "10", "9ms", "6m", "x"),
                        values("imgur.http.idle-timeout", "20", "9ms", "31m", "x"))
                .flatMap(List::stream);
    }

    private static List<Arguments> values(String key, String... values) {
        return Stream.of(values).map(value -> Arguments.of(key, value)).toList();
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void namesTheSettingThatIsWrong(String key, String value) {
        // when
        SettingsException thrown = catchThrowableOfType(SettingsException.class, () -> settings(key, value));

        // then
        String environment = key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
        assertThat(printable(thrown.getMessage()))
                .startsWith(key + "=" + printable(value.strip()))
                .contains(" cannot be used: ")
                .contains("set " + environment + " in the environment")
                .doesNotContain(CLIENT_ID);
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void saysInOneLineWhatAUsableValueIs(String key, String value) {
        SettingsException thrown = catchThrowableOfType(SettingsException.class, () -> settings(key, value));

        String rule =
                thrown.getMessage().replaceFirst("(?s).* cannot be used: ", "").replaceFirst(" ?\\(set .*", "");
        assertThat(rule).isNotBlank().isEqualTo(rule.strip());
        assertThat(thrown.getMessage()).doesNotContainPattern("\\p{Cntrl}");
    }

    /** Every setting that has a default, with its default. */
    public static Map<String, String> defaults() {
        return SettingSource.DEFAULTS;
    }

    static Stream<String> keys() {
        return defaults().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("keys")
    void refusesASettingThatIsEmpty(String key) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> settings(key, "  "))
                .withMessageStartingWith(key + "= cannot be used: it is empty (set IMGUR_");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void saysHowToSetTheClientId(String value) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> settings("imgur.client-id", value))
                .withMessageContaining("No client id: set IMGUR_CLIENT_ID in the environment");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${header.imageTitle}.${header.imageExtension}",
                "${header.postTitle}/${header.imagePosition} ${header.imageTitle}.${header.imageExtension}",
                "${header.imageDate.substring(0,4)}/${header.postId}_${header.imagePosition}.${header.imageExtension}",
                "${header.postTitle} ${header.postId}/${header.imagePosition}.${header.imageExtension}",
                "${header.imageExtension}/${header.imageTitle}"
            })
    void acceptsCommonFileNames(String name) {
        assertThat(settings("imgur.images.file-name", name).images().fileName()).isEqualTo(name);
    }

    @Test
    void needsNoClientIdOnAWorker() {
        Properties properties = defaultsWith("imgur.poll.enabled", "false", "imgur.queue", "redis");
        properties.remove("imgur.client-id");

        assertThat(settings(properties).api().clientId()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret two", "secret\nline", "secret\there", "caf\u00e9secret", "\u0000secret"})
    void neverShowsAnInvalidClientId(String value) {
        SettingsException thrown =
                catchThrowableOfType(SettingsException.class, () -> settings("imgur.client-id", value));

        assertThat(thrown).hasMessageContaining("imgur.client-id").hasMessageContaining("IMGUR_CLIENT_ID");
        assertThat(thrown.getMessage()).doesNotContain("secret", value);
    }

    @Test
    void doesNotShowAClientIdThatIsTooLong() {
        SettingsException thrown =
                catchThrowableOfType(SettingsException.class, () -> settings("imgur.client-id", "x".repeat(201)));

        assertThat(thrown.getMessage()).contains("IMGUR_CLIENT_ID").doesNotContain("xx");
    }

    @ParameterizedTest
    @CsvSource({
        "http://proxy.example:3128, proxy.example, 3128, '', ''",
        "HTTP://Proxy_1:65535/, Proxy_1, 65535, '', ''",
        "http://10.0.0.1:1, 10.0.0.1, 1, '', ''",
        "http://[::1]:8080, ::1, 8080, '', ''",
        "http://me@proxy:3128, proxy, 3128, me, ''",
        "http://me:pa55w+rd@proxy:3128, proxy, 3128, me, pa55w+rd",
        "http://m%40e:p%3Aa%2F%25@proxy:3128, proxy, 3128, m@e, p:a/%"
    })
    void readsTheAddressOfAProxy(String text, String host, int port, String user, String password) {
        HttpProxy proxy = settings("imgur.http.proxy", text).http().proxy().orElseThrow();

        assertThat(proxy).isEqualTo(new HttpProxy(host, port, user, password));
        assertThat(proxy.toString()).endsWith(":" + port).doesNotContain("@", "pa55");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pa55word:3128",
                "https://pa55word:3128",
                "socks5://pa55word:1080",
                "http://pa55word",
                "http://pa55word:0",
                "http://pa55word:65536",
                "http://pa55word:3128/path",
                "http://pa55word:3128?x",
                "http://me:pa55word@",
                "http://me:pa55word@:3128",
                "http://me:pa55word%@proxy:3128",
                "http://me:pa55word%0a@proxy:3128",
                "http://me:pa55word@proxy@proxy:3128",
                "me:pa55word@proxy:3128",
                "http://me:pa55 word@proxy:3128"
            })
    void neverShowsAProxyThatCannotBeUsed(String text) {
        SettingsException thrown =
                catchThrowableOfType(SettingsException.class, () -> settings("imgur.http.proxy", text));

        assertThat(thrown.getMessage())
                .startsWith("imgur.http.proxy (IMGUR_HTTP_PROXY in the environment) cannot be used: ")
                .doesNotContain("pa55");
    }

    @Test
    void readsTheHeadersOfAGateway() {
        Settings settings = settings(
                "imgur.api.headers.X-RapidAPI-Key",
                " key1234 ",
                "imgur.api.headers.x-empty",
                " ",
                "imgur.api.header",
                "x");

        assertThat(settings.api().headers()).containsOnly(Map.entry("X-RapidAPI-Key", "key1234"));
        assertThat(settings.api().headers().get("x-rapidapi-key")).isEqualTo("key1234");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://u:pa55{{word@host:9", "http://u:pa55}}word@host:9", "http://{{no.such.key}}:9"})
    void neverIgnoresASecretThatCannotBeRead(String value) throws IOException {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().setInitialProperties(defaultsWith("imgur.http.proxy", value));

            SettingsException thrown = catchThrowableOfType(SettingsException.class, () -> Settings.of(context));

            assertThat(thrown.getMessage()).startsWith("imgur.http.proxy (").doesNotContain("pa55", "no.such");
        }
    }

    @Test
    void readsTheHeadersOfAGatewayFromEveryPlaceThatPropertiesComeFrom() throws IOException {
        System.setProperty("imgur.api.headers.X-System", "of the system");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent()
                    .setInitialProperties(defaultsWith("imgur.api.headers.X-File", "of a file"));
            Properties overrides = new Properties();
            overrides.setProperty("imgur.api.headers.X-Override", "of an override");
            context.getPropertiesComponent().setOverrideProperties(overrides);

            Settings settings = Settings.of(context);

            assertThat(settings.api().headers())
                    .containsOnly(
                            Map.entry("X-File", "of a file"),
                            Map.entry("X-Override", "of an override"),
                            Map.entry("X-System", "of the system"));
        } finally {
            System.clearProperty("imgur.api.headers.X-System");
        }
    }

    @Test
    void needsNoClientIdWithAnAuthorizationOfAGateway() {
        assertThat(settings("imgur.client-id", "", "imgur.api.headers.authorization", "Bearer x")
                        .api()
                        .clientId())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "imgur.api.headers.Host, s3cret",
        "imgur.api.headers.content-length, s3cret",
        "imgur.api.headers.Transfer-Encoding, s3cret",
        "imgur.api.headers.Connection, s3cret",
        "imgur.api.headers.Proxy-Authorization, s3cret",
        "imgur.api.headers.X Key, s3cret",
        "imgur.api.headers.X:Key, s3cret",
        "imgur.api.headers., s3cret",
        "imgur.api.headers.X-Key, s3cret\u00e9",
        "imgur.api.headers.X-Key, 's3cret\u0000'"
    })
    void namesTheHeaderThatCannotBeSentAndNeverShowsItsValue(String key, String value) {
        SettingsException thrown = catchThrowableOfType(SettingsException.class, () -> settings(key, value));

        assertThat(thrown.getMessage()).startsWith(key + " (IMGUR_API_HEADERS_").doesNotContain("s3cret");
    }

    @Test
    void masksEverySecret() {
        Secrets secrets = settings(
                        "imgur.client-id", "client5",
                        "imgur.api.headers.X-Key", "key1234",
                        "imgur.api.headers.Authorization", "Bearer token5",
                        "imgur.api.headers.X-Short", "1",
                        "imgur.http.proxy", "http://me:pa55word@proxy:3128")
                .secrets();

        assertThat(secrets.mask("1 client5 key1234! Bearer token5, token5 pa55word bWU6cGE1NXdvcmQ= proxy"))
                .isEqualTo("1 *** ***! ***, *** *** *** proxy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://me:pa55word@api.imgur.com",
                "http://me:pa55word@api.imgur.com",
                "https://me:pa55word@api imgur.com",
                "https://me:pa55word@api.imgur.com/{x}",
                "https://me:x/pa55word@api.imgur.com",
                "https://me:x@pa55word@api.imgur.com"
            })
    void neverShowsAPasswordInTheAddressOfTheApi(String url) {
        SettingsException thrown = catchThrowableOfType(SettingsException.class, () -> settings("imgur.api.url", url));

        assertThat(thrown).hasMessageContaining("IMGUR_API_URL");
        assertThat(thrown.getMessage()).doesNotContain("pa55word");
    }

    @Test
    void allowsPlainHttpForAStandIn() {
        Settings settings = settings("imgur.api.url", "http://127.0.0.1:8080", "imgur.hosts.private", "true");

        assertThat(settings.api().url()).isEqualTo(URI.create("http://127.0.0.1:8080"));
    }

    @Test
    void saysHowToAllowPlainHttp() {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> settings("imgur.api.url", "http://127.0.0.1:8080"))
                .withMessageContaining("imgur.hosts.private=true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/3/gallery/hot/viral/0", "/3/gallery/t/cats/time/7?showViral=false", "/3/gallery/hot/viral/0?"})
    void countsPagesUpFromANumber(String path) {
        Settings settings = settings("imgur.gallery.path", path, "imgur.gallery.pages", "3");

        assertThat(settings.gallery().pages()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/3/gallery/hot/", "/3/gallery/hot", "/3/gallery/hot/viral/0/", "/3/gallery/hot?page=/0"})
    void hasOnePageOnlyWhereThePathHasNoNumber(String path) {
        assertThat(settings("imgur.gallery.path", path).gallery().path()).isEqualTo(path);

        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> settings("imgur.gallery.path", path, "imgur.gallery.pages", "2"))
                .withMessageStartingWith("imgur.gallery.pages=2 cannot be used: imgur.gallery.path must end in");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "NONE", " none "})
    void keepsNoDeadLettersIfConfigured(String value) {
        assertThat(settings("imgur.dead-letters", value).state().deadLetters()).isEmpty();
    }

    @Test
    void aRequeueIsOnePassWithoutAPollAndWithoutAClientId() {
        Properties properties =
                defaultsWith("imgur.requeue", "true", "imgur.requeue.reason", "removed", "imgur.once", "false");
        properties.remove("imgur.client-id");

        Settings settings = settings(properties);

        assertThat(settings.requeue().enabled()).isTrue();
        assertThat(settings.requeue().reason()).contains("removed");
        assertThat(settings.poll().enabled()).isFalse();
        assertThat(settings.poll().once()).isTrue();
    }

    @Test
    void aRequeueMayLeaveTheDownloadsToOthers() {
        Settings settings =
                settings("imgur.requeue", "true", "imgur.queue", "redis", "imgur.download.enabled", "false");

        assertThat(settings.download().enabled()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"imgur.download.enabled, false, imgur.download.enabled", "imgur.requeue, perhaps, imgur.requeue"})
    void refusesARequeueThatCannotWork(String key, String value, String culprit) {
        Properties properties = defaultsWith("imgur.requeue", "true", key, value);

        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> settings(properties))
                .withMessageStartingWith(culprit + "=" + value + " cannot be used: ");
    }

    @ParameterizedTest
    @CsvSource({
        "seda, false, true, false, imgur.poll.enabled",
        "direct, false, true, false, imgur.poll.enabled",
        "seda, true, false, false, imgur.download.enabled",
        "direct, true, false, false, imgur.download.enabled",
        "seda, false, false, false, imgur.download.enabled",
        "redis, false, false, false, imgur.download.enabled",
        "redis, false, true, true, imgur.once"
    })
    void refusesSettingsThatCannotWorkTogether(
            String queue, String poll, String download, String once, String culprit) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> settings(
                        "imgur.queue", queue,
                        "imgur.poll.enabled", poll,
                        "imgur.download.enabled", download,
                        "imgur.once", once))
                .withMessageStartingWith(culprit + "=");
    }

    @ParameterizedTest
    @CsvSource({
        "seda, true, true, true",
        "direct, true, true, false",
        "redis, true, true, true",
        "redis, true, false, true",
        "redis, true, false, false",
        "redis, false, true, false",
        "kafka, false, true, false"
    })
    void acceptsSettingsThatWorkTogether(String queue, boolean poll, boolean download, boolean once) {
        Settings settings = settings(
                "imgur.queue", queue,
                "imgur.poll.enabled", String.valueOf(poll),
                "imgur.download.enabled", String.valueOf(download),
                "imgur.once", String.valueOf(once));

        assertThat(settings.queue()).isEqualTo(queue);
        assertThat(settings.poll().enabled()).isEqualTo(poll);
        assertThat(settings.download().enabled()).isEqualTo(download);
        assertThat(settings.poll().once()).isEqualTo(once);
    }
}
