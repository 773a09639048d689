package imgurcaravan.redisstreams;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says whether an entry in flight is still ours; asks Redis if it was not renewed in time. */
final class Lease implements BooleanSupplier {

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

    private final RedisStreamsConsumer consumer;
    private final InFlightEntry entry;
    private final long duration;

    Lease(RedisStreamsConsumer consumer, InFlightEntry entry) {
        this.consumer = consumer;
        this.entry = entry;
        this.duration = TimeUnit.MILLISECONDS.toNanos(
                consumer.getEndpoint().getConfiguration().getClaimMinIdle());
    }

    /** False once another consumer has it, or has ended it; true while Redis cannot tell. */
    @Override
    public boolean getAsBoolean() {
        if (!entry.lost() && System.nanoTime() - entry.renewed() > duration) {
            // As after this process was stopped and continued.
            try {
                consumer.inFlight().renew(consumer.group(), List.of(entry));
            } catch (RuntimeException e) {
                LOG.debug("Cannot renew entry {}", entry.entry().id(), e);
            }
        }
        return !entry.lost();
    }
}
