package imgurcaravan.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.camel.Message;

/**
 * What the headers of an answer say of limits.
 *
 * <p>{@code Retry-After} is that of RFC 9110, in seconds or as a date. The others are Imgur's; any of them may be
 * missing.
 *
 * @param retryAt by {@code Retry-After}, null where it is missing, unreadable or not in the future
 * @param userReset by {@code X-RateLimit-UserReset}, null likewise
 * @param userRemaining requests that this address has left until then, -1 where unknown
 * @param clientRemaining requests that all users of the client id have left for the day, -1 where unknown
 */
public record RateLimitHeaders(Instant retryAt, Instant userReset, long userRemaining, long clientRemaining) {

    private static final Pattern OVER_CAPACITY = Pattern.compile("over.?capacity", Pattern.CASE_INSENSITIVE);
    private static final long LATEST = Instant.parse("9999-01-01T00:00:00Z").getEpochSecond();

    /** Reads the headers of an answer. */
    public static RateLimitHeaders of(Message answer, Instant now) {
        Instant retryAt = retryAfter(text(answer, "Retry-After"), now);
        long reset = number(text(answer, "X-RateLimit-UserReset"));
        return new RateLimitHeaders(
                retryAt,
                reset >= 0 && reset < LATEST ? future(Instant.ofEpochSecond(reset), now) : null,
                number(text(answer, "X-RateLimit-UserRemaining")),
                number(text(answer, "X-RateLimit-ClientRemaining")));
    }

    /**
     * When to ask again, by an answer that says to wait; null where it names no time.
     *
     * @param limited whether it says so because of a limit
     */
    public Instant opening(boolean limited) {
        // Imgur sends the reset with every answer: it counts where a limit is the reason.
        Instant reset = limited || userRemaining == 0 ? userReset : null;
        if (retryAt == null || reset == null) {
            return retryAt == null ? reset : retryAt;
        }
        return retryAt.isAfter(reset) ? retryAt : reset;
    }

    /** Whether a text of Imgur says that it is over capacity, which is a reason to wait under whatever status. */
    public static boolean isOverCapacity(String text) {
        return OVER_CAPACITY.matcher(text).find();
    }

    private static Instant retryAfter(String text, Instant now) {
        long seconds = number(text);
        if (seconds >= 0) {
            return seconds == 0 ? null : now.plusSeconds(Math.min(seconds, LATEST / 10));
        }
        if (text == null) {
            return null;
        }
        try {
            ZonedDateTime date =
                    ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT));
            return future(date.toInstant(), now);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Instant future(Instant instant, Instant now) {
        return instant.isAfter(now) ? instant : null;
    }

    private static String text(Message answer, String header) {
        Object value = answer.getHeader(header);
        return value instanceof String text ? text : null;
    }

    private static long number(String text) {
        if (text == null || !text.strip().matches("\\d{1,15}")) {
            return -1;
        }
        return Long.parseLong(text.strip());
    }
}
