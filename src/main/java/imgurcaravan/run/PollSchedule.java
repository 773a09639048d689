package imgurcaravan.run;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.spi.ScheduledPollConsumerScheduler;
import org.apache.camel.support.ScheduledPollConsumer;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Fires the polls of a {@code scheduler:} endpoint, once the Camel context has started.
 *
 * <p>Its {@code delay} is the time from the beginning of one poll to that of the next; a poll that takes longer is
 * followed by the next at once, and by no more of those that were missed. (Camel's own scheduler counts from the end of
 * a poll, or makes up for all that were missed.) A poll that could not read the gallery is followed by another after a
 * short delay, which doubles each time. The wall clock plays no part.
 */
public final class PollSchedule extends ServiceSupport implements ScheduledPollConsumerScheduler {

    private static final int MOST_DOUBLINGS = 20;

    private final Polls polls;
    private CamelContext camelContext;
    private ScheduledPollConsumer consumer;
    private Runnable task;
    private Duration retryDelay = Duration.ofMinutes(1);
    private ScheduledExecutorService executor;
    private Future<?> next;
    private int failures;

    public PollSchedule(Polls polls) {
        this.polls = polls;
    }

    /**
     * Sets how soon a poll that could not read the gallery is followed by another, if the next would not be sooner; by
     * the option {@code scheduler.retryDelay} of the endpoint.
     */
    public void setRetryDelay(Duration retryDelay) {
        this.retryDelay = retryDelay;
    }

    @Override
    public void onInit(Consumer pollConsumer) {
        consumer = (ScheduledPollConsumer) pollConsumer;
    }

    @Override
    public void scheduleTask(Runnable pollTask) {
        task = pollTask;
    }

    @Override
    public void startScheduler() {
        try {
            // At once if it has started already.
            camelContext.addStartupListener((context, alreadyStarted) -> startPolls());
        } catch (Exception e) {
            throw new IllegalStateException("A listener that only schedules a task throws nothing", e);
        }
    }

    private synchronized void startPolls() {
        if (next == null && executor != null) {
            next = executor.schedule(this::fire, consumer.getInitialDelay(), consumer.getTimeUnit());
        }
    }

    private void fire() {
        long begun = System.nanoTime();
        task.run();
        failures = polls.isLastReadable() ? 0 : failures + 1;
        long left = consumer.getTimeUnit().toNanos(consumer.getDelay()) - (System.nanoTime() - begun);
        if (failures > 0) {
            double retry = Math.scalb((double) retryDelay.toNanos(), Math.min(failures - 1, MOST_DOUBLINGS));
            left = Math.min(left, (long) retry);
        }
        synchronized (this) {
            if (next != null) {
                next = executor.schedule(this::fire, left, TimeUnit.NANOSECONDS);
            }
        }
    }

    @Override
    public synchronized void unscheduleTask() {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
    }

    @Override
    public synchronized boolean isSchedulerStarted() {
        return next != null;
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    protected synchronized void doStart() {
        executor = camelContext
                .getExecutorServiceManager()
                .newScheduledThreadPool(consumer, consumer.getEndpoint().getEndpointUri(), 1);
    }

    @Override
    protected synchronized void doStop() {
        // That of a route which was not started is stopped, too.
        if (executor != null) {
            unscheduleTask();
            camelContext.getExecutorServiceManager().shutdownNow(executor);
            executor = null;
        }
    }
}
