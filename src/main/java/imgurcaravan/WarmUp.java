package imgurcaravan;

import imgurcaravan.http.Tls;
import imgurcaravan.image.Image;
import imgurcaravan.image.ImageRefusedException;
import java.text.SimpleDateFormat;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads what every run comes to need anyway, beside the start of Camel, which keeps one processor busy only: dates of the
 * log, the trust store, messages of the queue.
 *
 * <p>Nothing waits for it but whoever comes to the same class before it is done. What fails here fails where it is used
 * too, which tells of it.
 */
final class WarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    private WarmUp() {}

    static void begin() {
        Thread thread = new Thread(WarmUp::tryAll, "imgur-warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    private static void tryAll() {
        try {
            all();
        } catch (ImageRefusedException | RuntimeException | LinkageError e) {
            LOG.debug("Not warmed up", e);
        }
    }

    /** In the order in which a run needs them. */
    static void all() throws ImageRefusedException {
        new SimpleDateFormat("yyyy-MM-dd HH:mm:ss.SSS", Locale.getDefault()).format(0L);
        Tls.context();
        Image.fromJson(
                new Image("warmup", "https://i.imgur.com/warmup.jpg", null, 0, false, null, null, null).toJson());
    }
}
