package imgurcaravan.demo;

import imgurcaravan.run.Quantity;
import imgurcaravan.run.SettingsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;

/** Checks the settings of the demo profile, and finds the port that its stand-in Imgur listens on. */
public final class DemoProfile {

    /** The name of the profile. */
    public static final String NAME = "demo";

    private static final String POSTS = "imgur.demo.posts";
    private static final String DELAY = "imgur.demo.delay";
    private static final String PORT = "imgur.demo.port";

    private static final int MOST_POSTS = 500;
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);
    private static final String HOST = "127.0.0.1";
    private static final int LAST_PORT = 65_535;

    private DemoProfile() {}

    /**
     * Prepares a start; must run before anything reads the port, and before the server starts.
     *
     * @param overrides receives the port, which is free at this moment
     * @param settings returns the text of a setting for its key, empty if it is not set
     * @throws SettingsException if a setting is missing or unusable, or the configured port is in use
     */
    public static void prepare(Properties overrides, Function<String, Optional<String>> settings) {
        number(settings, POSTS, 1, MOST_POSTS);
        checkDelay(text(settings, DELAY));
        overrides.setProperty(PORT, Integer.toString(freePort(number(settings, PORT, 0, LAST_PORT))));
    }

    /**
     * Serves the routes of the stand-in until the context stops.
     *
     * @param settings as for {@link #prepare}, after it
     */
    public static void serve(CamelContext context, Function<String, Optional<String>> settings) {
        VertxPlatformHttpServerConfiguration server = new VertxPlatformHttpServerConfiguration();
        server.setBindHost(HOST);
        server.setBindPort(number(settings, PORT, 1, LAST_PORT));
        server.getBodyHandler().setHandleFileUploads(false);
        try {
            context.addService(new VertxPlatformHttpServer(server));
        } catch (Exception e) {
            throw new IllegalStateException("The stand-in cannot be served", e);
        }
    }

    private static void checkDelay(String text) {
        Duration delay;
        try {
            delay = Quantity.parseDuration(text);
        } catch (IllegalArgumentException e) {
            throw SettingsException.unusable(DELAY, text, e.getMessage());
        }
        if (delay.compareTo(LONGEST_DELAY) > 0) {
            throw SettingsException.unusable(DELAY, text, "it must be 0ms to 1m");
        }
    }

    /** The server starts even if its port is taken, and a poll would send its requests to the other process there. */
    private static int freePort(int port) {
        InetAddress loopback;
        try {
            loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (ServerSocket socket = new ServerSocket(port, 1, loopback)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw SettingsException.unusable(
                    PORT, Integer.toString(port), "nothing can listen there: " + e.getMessage());
        }
    }

    private static int number(Function<String, Optional<String>> settings, String key, int least, int most) {
        String text = text(settings, key);
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            number = -1;
        }
        if (number < least || number > most) {
            throw SettingsException.unusable(key, text, "it must be a whole number, " + least + " to " + most);
        }
        return number;
    }

    private static String text(Function<String, Optional<String>> settings, String key) {
        return settings.apply(key)
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new SettingsException(key + " is not set"));
    }
}
