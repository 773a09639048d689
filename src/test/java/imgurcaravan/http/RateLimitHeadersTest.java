package imgurcaravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitHeadersTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private final DefaultCamelContext context = new DefaultCamelContext();

    private RateLimitHeaders limits(Map<String, Object> headers) {
        Message message = new DefaultMessage(context);
        headers.forEach(message::setHeader);
        return RateLimitHeaders.of(message, NOW);
    }

    @Test
    void knowsNothingWithoutHeaders() {
        assertThat(limits(Map.of())).isEqualTo(new RateLimitHeaders(null, null, -1, -1));
    }

    @Test
    void readsBothFormsOfRetryAfter() {
        assertThat(limits(Map.of("Retry-After", "120")).retryAt()).isEqualTo("2026-01-01T12:02:00Z");
        assertThat(limits(Map.of("Retry-After", "Thu, 01 Jan 2026 12:05:00 GMT"))
                        .retryAt())
                .isEqualTo("2026-01-01T12:05:00Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-5", "soon", "", "1e3", "999999999999999999999", "Thu, 01 Jan 2026 11:59:59 GMT", "2026"})
    void ignoresATimeThatIsInvalidOrPast(String value) {
        Instant retryAt = limits(Map.of("Retry-After", value)).retryAt();

        assertThat(retryAt == null || value.equals("2026")).as(value).isTrue();
    }

    @Test
    void readsTimesByTheClockOfTheServer() {
        RateLimitHeaders limits = limits(Map.of(
                "Date", "Thu, 01 Jan 2026 14:00:00 GMT",
                "Retry-After", "Thu, 01 Jan 2026 14:00:30 GMT",
                "X-RateLimit-UserReset",
                        "" + Instant.parse("2026-01-01T14:15:00Z").getEpochSecond()));

        assertThat(limits.retryAt()).isEqualTo(NOW.plusSeconds(30));
        assertThat(limits.userReset()).isEqualTo(NOW.plusSeconds(900));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-01-01T12:00:00Z"})
    void ignoresADateThatIsInvalid(String date) {
        assertThat(limits(Map.of("Date", date, "Retry-After", "Thu, 01 Jan 2026 12:05:00 GMT"))
                        .retryAt())
                .isEqualTo("2026-01-01T12:05:00Z");
    }

    @Test
    void readsImgursLimits() {
        RateLimitHeaders limits = limits(Map.of(
                "X-RateLimit-UserRemaining", "17",
                "X-RateLimit-UserReset", "" + NOW.plusSeconds(900).getEpochSecond(),
                "X-RateLimit-ClientRemaining", "8000",
                "X-RateLimit-ClientLimit", "12500"));

        assertThat(limits).isEqualTo(new RateLimitHeaders(null, NOW.plusSeconds(900), 17, 8_000));
    }

    @Test
    void countsTheResetOnlyWhereALimitIsTheReason() {
        RateLimitHeaders some = new RateLimitHeaders(null, NOW.plusSeconds(900), 17, -1);
        RateLimitHeaders none = new RateLimitHeaders(null, NOW.plusSeconds(900), 0, -1);

        assertThat(some.opening(false)).isNull();
        assertThat(some.opening(true)).isEqualTo(NOW.plusSeconds(900));
        assertThat(none.opening(false)).isEqualTo(NOW.plusSeconds(900));
    }

    @Test
    void takesTheLaterOfBoth() {
        assertThat(new RateLimitHeaders(NOW.plusSeconds(5), NOW.plusSeconds(9), 0, -1).opening(true))
                .isEqualTo(NOW.plusSeconds(9));
        assertThat(new RateLimitHeaders(NOW.plusSeconds(50), NOW.plusSeconds(9), 0, -1).opening(true))
                .isEqualTo(NOW.plusSeconds(50));
    }
}
