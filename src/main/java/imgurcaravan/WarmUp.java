package imgurcaravan;

import imgurcaravan.image.Image;
import imgurcaravan.image.ImageRefusedException;
import java.security.GeneralSecurityException;
import java.text.SimpleDateFormat;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads what every run comes to need anyway, beside the start of Camel, which keeps one processor busy only: the default
 * {@link SSLContext} with its trust store, what a TLS handshake begins with, messages of the queue, dates of the log.
 *
 * <p>Nothing waits for it but whoever comes to the same class before it is done. What fails here fails again, and is told,
 * where it is used.
 */
final class WarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    private WarmUp() {}

    static void begin() {
        Thread thread = new Thread(WarmUp::run, "imgur-warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    private static void run() {
        try {
            new SimpleDateFormat("yyyy-MM-dd HH:mm:ss.SSS", Locale.getDefault()).format(0L);
            SSLContext.getDefault().createSSLEngine().beginHandshake();
            String message =
                    new Image("warmup", "https://i.imgur.com/warmup.jpg", null, 0, false, null, null, null).toJson();
            Image.fromJson(message);
        } catch (GeneralSecurityException | SSLException | ImageRefusedException | RuntimeException e) {
            LOG.debug("Not warmed up", e);
        }
    }
}
