package imgurcaravan.image;

import imgurcaravan.http.FailureReasons;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Settings.RequeueSettings;
import imgurcaravan.state.FailedImage;
import imgurcaravan.state.FailedImages;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.camel.Exchange;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of the route that queues dead letters again. It counts as a poll, whose listing is what failed.
 *
 * <p>A dead letter stays in the state file until its image is in place, so that a kill at any moment costs nothing.
 */
public final class Requeue extends ServiceSupport {

    private static final String LOCK = "requeue.lock";
    private static final String REASON = "CamelRedisStreamsReason";

    private static final Logger LOG = LoggerFactory.getLogger(Requeue.class);

    private final RequeueSettings settings;
    private final Polls polls;
    private final FailedImages failedImages;
    private final Path state;
    private FileChannel lockFile;

    /** @param state the state file, which only one process requeues from at a time */
    public Requeue(RequeueSettings settings, Polls polls, FailedImages failedImages, Path state) {
        this.settings = settings;
        this.polls = polls;
        this.failedImages = failedImages;
        this.state = state;
    }

    @Override
    protected void doStop() throws IOException {
        if (lockFile != null) {
            lockFile.close();
        }
    }

    private void lock() throws IOException {
        lockFile = FileChannel.open(state.resolveSibling(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (lockFile.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("It is one of this process", e);
        }
        throw new IOException("another requeue is at work on " + state);
    }

    /** The dead letters of the state file that are asked for. */
    public Iterator<FailedImage> list() {
        return failedImages.list(settings.reason().orElse(""));
    }

    /**
     * The images of the dead letters that are asked for, one by one; a stop ends them.
     *
     * @throws IOException if another process is requeuing them
     */
    public Iterator<Image> images(Exchange exchange) throws IOException {
        lock();
        Iterator<FailedImage> letters = list();
        String pollId = exchange.getProperty(Polls.POLL_ID, String.class);
        return new Iterator<>() {
            private Image next;

            @Override
            public boolean hasNext() {
                while (next == null && letters.hasNext()) {
                    if (polls.isStopping()) {
                        polls.cutShort(pollId);
                        return false;
                    }
                    next = image(letters.next());
                }
                return next != null;
            }

            @Override
            public Image next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                Image image = next;
                next = null;
                return image;
            }
        };
    }

    private static Image image(FailedImage letter) {
        try {
            return Image.fromJson(letter.message());
        } catch (ImageRefusedException e) {
            LOG.warn("Ignored a dead letter that holds no image: {}", FailureReasons.printable(letter.message()));
            return null;
        }
    }

    /** Says which dead letters a queue is to requeue, where it keeps them itself. */
    public void choose(Exchange exchange) {
        settings.reason().ifPresent(reason -> exchange.getMessage().setHeader(REASON, reason));
    }

    /** Says why dead letters could not be read. */
    public void report(Exchange exchange) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        LOG.error("The dead letters could not be read: {}", FailureReasons.of(thrown));
        polls.unreadable(exchange.getProperty(Polls.POLL_ID, String.class));
    }
}
