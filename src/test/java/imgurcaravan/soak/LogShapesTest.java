package imgurcaravan.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that differ in nothing but names and numbers are one shape, and what no person should read is noise. */
class LogShapesTest {

    private static final String TIME = "2026-11-22 23:56:52.302 ";

    @Test
    void aShapeHasNoNamesAndNumbers() {
        assertThat(LogShapes.shape(TIME + "INFO Downloaded https://127.0.0.1:35597/i000547.webp 369 kB in 21 ms"))
                .isEqualTo("INFO Downloaded <url> <size> in N ms");
        assertThat(LogShapes.shape(
                        TIME + "WARN Failed i000543 https://127.0.0.1:1/i000543.jpg: the server responded 404"))
                .isEqualTo("WARN Failed <id> <url>: the server responded 404");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\tat java.base/java.util.TimerThread.run(Timer.java:516)",
                "java.util.concurrent.RejectedExecutionException: Redelivery not allowed while stopping",
                TIME + "WARN Failed i000543 http://127.0.0.1/i000543.jpg: SocketException: Connection reset",
                TIME + "WARN Failed i000543 http://127.0.0.1/i000543.jpg: null",
                "no time before it"
            })
    void noise(String line) {
        assertThat(LogShapes.isNoise(line)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                TIME + "INFO Took 6.31 s: 117 listed, 45 downloaded, 69 known, 3 failed, 4.8 MB",
                TIME + "WARN Failed i000543 https://127.0.0.1:1/i000543.jpg: the server responded 404"
            })
    void noNoise(String line) {
        assertThat(LogShapes.isNoise(line)).isFalse();
    }
}
