package imgurcaravan;

import imgurcaravan.image.Image;
import imgurcaravan.image.ImageRefusedException;
import java.security.NoSuchAlgorithmException;
import java.text.SimpleDateFormat;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads what every run comes to need anyway, beside the start of Camel, which keeps one processor busy only: dates of the
 * log, the default {@link SSLContext} with its trust store, messages of the queue.
 *
 * <p>Nothing waits for it but whoever comes to the same class before it is done. What fails here fails again, and is told,
 * where it is used.
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
        } catch (NoSuchAlgorithmException | ImageRefusedException | RuntimeException e) {
            LOG.debug("Not warmed up", e);
        }
    }

    /** In the order in which a run needs them. */
    static void all() throws NoSuchAlgorithmException, ImageRefusedException {
        new SimpleDateFormat("yyyy-MM-dd HH:mm:ss.SSS", Locale.getDefault()).format(0L);
        SSLContext.getDefault();
        Image.fromJson(
                new Image("warmup", "https://i.imgur.com/warmup.jpg", null, 0, false, null, null, null).toJson());
    }
}
