package imgurcaravan.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Follows every poll from its first request to the end of its last image, and logs its result in one line.
 *
 * <p>A poll is over when its listing is read and each image that it sent to the queue has ended, successfully or not.
 * An image that is queued or in flight is not claimed a second time. Thread-safe.
 */
public final class Polls {

    /** Exchange property that carries the poll's id along the listing. */
    public static final String POLL_ID = "imgurPollId";
    /**
     * Exchange property by which the routes of a queue declare that it is durable: it keeps failed images itself,
     * reports the result of each image ({@code direct:image-result}), and may be offered an image twice.
     */
    public static final String DURABLE = "imgurDurableQueue";
    /** Exchange property in which a durable queue leaves {@code queued} or {@code done} if it had an image already. */
    public static final String DUPLICATE = "imgurDuplicate";

    /** Exchange property in which a durable queue leaves the ids in the body that it has not; if it can say that. */
    public static final String MISSING = "imgurMissing";
    /**
     * Exchange property that asks a durable queue to take an image although it was done: true where the image would be
     * in the archive of this process if its file existed.
     */
    public static final String ADD_DONE = "imgurAddDone";

    private final Map<String, Poll> polls = new ConcurrentHashMap<>();
    private final AwaitedImages awaited = new AwaitedImages();
    private final List<PollListener> listeners = new CopyOnWriteArrayList<>();
    private final Settings settings;
    private volatile Poll last;
    private volatile boolean stopping;

    public Polls(CamelContext camelContext, Settings settings) {
        this.settings = settings;
        camelContext.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext context) {
                stopping = true;
            }

            @Override
            public void onContextStopped(CamelContext context) {
                polls.values().forEach(Polls.this::close);
            }
        });
    }

    /** Registers a listener that is called at the end of every poll, on the thread that ends it. */
    public void onEnd(PollListener listener) {
        listeners.add(listener);
    }

    /** Whether the process is stopping and nothing new may be started. */
    public boolean isStopping() {
        return stopping;
    }

    /** Begins a poll with the exchange of the scheduler; its listing counts as read when that exchange is done. */
    public synchronized void begin(Exchange exchange) {
        if (stopping || settings.poll().once() && last != null) {
            exchange.setRouteStop(true);
            return;
        }
        Poll poll = new Poll(UUID.randomUUID().toString());
        last = poll;
        polls.put(poll.id(), poll);
        exchange.setProperty(POLL_ID, poll.id());
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                if (stopping && done.isFailed()) {
                    poll.cutShort();
                }
                poll.read();
                endIfOver(poll);
            }
        });
    }

    /** Counts a listed image that is in place already, or failed recently. */
    public void known(String pollId) {
        count(pollId, poll -> {
            poll.listed(1);
            poll.known();
        });
    }

    /**
     * Counts a listed image and claims it, unless it is queued or in flight already.
     *
     * @return whether the caller now has to send it to the queue
     */
    public boolean claim(String pollId, String imageId) {
        Poll poll = polls.get(pollId);
        if (poll == null) {
            return false;
        }
        if (stopping) {
            poll.cutShort();
            return false;
        }
        poll.listed(1);
        if (!awaited.add(imageId, poll)) {
            poll.known();
            // It is still offered again if the queue may have lost it and can recognize duplicates.
            return awaited.isDurable();
        }
        poll.opened();
        return true;
    }

    /**
     * Records the reply of the queue to an image. An image whose result will not be reported is no longer waited for.
     *
     * @return whether the queue says that the image is done
     */
    public boolean queued(String imageId, Exchange exchange) {
        boolean reports = exchange.getProperty(DURABLE, false, Boolean.class);
        boolean isDone = "done".equals(exchange.getProperty(DUPLICATE));
        if (isDone) {
            end(imageId, Outcome.KNOWN, 0);
        } else if (reports) {
            awaited.sent(imageId, exchange.getMessage().getBody(String.class));
        } else if (!settings.download().enabled()) {
            awaited.remove(imageId).ifPresent(image -> image.poll().released());
        }
        return isDone;
    }

    /** When the poll of this process that waits for the result of an image began; empty if none does. */
    public Optional<Instant> awaitedSince(String imageId) {
        return awaited.find(imageId).map(image -> image.poll().start());
    }

    /**
     * The message of an image that a poll of this process has sent to a durable queue, and whose result it waits for.
     */
    public Optional<String> message(String imageId) {
        return awaited.find(imageId).map(AwaitedImages.AwaitedImage::message);
    }

    /** The ids of the images that were sent to a durable queue and have no result. */
    public List<String> awaited() {
        return stopping ? List.of() : awaited.ids();
    }

    /**
     * The messages of images to be offered to a durable queue again: of those that it has lost or, where it cannot say
     * which, of all after some time without a result.
     *
     * @param patience how long there must have been no result for any image of this process's polls
     * @param missing the ids of the {@link #awaited()} images that the queue does not have; null if it cannot say
     */
    public List<String> overdue(Duration patience, Collection<String> missing) {
        return stopping ? List.of() : awaited.overdue(patience, missing);
    }

    /**
     * Records the result of an image. An image of another process's poll is not counted here.
     *
     * @param size bytes of its file, 0 if there is none
     */
    public void end(String imageId, Outcome outcome, long size) {
        awaited.remove(imageId).ifPresent(image -> {
            image.poll().closed(outcome, size);
            endIfOver(image.poll());
        });
    }

    /** Counts listed images that fail before their ids are known, such as the rest of an album that cannot be read. */
    public void failedUnnamed(String pollId, int count) {
        count(pollId, poll -> {
            poll.listed(count);
            poll.failed(count);
        });
    }

    /**
     * Counts an unusable item of the listing.
     *
     * @return whether it should be logged: a page of garbage is not logged item by item
     */
    public boolean ignored(String pollId) {
        Poll poll = polls.get(pollId);
        return poll == null || poll.ignored() <= PollReport.MAX_NAMED;
    }

    /** Counts an album that is postponed to a later poll. */
    public void postponed(String pollId) {
        count(pollId, Poll::postponed);
    }

    /** Records that a stop ends the reading of the listing early. */
    public void cutShort(String pollId) {
        count(pollId, Poll::cutShort);
    }

    /** Records that a page of the gallery could not be read. */
    public void unreadable(String pollId) {
        count(pollId, Poll::unreadable);
    }

    /** Whether the poll that began last could read the gallery so far; true before the first. */
    boolean isLastReadable() {
        Poll poll = last;
        return poll == null || poll.isReadable();
    }

    /** Updates the counts of a running poll; a finished poll, or one of another process, has none here. */
    private void count(String pollId, Consumer<Poll> change) {
        Poll poll = polls.get(pollId);
        if (poll != null) {
            change.accept(poll);
        }
    }

    private void endIfOver(Poll poll) {
        if (poll.isOver()) {
            close(poll);
        }
    }

    /** Reports a poll once, whether it is over or a stop interrupts it. */
    private void close(Poll poll) {
        if (polls.remove(poll.id(), poll)) {
            PollSummary summary = poll.summary();
            PollReport.log(summary, settings.requeue().enabled() ? "requeue" : "poll");
            listeners.forEach(listener -> listener.pollEnded(summary));
        }
    }
}
