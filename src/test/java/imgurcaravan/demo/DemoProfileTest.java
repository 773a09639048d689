package imgurcaravan.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import imgurcaravan.run.SettingsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoProfileTest {

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    private static Properties prepare(String... changes) {
        Map<String, String> settings =
                new HashMap<>(Map.of("imgur.demo.posts", "24", "imgur.demo.delay", "50ms", "imgur.demo.port", "0"));
        for (int i = 0; i < changes.length; i += 2) {
            settings.put(changes[i], changes[i + 1]);
        }
        Properties overrides = new Properties();
        DemoProfile.prepare(overrides, key -> Optional.ofNullable(settings.get(key)));
        return overrides;
    }

    @Test
    void findsAFreePort() {
        int port = Integer.parseInt(prepare().getProperty("imgur.demo.port"));

        assertThat(port).isBetween(1, 65_535);
        assertThatCode(() -> new ServerSocket(port, 1, loopback()).close()).doesNotThrowAnyException();
    }

    @Test
    void keepsAPortThatIsSetAndRefusesOneInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, loopback())) {
            String port = Integer.toString(taken.getLocalPort());

            assertThatThrownBy(() -> prepare("imgur.demo.port", port))
                    .isInstanceOf(SettingsException.class)
                    .hasMessageStartingWith("imgur.demo.port=" + port + " cannot be used: nothing can listen there");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "imgur.demo.posts, 0",
        "imgur.demo.posts, 501",
        "imgur.demo.posts, many",
        "imgur.demo.delay, 50",
        "imgur.demo.delay, 61s",
        "imgur.demo.port, 65536",
        "imgur.demo.port, -1"
    })
    void refusesWhatCannotWork(String key, String value) {
        assertThatThrownBy(() -> prepare(key, value))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(key + "=" + value + " cannot be used: ");
    }

    @ParameterizedTest
    @CsvSource({"imgur.demo.posts, 1", "imgur.demo.posts, 500", "imgur.demo.delay, 0ms", "imgur.demo.delay, 1m"})
    void acceptsTheEndsOfItsRanges(String key, String value) {
        assertThatCode(() -> prepare(key, value)).doesNotThrowAnyException();
    }
}
