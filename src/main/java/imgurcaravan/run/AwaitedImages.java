package imgurcaravan.run;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images whose result the polls of this process wait for: those that are queued or in flight. Thread-safe. */
final class AwaitedImages {

    /** Who has not looked for so long was stopped, or waited for the queue, and could hear nothing. */
    private static final Duration DEAF = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(AwaitedImages.class);

    private final Map<String, AwaitedImage> images = new ConcurrentHashMap<>();
    private volatile boolean durable;
    private volatile long lastNews = System.nanoTime();
    private long lastLook = System.nanoTime();
    private volatile int reportedOverdue;

    /**
     * An image whose result a poll waits for.
     *
     * @param message what was sent to a durable queue, which may have to be sent again; else null
     */
    record AwaitedImage(Poll poll, String message) {}

    /** Whether the image was not awaited before. */
    boolean add(String imageId, Poll poll) {
        return images.putIfAbsent(imageId, new AwaitedImage(poll, null)) == null;
    }

    Optional<AwaitedImage> find(String imageId) {
        return Optional.ofNullable(images.get(imageId));
    }

    /** Takes an image off, whose result is known, or will not be reported. */
    Optional<AwaitedImage> remove(String imageId) {
        AwaitedImage image = images.remove(imageId);
        if (image != null) {
            lastNews = System.nanoTime();
        }
        return Optional.ofNullable(image);
    }

    /** Whether images are in a queue that outlasts this process. */
    boolean isDurable() {
        return durable;
    }

    /** Keeps what was sent to a durable queue. */
    void sent(String imageId, String message) {
        durable = true;
        // It cannot be overdue before its time has passed; images that were queued earlier get the same time again.
        lastNews = System.nanoTime();
        images.computeIfPresent(imageId, (id, image) -> new AwaitedImage(image.poll(), message));
    }

    /** The ids of the images that were sent to a durable queue. */
    List<String> ids() {
        return images.entrySet().stream()
                .filter(each -> each.getValue().message() != null)
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * The messages of images to be offered to a durable queue again: of those that it has lost or, where it cannot say
     * which, of all when there was no result for some time. That is also logged in one line once, since a waiting poll
     * logs nothing otherwise.
     *
     * @param patience how long there must have been no result for any of these images
     * @param missing the ids of those that the queue does not have; null if it cannot say
     */
    synchronized List<String> overdue(Duration patience, Collection<String> missing) {
        List<String> sent = ids();
        boolean silent = isSilent(patience);
        if (silent) {
            report(patience, sent);
        }
        Collection<String> overdue = missing != null ? missing : silent ? sent : List.of();
        return overdue.stream()
                .map(images::get)
                .filter(image -> image != null && image.message() != null)
                .map(AwaitedImage::message)
                .toList();
    }

    private boolean isSilent(Duration patience) {
        long now = System.nanoTime();
        if (now - lastLook > DEAF.toNanos()) {
            lastNews = now;
        }
        lastLook = now;
        if (!durable || now - lastNews < patience.toNanos()) {
            return false;
        }
        lastNews = now;
        return true;
    }

    private void report(Duration patience, List<String> overdue) {
        if (overdue.size() > reportedOverdue) {
            LOG.warn(
                    "No result for {} of the queued images ({} in all, such as {}): is a worker running?",
                    Quantity.formatDuration(patience),
                    overdue.size(),
                    overdue.get(0));
        }
        reportedOverdue = overdue.isEmpty() ? 0 : Math.max(reportedOverdue, overdue.size());
    }
}
