package imgurcaravan.run;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images whose result the polls of this process wait for: those that are queued or in flight. Thread-safe. */
final class AwaitedImages {

    private static final Logger LOG = LoggerFactory.getLogger(AwaitedImages.class);

    private final Map<String, AwaitedImage> images = new ConcurrentHashMap<>();
    private volatile boolean durable;
    private volatile long lastNews = System.nanoTime();
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

    /**
     * The messages of images without a result for some time, to be offered to a durable queue again: the queue may have
     * lost them, or their results may have been lost. They are logged in one line once, since a waiting poll logs
     * nothing otherwise.
     *
     * @param patience how long there must have been no result for any of these images
     */
    List<String> overdue(Duration patience) {
        if (!durable || System.nanoTime() - lastNews < patience.toNanos()) {
            return List.of();
        }
        lastNews = System.nanoTime();
        List<Map.Entry<String, AwaitedImage>> overdue = images.entrySet().stream()
                .filter(each -> each.getValue().message() != null)
                .toList();
        if (overdue.size() > reportedOverdue) {
            LOG.warn(
                    "No result for {} of the queued images ({} in all, such as {}): is a worker running?",
                    Quantity.formatDuration(patience),
                    overdue.size(),
                    overdue.get(0).getKey());
        }
        reportedOverdue = overdue.isEmpty() ? 0 : Math.max(reportedOverdue, overdue.size());
        return overdue.stream().map(each -> each.getValue().message()).toList();
    }
}
