package imgurcaravan.image;

import imgurcaravan.http.RateLimitGates;
import imgurcaravan.http.RateLimitHeaders;
import imgurcaravan.http.RateLimitedException;
import imgurcaravan.http.TransferDeadlines;
import imgurcaravan.run.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Writes the body of a response to the part file of its attempt, and accepts it only if it is a whole image. */
public final class ImageVerifier {

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
        exchange.setProperty(Downloads.BYTES, result.size());
        attempt.received(result.type());
        message.removeHeaders("*");
        message.setBody(null);
    }
}
