package imgurcaravan.run;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and prints numbers of bytes and spans of time the way people write them. */
public final class Quantity {

    private static final Pattern BYTES = Pattern.compile("(\\d{1,12})\\s*([a-zA-Z]*)");
    private static final Map<String, Long> BYTE_UNITS = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("b", 1L),
            Map.entry("kb", 1_000L),
            Map.entry("mb", 1_000_000L),
            Map.entry("gb", 1_000_000_000L),
            Map.entry("tb", 1_000_000_000_000L),
            Map.entry("kib", 1L << 10),
            Map.entry("mib", 1L << 20),
            Map.entry("gib", 1L << 30),
            Map.entry("tib", 1L << 40));

    private static final Pattern DURATION = Pattern.compile("(?:\\d{1,9}(?:ms|d|h|m|s))+");
    private static final Pattern DURATION_PART = Pattern.compile("(\\d{1,9})(ms|d|h|m|s)");

    private Quantity() {}

    /**
     * Reads a number of bytes: {@code 500}, {@code 64kB}, {@code 200MB}, {@code 1GiB}; {@code kB} is 1000 bytes.
     *
     * @throws IllegalArgumentException if the text is not a number of bytes
     */
    public static long parseBytes(String text) {
        Matcher matcher = BYTES.matcher(text.strip());
        Long unit = matcher.matches() ? BYTE_UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("not a number of bytes such as 200MB");
        }
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("more bytes than can be counted", e);
        }
    }

    /**
     * Reads a span of time with its units: {@code 500ms}, {@code 60s}, {@code 15m}, {@code 1h30m}, {@code 1d}.
     *
     * @throws IllegalArgumentException if the text is not a duration; a number without a unit is refused, since it has
     *     meant seconds to some and milliseconds to others
     */
    public static Duration parseDuration(String text) {
        String stripped = text.strip();
        if (!DURATION.matcher(stripped).matches()) {
            throw new IllegalArgumentException("not a span of time with a unit such as 60s or 15m");
        }
        Duration sum = Duration.ZERO;
        Matcher part = DURATION_PART.matcher(stripped);
        while (part.find()) {
            long amount = Long.parseLong(part.group(1));
            sum = sum.plus(
                    switch (part.group(2)) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "s" -> Duration.ofSeconds(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "h" -> Duration.ofHours(amount);
                        default -> Duration.ofDays(amount);
                    });
        }
        return sum;
    }

    /** Prints bytes with three digits at most before the unit: {@code 503 B}, {@code 251 kB}, {@code 46.8 MB}. */
    public static String formatBytes(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        if (bytes < 999_500) {
            return Math.round(bytes / 1e3) + " kB";
        }
        if (bytes < 999_950_000) {
            return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
        }
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }

    /** Prints a span of time in the unit it was set in: {@code 500 ms}, {@code 60 s}, {@code 15 min}, {@code 2 h}. */
    public static String formatDuration(Duration span) {
        long millis = span.toMillis();
        if (millis % 1_000 != 0) {
            return millis + " ms";
        }
        long seconds = millis / 1_000;
        if (seconds % 60 != 0 || seconds <= 60) {
            return seconds + " s";
        }
        return seconds % 3_600 == 0 ? seconds / 3_600 + " h" : seconds / 60 + " min";
    }
}
