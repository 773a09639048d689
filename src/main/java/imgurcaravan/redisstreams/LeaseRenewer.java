package imgurcaravan.redisstreams;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/** One thread of a consumer: renews the entries in flight, tells outcomes that could not be told, clears dead consumers. */
final class LeaseRenewer implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseRenewer.class);
    private static final long LEAST_SILENCE = 60_000;

    private final RedisStreamsConsumer consumer;
    private final RedisStreamsConfiguration configuration;
    private final Queue queue;
    private final long interval;
    private final long silence;
    private final String doing;
    private boolean failed;

    LeaseRenewer(RedisStreamsConsumer consumer) {
        this.consumer = consumer;
        this.configuration = consumer.getEndpoint().getConfiguration();
        this.queue = consumer.queue();
        this.interval = configuration.getClaimMinIdle() / 3;
        this.silence = Math.max(10 * configuration.getClaimMinIdle(), LEAST_SILENCE);
        this.doing = consumer.renews();
    }

    @Override
    public void run() {
        BackOff backOff = BackOff.ofRetries();
        long nextRenewal = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(interval);
        long nextReaping = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(silence);
        try {
            while (consumer.alive()) {
                long begun = System.nanoTime();
                long seen = consumer.chores().seen();
                long wait = Math.max(0, TimeUnit.NANOSECONDS.toMillis(nextRenewal - System.nanoTime()));
                try {
                    if (System.nanoTime() - nextRenewal >= 0) {
                        renew();
                        nextRenewal = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(interval);
                        wait = interval;
                    }
                    if (System.nanoTime() - nextReaping >= 0) {
                        reap();
                        nextReaping = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(silence);
                    }
                    if (tell()) {
                        backOff.reset();
                    } else {
                        wait = Math.min(wait, backOff.next());
                    }
                } catch (RuntimeException e) {
                    failed = true;
                    consumer.claims().hold();
                    queue.outages().failed(doing, begun, e);
                    // At once when Redis is back: what is not renewed in time is taken over.
                    nextRenewal = System.nanoTime();
                    wait = backOff.next();
                    seen = consumer.chores().seen();
                } catch (Error e) {
                    LOG.error("The entries of {} could not be renewed; trying again", configuration.getStream(), e);
                    wait = backOff.next();
                }
                consumer.chores().await(seen, wait);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            queue.outages().gaveUp(doing);
        }
    }

    private void renew() {
        long begun = System.nanoTime();
        List<String> ids = consumer.ledger().ids();
        if (ids.isEmpty()) {
            if (failed) {
                queue.pool().with(connection -> connection.call(Command.PING));
            }
        } else {
            List<?> lost = queue.pool().with(connection -> consumer.group().renew(connection, ids));
            for (Object id : lost) {
                LOG.debug("Entry {} of {} is another's now", RedisConnection.text(id), configuration.getStream());
            }
        }
        if (failed || !ids.isEmpty()) {
            failed = false;
            queue.outages().worked(doing, begun);
        }
    }

    /** False if an outcome is left that cannot be told. */
    private boolean tell() {
        boolean told = true;
        for (InFlightEntry flight : consumer.ledger().untold()) {
            long begun = System.nanoTime();
            try {
                consumer.ledger().tell(flight);
            } catch (RuntimeException e) {
                queue.outages().failed(consumer.ledger().doing(), begun, e);
                told = false;
                if (queue.outages().unreachable()) {
                    break;
                }
            }
        }
        return told;
    }

    private void reap() {
        long removed = queue.pool().with(connection -> consumer.group().reap(connection, silence));
        LOG.debug("Removed {} dead consumers of {}", removed, configuration.getStream());
    }
}
