package imgurcaravan.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.camel.Message;

/**
 * The rate limits in the headers of a response.
 *
 * <p>{@code Retry-After} is that of RFC 9110, in seconds or as a date. The others are Imgur's own; any of them may be
 * missing. Times are those of the server's clock: if the response has a {@code Date}, the span between the two counts,
 * even if the clock of this machine is wrong.
 *
 * @param retryAt from {@code Retry-After}; null if it is missing, unreadable or not in the future
 * @param userReset from {@code X-RateLimit-UserReset}; null in the same cases
 * @param userRemaining requests that this address has left until then, -1 if unknown
 * @param clientRemaining requests that all users of the client id have left for the day, -1 if unknown
 */
public record RateLimitHeaders(Instant retryAt, Instant userReset, long userRemaining, long clientRemaining) {

    private static final Pattern OVER_CAPACITY = Pattern.compile("over.?capacity", Pattern.CASE_INSENSITIVE);
    private static final long LATEST = Instant.parse("9999-01-01T00:00:00Z").getEpochSecond();

    /** Reads the headers of a response. */
    public static RateLimitHeaders of(Message response, Instant now) {
        Instant sent = date(text(response, "Date"));
        Duration fast = sent == null ? Duration.ZERO : Duration.between(sent, now);
        long reset = number(text(response, "X-RateLimit-UserReset"));
        return new RateLimitHeaders(
                retryAfter(text(response, "Retry-After"), now, fast),
                reset >= 0 && reset < LATEST
                        ? future(Instant.ofEpochSecond(reset).plus(fast), now)
                        : null,
                number(text(response, "X-RateLimit-UserRemaining")),
                number(text(response, "X-RateLimit-ClientRemaining")));
    }

    /**
     * When to retry after a response that says to wait; null if it names no time.
     *
     * @param limited whether a limit is the reason
     */
    public Instant opening(boolean limited) {
        // Imgur sends the reset time with every response: it only counts if a limit is the reason.
        Instant reset = limited || userRemaining == 0 ? userReset : null;
        if (retryAt == null || reset == null) {
            return retryAt == null ? reset : retryAt;
        }
        return retryAt.isAfter(reset) ? retryAt : reset;
    }

    /** Whether a text from Imgur says that it is over capacity, which is a reason to wait whatever the status. */
    public static boolean isOverCapacity(String text) {
        return OVER_CAPACITY.matcher(text).find();
    }

    private static Instant retryAfter(String text, Instant now, Duration fast) {
        long seconds = number(text);
        if (seconds >= 0) {
            return seconds == 0 ? null : now.plusSeconds(Math.min(seconds, LATEST / 10));
        }
        Instant date = date(text);
        return date == null ? null : future(date.plus(fast), now);
    }

    private static Instant date(String text) {
        if (text == null) {
            return null;
        }
        try {
            return ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT))
                    .toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Instant future(Instant instant, Instant now) {
        return instant.isAfter(now) ? instant : null;
    }

    private static String text(Message response, String header) {
        Object value = response.getHeader(header);
        return value instanceof String text ? text : null;
    }

    private static long number(String text) {
        if (text == null || !text.strip().matches("\\d{1,15}")) {
            return -1;
        }
        return Long.parseLong(text.strip());
    }
}
