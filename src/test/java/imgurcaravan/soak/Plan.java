package imgurcaravan.soak;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What one soak does, from the system properties {@code soak.*}.
 *
 * @param lasting how long new pages are listed
 * @param every how often there is a new page, and how often the application polls
 * @param draining the longest wait for what is left after the last new page
 * @param seed decides the gallery and what the server does to each request
 * @param tls whether API and image host speak TLS
 * @param letters whether the application has dead letters; without, its lines in the log count
 * @param heap the application's largest heap, as for {@code -Xmx}
 * @param jar the packaged application
 * @param folder emptied at the start; takes the images, the log and the report
 */
record Plan(
        Duration lasting,
        Duration every,
        Duration draining,
        long seed,
        boolean tls,
        boolean letters,
        String heap,
        Path jar,
        Path folder) {

    static Plan fromSystemProperties() {
        return new Plan(
                Duration.ofSeconds(Math.round(60 * Double.parseDouble(System.getProperty("soak.minutes", "30")))),
                Duration.ofSeconds(Long.getLong("soak.page-seconds", 20)),
                Duration.ofSeconds(Long.getLong("soak.drain-seconds", 300)),
                Long.getLong("soak.seed", 1),
                flag("soak.tls"),
                flag("soak.deadLetters"),
                System.getProperty("soak.heap", "64m"),
                Path.of(System.getProperty("soak.jar", "target/imgur-caravan.jar"))
                        .toAbsolutePath(),
                Path.of(System.getProperty("soak.dir", "target/soak")).toAbsolutePath());
    }

    /** How often the application tries an image. */
    int attempts() {
        return 5;
    }

    private static boolean flag(String name) {
        return Boolean.parseBoolean(System.getProperty(name, "true"));
    }

    Path images() {
        return folder.resolve("images");
    }

    Path deadLetters() {
        return folder.resolve("dead-letters.jsonl");
    }
}
