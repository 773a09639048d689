package imgurcaravan.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "500, 500",
        "500B, 500",
        "64kB, 64000",
        "64KB, 64000",
        "64 kb, 64000",
        "200MB, 200000000",
        "'  200 MB ', 200000000",
        "1GB, 1000000000",
        "2TB, 2000000000000",
        "1KiB, 1024",
        "1MiB, 1048576",
        "1GiB, 1073741824",
        "1TiB, 1099511627776",
        "999999999999, 999999999999",
        "007, 7"
    })
    void readsBytes(String text, long bytes) {
        assertThat(Quantity.parseBytes(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "MB",
                "-1",
                "+1",
                "1.5MB",
                "1,5MB",
                "1e6",
                "0x10",
                "1M",
                "1 0",
                "200 megabytes",
                "1MB1MB",
                "MB1",
                "1_000",
                "1000000000000",
                "99999999999999999999",
                "\u0661",
                "1MB\u0000"
            })
    void refusesTextThatIsNotANumberOfBytes(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantity.parseBytes(text))
                .withMessage("not a number of bytes such as 200MB");
    }

    @Test
    void refusesMoreBytesThanCanBeCounted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantity.parseBytes("999999999999TiB"))
                .withMessage("more bytes than can be counted");
    }

    @ParameterizedTest
    @CsvSource({
        "0s, PT0S",
        "1ms, PT0.001S",
        "500ms, PT0.5S",
        "60s, PT60S",
        "15m, PT15M",
        "2h, PT2H",
        "1d, PT24H",
        "365d, PT8760H",
        "1h30m, PT1H30M",
        "1m1ms, PT1M0.001S",
        "1d2h3m4s5ms, PT26H3M4.005S",
        "'  15m ', PT15M",
        "999999999s, PT999999999S"
    })
    void readsSpansOfTime(String text, Duration span) {
        assertThat(Quantity.parseDuration(text)).isEqualTo(span);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "15",
                "m",
                "15 m",
                "-15m",
                "+15m",
                "1.5h",
                "15M",
                "15min",
                "15m 30s",
                "PT15M",
                "15m3",
                "1w",
                "1000000000s",
                "15m;",
                "\u0661s",
                "15\nm"
            })
    void refusesTextThatIsNotADuration(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Quantity.parseDuration(text))
                .withMessageContaining("unit such as 60s");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1, 1 B",
        "503, 503 B",
        "999, 999 B",
        "1000, 1 kB",
        "1499, 1 kB",
        "1500, 2 kB",
        "250800, 251 kB",
        "999499, 999 kB",
        "999500, 1.0 MB",
        "46750000, 46.8 MB",
        "200000000, 200.0 MB",
        "999949999, 999.9 MB",
        "999950000, 1.0 GB",
        "1073741824, 1.1 GB",
        "123456789012, 123.5 GB"
    })
    void printsBytes(long bytes, String text) {
        assertThat(Quantity.formatBytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT0.001S, 1 ms",
        "PT0.5S, 500 ms",
        "PT1.5S, 1500 ms",
        "PT1S, 1 s",
        "PT60S, 60 s",
        "PT61S, 61 s",
        "PT90S, 90 s",
        "PT2M, 2 min",
        "PT15M, 15 min",
        "PT59M59S, 3599 s",
        "PT1H, 1 h",
        "PT1H30M, 90 min",
        "PT2H, 2 h",
        "PT8760H, 8760 h"
    })
    void printsSpansOfTime(Duration span, String text) {
        assertThat(Quantity.formatDuration(span)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 7, 999, 1_000, 64_000, 999_000, 999_999_999_999L})
    void readsWhatCountsInBytes(long bytes) {
        assertThat(Quantity.parseBytes(bytes + "B")).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 60, 61, 120, 3_600, 5_400, 86_400})
    void readsWhatItPrints(long seconds) {
        Duration span = Duration.ofSeconds(seconds);

        String printed = Quantity.formatDuration(span);

        assertThat(Quantity.parseDuration(printed.replace("min", "m").replace(" ", "")))
                .isEqualTo(span);
    }

    @Test
    void printsTheSameInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG"));

            assertThat(Quantity.formatBytes(46_750_000)).isEqualTo("46.8 MB");
            assertThat(Quantity.formatBytes(1_500_000_000)).isEqualTo("1.5 GB");
            assertThat(Quantity.parseBytes("1GIB")).isEqualTo(1L << 30);
        } finally {
            Locale.setDefault(before);
        }
    }
}
