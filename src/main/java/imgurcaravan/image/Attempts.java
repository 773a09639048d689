package imgurcaravan.image;

import imgurcaravan.http.CheckedRedirects;
import imgurcaravan.http.HostPolicy;
import imgurcaravan.http.HostRefusedException;
import imgurcaravan.http.TransferDeadlines;
import java.io.IOException;
import java.net.URI;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Begins and ends each attempt to download an image, so that a failed attempt leaves nothing behind. */
public final class Attempts {

    private static final String ATTEMPT = "imgurAttempt";

    private final HostPolicy hosts;
    private final PartFiles partFiles;
    private final TransferDeadlines deadlines;
    private final AttemptTurns turns;

    public Attempts(HostPolicy hosts, PartFiles partFiles, TransferDeadlines deadlines, AttemptTurns turns) {
        this.hosts = hosts;
        this.partFiles = partFiles;
        this.deadlines = deadlines;
        this.turns = turns;
    }

    /**
     * Begins an attempt with its own part file and deadline; the message becomes the request for the image.
     *
     * @throws ImagePostponedException if another process downloads it, or if it has to be alone and is not
     * @throws HostRefusedException if its URL may not be contacted
     * @throws ImageRefusedException if its URL is that of the placeholder for deleted images, or if it is given up
     */
    public void begin(Exchange exchange) throws IOException, ImageRefusedException {
        Image image = exchange.getProperty(Downloads.IMAGE, Image.class);
        URI url = hosts.check(image.url());
        if (CheckedRedirects.isRemoved(url)) {
            throw new ImageRefusedException("removed from Imgur (its link is " + url.getPath() + ")");
        }
        turns.begin(exchange, image.id());
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setBody(null);
        message.setHeader(Exchange.HTTP_URI, url.toString());
        exchange.setProperty(ATTEMPT, new Attempt(image, partFiles.newPart(image.id())));
        exchange.setProperty(Downloads.ATTEMPTS, exchange.getProperty(Downloads.ATTEMPTS, 0, Integer.class) + 1);
        deadlines.begin(exchange);
    }

    static Attempt of(Exchange exchange) {
        return exchange.getProperty(ATTEMPT, Attempt.class);
    }

    /** Cleans up after an attempt, however it ended. */
    public void end(Exchange exchange) throws IOException {
        deadlines.end(exchange);
        Attempt attempt = (Attempt) exchange.removeProperty(ATTEMPT);
        try {
            if (attempt != null) {
                partFiles.release(attempt.part());
                attempt.cleanUp();
            }
        } finally {
            turns.end(exchange);
        }
    }
}
