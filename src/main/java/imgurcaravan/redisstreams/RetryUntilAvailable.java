package imgurcaravan.redisstreams;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import redis.clients.jedis.exceptions.JedisException;

/** Does something on Redis however long Redis is away: tries again until it worked, time is up or we are to stop. */
final class RetryUntilAvailable {

    private final Queue queue;
    private final BooleanSupplier running;
    private final long timeout;

    /** @param timeout in ms; 0 for none */
    RetryUntilAvailable(Queue queue, BooleanSupplier running, long timeout) {
        this.queue = queue;
        this.running = running;
        this.timeout = timeout;
    }

    <T> T persist(String doing, Function<RedisConnection, T> action) throws InterruptedException {
        long start = System.nanoTime();
        BackOff backOff = BackOff.ofRetries();
        while (true) {
            long begun = System.nanoTime();
            try {
                T result = queue.pool().with(action);
                queue.outages().worked(doing, begun);
                return result;
            } catch (JedisException | RedisTooOldException e) {
                queue.statistics().reconnects.increment();
                queue.outages().failed(doing, begun, e);
                boolean going;
                try {
                    going = pause(backOff.next(), start);
                } catch (InterruptedException stopped) {
                    queue.outages().gaveUp(doing);
                    throw stopped;
                }
                if (!going) {
                    queue.outages().gaveUp(doing);
                    throw new RejectedExecutionException("Could not " + doing + ": Redis at "
                            + queue.redis().address() + ' ' + RedisFailure.of(e).words() + ", and "
                            + (running.getAsBoolean() ? "the time for it is up" : "this application is stopping"));
                }
            }
        }
    }

    /** Waits; false if there is no use in trying again. */
    boolean pause(long millis, long start) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long end = timeout == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(timeout);
        while (running.getAsBoolean() && System.nanoTime() - start < end) {
            long left = until - System.nanoTime();
            if (left <= 0) {
                return true;
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(left, TimeUnit.MILLISECONDS.toNanos(100)));
        }
        return false;
    }
}
