package imgurcaravan;

import imgurcaravan.http.Tls;
import imgurcaravan.image.Image;
import imgurcaravan.image.ImageRefusedException;
import java.text.SimpleDateFormat;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads what every run comes to need anyway while it has nothing else to do: beside the start of Camel, which keeps one
 * processor busy only, and while the first answer of the gallery is awaited.
 *
 * <p>Nothing waits for it but whoever comes to the same class before it is done. What fails here fails where it is used
 * too, which tells of it.
 */
final class WarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    private WarmUp() {}

    /** What it takes to ask, in a thread of its own. */
    static void begin() {
        Thread thread = new Thread(() -> attempt(WarmUp::forQuestions), "imgur-warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    /** What it takes to understand the answer, once the question is on its way. */
    static void end() {
        attempt(WarmUp::forAnswers);
    }

    private static void attempt(Step step) {
        try {
            step.run();
        } catch (ImageRefusedException | RuntimeException | LinkageError e) {
            LOG.debug("Not warmed up", e);
        }
    }

    /** Dates of the log, and the trust store. */
    static void forQuestions() {
        new SimpleDateFormat("yyyy-MM-dd HH:mm:ss.SSS", Locale.getDefault()).format(0L);
        Tls.context();
    }

    /** Messages of the queue. */
    static void forAnswers() throws ImageRefusedException {
        Image.fromJson(
                new Image("warmup", "https://i.imgur.com/warmup.jpg", null, 0, false, null, null, null).toJson());
    }

    private interface Step {
        void run() throws ImageRefusedException;
    }
}
