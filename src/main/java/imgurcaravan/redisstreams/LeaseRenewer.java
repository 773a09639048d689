package imgurcaravan.redisstreams;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/** One thread of a consumer: renews entries in flight, makes up for acknowledgements, removes dead consumers. */
final class LeaseRenewer implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseRenewer.class);
    private static final long LEAST_SILENCE = 60_000;

    private final RedisStreamsConsumer consumer;
    private final String stream;
    private final WorkQueue queue;
    private final long interval;
    private final long silence;
    private final String task;
    private boolean failed;

    LeaseRenewer(RedisStreamsConsumer consumer) {
        RedisStreamsConfiguration configuration = consumer.getEndpoint().getConfiguration();
        this.consumer = consumer;
        this.stream = configuration.getStream();
        this.queue = consumer.queue();
        this.interval = configuration.getClaimMinIdle() / 3;
        this.silence = Math.max(10 * configuration.getClaimMinIdle(), LEAST_SILENCE);
        this.task = consumer.renewTask();
    }

    @Override
    public void run() {
        BackOff backOff = BackOff.ofRetries();
        long nextRenewal = in(interval);
        long nextReaping = in(silence);
        try {
            while (consumer.alive()) {
                long begun = System.nanoTime();
                long seen = consumer.chores().seen();
                long wait;
                try {
                    if (begun - nextRenewal >= 0) {
                        renew();
                        nextRenewal = in(interval);
                    }
                    if (begun - nextReaping >= 0) {
                        reap();
                        nextReaping = in(silence);
                    }
                    wait = Math.max(0, TimeUnit.NANOSECONDS.toMillis(nextRenewal - System.nanoTime()));
                    if (acknowledge()) {
                        backOff.reset();
                    } else {
                        wait = Math.min(wait, backOff.next());
                    }
                } catch (RuntimeException e) {
                    failed = true;
                    consumer.claims().hold();
                    queue.outages().failed(task, begun, e);
                    // At once when Redis is back: what is not renewed in time is taken over.
                    nextRenewal = System.nanoTime();
                    wait = backOff.next();
                    seen = consumer.chores().seen();
                } catch (Error e) {
                    LOG.error("Failed to {}; retrying", task, e);
                    wait = backOff.next();
                }
                consumer.chores().await(seen, wait);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            queue.outages().gaveUp(task);
        }
    }

    private static long in(long millis) {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void renew() {
        long begun = System.nanoTime();
        List<InFlightEntry> held = consumer.inFlight().all();
        if (held.isEmpty() && !failed) {
            return;
        }
        if (held.isEmpty()) {
            queue.pool().with(connection -> connection.call(Command.PING));
        } else {
            consumer.inFlight().renew(consumer.group(), held);
        }
        failed = false;
        queue.outages().worked(task, begun);
    }

    /** False if an entry is left whose outcome Redis does not know. */
    private boolean acknowledge() {
        boolean all = true;
        for (InFlightEntry entry : consumer.inFlight().unacknowledged()) {
            if (!consumer.inFlight().tryAcknowledge(entry)) {
                all = false;
                if (queue.outages().unreachable()) {
                    break;
                }
            }
        }
        return all;
    }

    private void reap() {
        long removed = queue.pool().with(connection -> consumer.group().reap(connection, silence));
        LOG.debug("Removed {} dead consumers of {}", removed, stream);
    }
}
