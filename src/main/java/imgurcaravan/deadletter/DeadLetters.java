package imgurcaravan.deadletter;

import imgurcaravan.http.FailureReasons;
import imgurcaravan.image.Image;
import imgurcaravan.image.ImageRefusedException;
import imgurcaravan.image.Images;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Settings;
import imgurcaravan.run.SettingsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of the dead letter route: whether a failure is for good, what there is to say of it, and the file.
 *
 * <p>A letter is flushed to disk before its exchange ends, and so before any queue hears that the entry is done. Threads
 * and processes may append to the same file.
 */
public final class DeadLetters {

    /** Exchange property: why an image could not be had, for a queue that keeps dead letters itself. */
    public static final String REASON = "imgurReason";

    private static final String DESCRIBED = "imgurDeadLetter";

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private final AtomicInteger unwritten = new AtomicInteger();
    private Settings settings;
    private Polls polls;

    public void setSettings(Settings settings) {
        this.settings = settings;
    }

    public void setPolls(Polls polls) {
        this.polls = polls;
    }

    /**
     * Looks at the file before there is a letter for it.
     *
     * @throws SettingsException if it can be none
     */
    public void start() {
        settings.deadLetters().ifPresent(file -> {
            if (Files.isDirectory(file)) {
                throw SettingsException.unusable(Settings.DEAD_LETTERS, file.toString(), "it is a folder");
            }
            if (Files.exists(file) && !Files.isWritable(file)) {
                throw SettingsException.unusable(Settings.DEAD_LETTERS, file.toString(), "it cannot be written");
            }
        });
    }

    /** Whether a failure is for good and not described yet; one that a stop brought about is not. */
    public boolean isDue(Exchange exchange) {
        if (exchange.getProperty(DESCRIBED) != null) {
            return false;
        }
        Boolean last = exchange.getProperty(Images.FINAL, Boolean.class);
        return last != null ? last : !polls.isStopping();
    }

    /** Makes the dead letter the body, as its JSON text. */
    public void describe(Exchange exchange) {
        exchange.setProperty(DESCRIBED, true);
        String reason = FailureReasons.of(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class));
        if (exchange.getProperty(Images.FINAL) == null) {
            reason = "it could not be queued: " + reason;
        }
        exchange.setProperty(REASON, reason);
        int attempts = exchange.getProperty(Images.ATTEMPTS, 0, Integer.class);
        DeadLetter letter = letter(exchange, reason, attempts);
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(letter.toJson());
    }

    private static DeadLetter letter(Exchange exchange, String reason, int attempts) {
        Image image = exchange.getProperty(Images.IMAGE, Image.class);
        if (image != null) {
            return DeadLetter.of(image, reason, attempts);
        }
        String message = exchange.getMessage().getBody(String.class);
        try {
            return DeadLetter.of(Image.fromJson(message), reason, attempts);
        } catch (ImageRefusedException e) {
            LOG.debug("A dead letter without an image: {}", e.getMessage());
            return DeadLetter.of(message, reason);
        }
    }

    /**
     * Appends the dead letter to the file, unless the queue keeps it. Where that is not possible the exchange fails after
     * all, so that a queue that outlasts the process keeps its entry.
     */
    public void write(Exchange exchange) {
        if (settings.deadLetters().isEmpty() || isKeptByQueue(exchange)) {
            return;
        }
        Path file = settings.deadLetters().get();
        String letter = exchange.getMessage().getBody(String.class);
        try (LineFile lines = LineFile.shared(file)) {
            lines.append(letter.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            unwritten.incrementAndGet();
            LOG.error("Cannot write a dead letter to {}: {}", file, FailureReasons.of(e));
            exchange.getExchangeExtension().setErrorHandlerHandled(false);
        }
    }

    /** A durable queue keeps what its workers give up, not what never came into it. */
    private static boolean isKeptByQueue(Exchange exchange) {
        return exchange.getProperty(Polls.DURABLE, false, Boolean.class) && exchange.getProperty(Images.FINAL) != null;
    }

    /** How many letters could not be written since the start. */
    int unwritten() {
        return unwritten.get();
    }
}
