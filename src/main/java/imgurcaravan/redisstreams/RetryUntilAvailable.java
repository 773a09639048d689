package imgurcaravan.redisstreams;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import redis.clients.jedis.exceptions.JedisException;

/** Runs an action on Redis and retries while Redis is unavailable, until the time is up or the application stops. */
final class RetryUntilAvailable {

    private final WorkQueue queue;
    private final BooleanSupplier running;
    private final long timeout;

    /** @param timeout in ms; 0 for none */
    RetryUntilAvailable(WorkQueue queue, BooleanSupplier running, long timeout) {
        this.queue = queue;
        this.running = running;
        this.timeout = timeout;
    }

    /** @throws RejectedExecutionException if the time is up or the application stops */
    <T> T run(String task, Function<RedisConnection, T> action) throws InterruptedException {
        long start = System.nanoTime();
        BackOff backOff = BackOff.ofRetries();
        while (true) {
            long begun = System.nanoTime();
            try {
                T result = queue.pool().with(action);
                queue.outages().worked(task, begun);
                return result;
            } catch (JedisException | RedisTooOldException e) {
                queue.counters().reconnects.increment();
                queue.outages().failed(task, begun, e);
                boolean retry = false;
                try {
                    retry = pause(backOff.next(), start);
                } finally {
                    if (!retry) {
                        queue.outages().gaveUp(task);
                    }
                }
                if (!retry) {
                    throw rejected(
                            task,
                            "Redis at " + queue.redis().address() + ' '
                                    + RedisFailure.of(e).words());
                }
            }
        }
    }

    RejectedExecutionException rejected(String task, String why) {
        return new RejectedExecutionException("Could not " + task + ": " + why + ", and "
                + (running.getAsBoolean() ? "the time for it is up" : "this application is stopping"));
    }

    /** Waits; false if there is no use in a retry. */
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
