package imgurcaravan.run;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads single settings, with their defaults; errors name the setting. */
final class SettingSource {

    /** Every setting that has a default. */
    static final Map<String, String> DEFAULTS = defaults();

    private final Function<String, Optional<String>> properties;

    /** @param properties returns the text of a setting for its key, empty if it is not set */
    SettingSource(Function<String, Optional<String>> properties) {
        this.properties = properties;
    }

    private static Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("imgur.api.url", "https://api.imgur.com");
        defaults.put("imgur.api.daily-requests", "10000");
        defaults.put("imgur.gallery.path", "/3/gallery/hot/viral/0");
        defaults.put("imgur.gallery.pages", "1");
        defaults.put("imgur.gallery.types", "image/jpeg,image/png,image/gif,video/mp4,image/webp");
        defaults.put("imgur.gallery.albums", "all");
        defaults.put("imgur.gallery.animated", "link");
        defaults.put("imgur.poll.period", "15m");
        defaults.put("imgur.poll.enabled", "true");
        defaults.put("imgur.once", "false");
        defaults.put("imgur.queue", "seda");
        defaults.put("imgur.download.enabled", "true");
        defaults.put("imgur.download.concurrency", "8");
        defaults.put("imgur.download.timeout", "60s");
        defaults.put("imgur.download.max-bytes", "200MB");
        defaults.put("imgur.download.attempts", "5");
        defaults.put("imgur.download.backoff", "1s");
        defaults.put("imgur.images.dir", "images");
        defaults.put("imgur.images.file-name", "${header.imageId}.${header.imageExtension}");
        defaults.put("imgur.images.metadata", "false");
        defaults.put("imgur.images.mtime", "false");
        defaults.put("imgur.images.min-free", "1GB");
        defaults.put("imgur.archive", ".caravan/archive.db");
        defaults.put("imgur.refused.retry-after", "7d");
        defaults.put("imgur.dead-letters", "none");
        defaults.put("imgur.http.connect-timeout", "10s");
        defaults.put("imgur.http.idle-timeout", "20s");
        defaults.put("imgur.http.backoff", "10s");
        defaults.put("imgur.hosts.allow", "imgur.com,*.imgur.com");
        defaults.put("imgur.hosts.private", "false");
        defaults.put("imgur.redis.url", "redis://localhost:6379");
        defaults.put("imgur.redis.stream", "imgur:images");
        defaults.put("imgur.redis.group", "downloaders");
        return defaults;
    }

    /** A setting without a default; a blank one counts as not set. */
    Optional<String> optional(String key) {
        return properties.apply(key).map(String::strip).filter(text -> !text.isEmpty());
    }

    String text(String key) {
        return exactText(key).strip();
    }

    private String exactText(String key) {
        String text = properties.apply(key).orElseGet(() -> DEFAULTS.get(key));
        if (text.isBlank()) {
            throw SettingsException.unusable(key, "", "it is empty");
        }
        return text;
    }

    /** A text that Camel reads as well, without stripping it. */
    String exact(String key) {
        String text = exactText(key);
        if (!text.equals(text.strip())) {
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

    /** Whether a setting without a default is set to true. */
    boolean optionalFlag(String key) {
        return optional(key).isPresent() && flag(key);
    }

    boolean flag(String key) {
        return switch (text(key).toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw SettingsException.unusable(key, text(key), "it must be true or false");
        };
    }

    int number(String key, int min, int max) {
        try {
            int number = Integer.parseInt(text(key));
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw SettingsException.unusable(key, text(key), "it must be a whole number, " + min + " to " + max);
        }
        throw SettingsException.unusable(key, text(key), "it must be " + min + " to " + max);
    }

    long bytes(String key, long min) {
        try {
            long bytes = Quantity.parseBytes(text(key));
            if (bytes >= min) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw SettingsException.unusable(key, text(key), e.getMessage());
        }
        throw SettingsException.unusable(key, text(key), "it must be at least one byte");
    }

    Duration duration(String key, Duration min, Duration max) {
        Duration span;
        try {
            span = Quantity.parseDuration(text(key));
        } catch (IllegalArgumentException e) {
            throw SettingsException.unusable(key, text(key), e.getMessage());
        }
        if (span.compareTo(min) < 0 || span.compareTo(max) > 0) {
            String rule = "it must be " + Quantity.formatDuration(min) + " to " + Quantity.formatDuration(max);
            throw SettingsException.unusable(key, text(key), rule);
        }
        return span;
    }

    <E extends Enum<E>> E choice(String key, Class<E> type) {
        String text = text(key);
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        String names = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        throw SettingsException.unusable(key, text, "it must be one of " + names);
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

    Path path(String key, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw SettingsException.unusable(key, text, "it is not a valid path here: " + e.getReason());
        }
    }
}
