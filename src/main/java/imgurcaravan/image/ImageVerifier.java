package imgurcaravan.image;

import imgurcaravan.http.FailureReasons;
import imgurcaravan.http.RateLimitGates;
import imgurcaravan.http.RateLimitHeaders;
import imgurcaravan.http.RateLimitedException;
import imgurcaravan.http.TransferDeadlines;
import imgurcaravan.run.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the body of a response to the part file of its attempt, and accepts it only if it is a whole image, or exactly
 * what Imgur stores.
 *
 * <p>A file of Imgur may have a flaw itself, such as a GIF without its end marker, which browsers show all the same. It
 * is accepted with a warning, if the bytes are proven to be the stored ones: by their MD5 as {@code ETag}, by the size
 * in Imgur's listing, or by a second attempt that brings the same bytes.
 */
public final class ImageVerifier {

    private static final Logger LOG = LoggerFactory.getLogger(ImageVerifier.class);

    /** Exchange property: the MD5 of a complete body with a flaw, which an earlier attempt has brought. */
    private static final String FLAWED = "imgurFlawed";

    /** A strong ETag that may be an MD5, as that of many object stores is. */
    private static final Pattern MD5_TAG = Pattern.compile("\"?(\\p{XDigit}{32})\"?");

    private final Spool spool;
    private final RateLimitGates gates;
    private final TransferDeadlines deadlines;

    public ImageVerifier(Settings settings, RateLimitGates gates, TransferDeadlines deadlines) {
        this.spool = new Spool(settings.gallery().types(), settings.download().maxBytes());
        this.gates = gates;
        this.deadlines = deadlines;
    }

    /**
     * Reads the body to its end and checks it as it arrives; then the transfer is over.
     *
     * @throws IOException if it is not whole, or cannot be written; a retry may succeed
     * @throws ImageRefusedException if a retry would not help
     */
    public void verify(Exchange exchange) throws IOException, ImageRefusedException {
        Message message = exchange.getMessage();
        InputStream body = message.getBody(InputStream.class);
        boolean coded = message.getHeader("Content-Encoding") != null;
        long length = coded ? -1 : message.getHeader("Content-Length", -1L, Long.class);
        Attempt attempt = Attempts.of(exchange);
        Spool.Result result;
        try {
            result = spool.spool(
                    body == null ? new ByteArrayInputStream(new byte[0]) : body,
                    length,
                    TransferDeadlines.of(exchange),
                    attempt.part());
        } catch (OverCapacityException e) {
            gates.images().close(RateLimitHeaders.of(message, Instant.now()).retryAt(), e.getMessage());
            throw new RateLimitedException(e.getMessage());
        }
        gates.images().passed();
        deadlines.end(exchange);
        requireOriginal(exchange, result, coded);
        exchange.setProperty(Downloads.BYTES, result.size());
        attempt.received(result.type());
        message.removeHeaders("*");
        message.setBody(null);
    }

    private static void requireOriginal(Exchange exchange, Spool.Result result, boolean coded) throws IOException {
        Message message = exchange.getMessage();
        boolean announced = message.getHeader("Content-Length") != null;
        String tag = coded ? null : md5Tag(message.getHeader("ETag", String.class));
        if (result.flaw() == null && (announced || tag == null)) {
            return;
        }
        Attempt attempt = Attempts.of(exchange);
        String md5 = PartFile.md5(attempt.part());
        String flaw = result.flaw();
        if (flaw == null) {
            if (md5.equals(tag)) {
                return;
            }
            flaw = "its MD5 is not the ETag of the response";
        }
        Image image = attempt.image();
        // A body that ends with its connection may be cut off at the same byte twice.
        boolean framed = announced || message.getHeader("Transfer-Encoding") != null;
        boolean original = md5.equals(tag)
                || result.flaw() != null && result.size() == image.size()
                || framed && md5.equals(exchange.getProperty(FLAWED, String.class));
        if (!original) {
            if (framed) {
                exchange.setProperty(FLAWED, md5);
            }
            throw new ImageIncompleteException(flaw);
        }
        LOG.warn("{} {}: saved as Imgur has it: {}", image.id(), FailureReasons.printable(image.url()), flaw);
    }

    private static String md5Tag(String tag) {
        Matcher matcher = MD5_TAG.matcher(tag == null ? "" : tag);
        return matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : null;
    }
}
