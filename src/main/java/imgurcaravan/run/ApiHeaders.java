package imgurcaravan.run;

import java.util.Collection;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;

/** Reads {@code imgur.api.headers.<name>}: headers that are only sent to the API, and whose values are secret. */
final class ApiHeaders {

    private static final String PREFIX = "imgur.api.headers.";
    private static final String ENVIRONMENT_PREFIX = SettingsException.environmentName(PREFIX);

    /** RFC 9110: a token. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");

    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]{1,4000}");

    /** They describe the connection or the message, and are set by the HTTP client. */
    private static final Set<String> NOT_OURS = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization");

    private ApiHeaders() {}

    /**
     * All keys that are set: in a file, as a system property, or in the environment, where underscores stand for
     * hyphens ({@code IMGUR_API_HEADERS_X_RAPIDAPI_KEY}).
     */
    static Set<String> keys(CamelContext context) {
        Set<String> keys = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        keys.addAll(context.getPropertiesComponent()
                .loadProperties(key -> key.startsWith(PREFIX))
                .stringPropertyNames());
        keys.addAll(System.getProperties().stringPropertyNames());
        System.getenv().keySet().stream()
                .filter(name -> name.startsWith(ENVIRONMENT_PREFIX))
                .map(name -> PREFIX
                        + name.substring(ENVIRONMENT_PREFIX.length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-'))
                .forEach(keys::add);
        return keys;
    }

    /**
     * Reads the headers among the given keys.
     *
     * @return values by case-insensitive name
     * @throws SettingsException if one cannot be used; it never shows the value
     */
    static Map<String, String> read(Collection<String> keys, Function<String, Optional<String>> source) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String key : keys) {
            String value = key.startsWith(PREFIX)
                    ? source.apply(key).map(String::strip).orElse("")
                    : "";
            if (!value.isEmpty()) {
                headers.put(name(key), checked(key, value));
            }
        }
        return Collections.unmodifiableMap(headers);
    }

    private static String name(String key) {
        String name = key.substring(PREFIX.length());
        if (!NAME.matcher(name).matches()) {
            throw SettingsException.unusableSecret(key, "its last part is not the name of an HTTP header");
        }
        if (NOT_OURS.contains(name.toLowerCase(Locale.ROOT))) {
            throw SettingsException.unusableSecret(key, "that header belongs to the connection");
        }
        return name;
    }

    private static String checked(String key, String value) {
        if (!VALUE.matcher(value).matches()) {
            throw SettingsException.unusableSecret(key, "it must be at most 4000 printable ASCII characters");
        }
        return value;
    }
}
