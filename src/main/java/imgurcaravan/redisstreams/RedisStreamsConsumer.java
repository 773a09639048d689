package imgurcaravan.redisstreams;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.InetAddressUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/** Takes entries of the stream, sends each through the route, and acknowledges it once its work is done. */
final class RedisStreamsConsumer extends DefaultConsumer implements ShutdownAware, Suspendable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisStreamsConsumer.class);

    private final RedisStreamsConfiguration configuration;
    private final Set<String> headers;
    private final Signal signal = new Signal();
    private final Signal chores = new Signal();
    private final Set<EntryReader> readers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger reading = new AtomicInteger();
    private WorkQueue queue;
    private ConsumerGroup group;
    private EntryProcessing processing;
    private InFlightEntries inFlight;
    private ClaimSchedule claims;
    private ExecutorService executor;
    private volatile boolean alive;
    private volatile boolean taking;

    RedisStreamsConsumer(RedisStreamsEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.configuration = endpoint.getConfiguration();
        this.headers = configuration.headerNames();
        setExceptionHandler(new FailureLine(configuration.getStream(), this::stopping));
    }

    @Override
    public RedisStreamsEndpoint getEndpoint() {
        return (RedisStreamsEndpoint) super.getEndpoint();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        queue = getEndpoint().queue();
        group = new ConsumerGroup(configuration, name());
        inFlight = new InFlightEntries(queue, configuration, chores::raise);
        processing = new EntryProcessing(this);
        claims = new ClaimSchedule(configuration.getClaimMinIdle());
        refuseOldRedis();
        if (getEndpoint().getComponent().isHealthCheckConsumerEnabled()) {
            setHealthCheck(new RedisStreamsHealthCheck(this));
        }
        alive = true;
        taking = true;
        int threads = configuration.getConcurrentConsumers();
        executor = getEndpoint()
                .getCamelContext()
                .getExecutorServiceManager()
                .newFixedThreadPool(this, "RedisStreams[" + configuration.getStream() + ']', threads + 1);
        executor.execute(new LeaseRenewer(this));
        for (int i = 0; i < threads; i++) {
            EntryReader reader = new EntryReader(this);
            readers.add(reader);
            executor.execute(reader);
        }
    }

    /** Our name in the group, different in every process. */
    private static String name() {
        return InetAddressUtil.getLocalHostNameSafe()
                + '-'
                + ProcessHandle.current().pid()
                + '-'
                + UUID.randomUUID().toString().substring(0, 8);
    }

    /** A Redis that is unavailable is waited for, but one that is too old will not become younger. */
    private void refuseOldRedis() {
        long begun = System.nanoTime();
        try {
            queue.pool().with(connection -> connection);
        } catch (RedisTooOldException e) {
            throw new RedisTooOldException(queue.redis().address(), e);
        } catch (RuntimeException e) {
            queue.outages().failed(readTask(), begun, e);
        }
    }

    @Override
    protected void doSuspend() throws Exception {
        stopReading();
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        super.doResume();
        inFlight.all().stream().filter(InFlightEntry::abandoned).forEach(inFlight::remove);
        taking = true;
        signal.raise();
    }

    @Override
    protected void doStop() throws Exception {
        if (alive) {
            // Camel interrupts the thread that stops us when its timeout is over, which is when entries must be
            // released.
            boolean interrupted = Thread.interrupted();
            try {
                leave();
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        super.doStop();
    }

    private void leave() {
        stopReading();
        alive = false;
        signal.raise();
        chores.raise();
        tasks().forEach(queue.outages()::gaveUp);
        if (!queue.outages().unreachable()) {
            releaseAll();
        }
        inFlight.all().forEach(inFlight::remove);
        getEndpoint().getCamelContext().getExecutorServiceManager().shutdownNow(executor);
    }

    /** When this returns no thread reads entries any more; what was delivered last is in flight or released. */
    private void stopReading() {
        taking = false;
        signal.raise();
        long end = System.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(configuration.getBlockTimeout()
                        + getEndpoint().getComponent().getSocketTimeout());
        boolean unblocking = true;
        while (reading.get() > 0 && System.nanoTime() - end < 0) {
            unblocking = unblocking && unblock();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** Wakes the threads that wait for an entry; false if Redis does not let us. */
    private boolean unblock() {
        try {
            for (EntryReader reader : readers) {
                long connection = reader.blocked();
                if (connection >= 0) {
                    queue.pool().with(any -> any.call(Command.CLIENT, "UNBLOCK", connection));
                }
            }
            return true;
        } catch (RuntimeException e) {
            LOG.debug("The readers of {} are not woken but end by themselves", configuration.getStream(), e);
            return false;
        }
    }

    /** Leaves nothing under this consumer's name that others would have to wait for. */
    private void releaseAll() {
        try {
            inFlight.unacknowledged().forEach(inFlight::acknowledge);
            List<String> ids = inFlight.ids();
            queue.pool().with(connection -> {
                group.release(connection, ids);
                group.leave(connection);
                return ids;
            });
        } catch (RuntimeException e) {
            LOG.info(
                    "Could not release the entries of {} ({}); others take them over in {} ms",
                    configuration.getStream(),
                    RedisFailure.of(e).words(),
                    configuration.getClaimMinIdle());
        }
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    @Override
    public int getPendingExchangesSize() {
        return inFlight == null ? 0 : inFlight.size();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        // What is left to do is done when the consumer is suspended and stopped.
    }

    // For the threads of this consumer.

    boolean alive() {
        return alive;
    }

    /** Whether entries may be taken now; not before the whole application has started. */
    boolean mayRead() {
        return alive
                && !stopping()
                && !getEndpoint().getCamelContext().getStatus().isStarting();
    }

    /** Whether the consumer or the whole application is stopping, which Camel tells the consumer later. */
    boolean stopping() {
        return !taking || getEndpoint().getCamelContext().isStopping();
    }

    WorkQueue queue() {
        return queue;
    }

    InFlightEntries inFlight() {
        return inFlight;
    }

    ClaimSchedule claims() {
        return claims;
    }

    ConsumerGroup group() {
        return group;
    }

    EntryProcessing processing() {
        return processing;
    }

    Set<String> headers() {
        return headers;
    }

    /** What this consumer does on Redis, as the log names it. */
    List<String> tasks() {
        return List.of(readTask(), inFlight.task(), renewTask());
    }

    String readTask() {
        return "read " + configuration.getStream();
    }

    String renewTask() {
        return "renew entries of " + configuration.getStream();
    }

    long changes() {
        return signal.seen();
    }

    void awaitChange(long seen, long millis) throws InterruptedException {
        signal.await(seen, millis);
    }

    /** Wakes the lease renewer. */
    Signal chores() {
        return chores;
    }

    void countReading(int change) {
        reading.addAndGet(change);
    }

    void ended(EntryReader reader) {
        readers.remove(reader);
    }

    /** Adds an entry to those in flight, in the reserved places; null if it must not be processed. */
    InFlightEntry admit(Entry entry, int places, long begun) {
        InFlightEntry added = inFlight.add(entry, places, begun);
        if (added != null && stopping()) {
            try {
                queue.pool().with(connection -> {
                    group.release(connection, List.of(entry.id()));
                    return entry;
                });
            } catch (RuntimeException e) {
                LOG.debug("Entry {} was not released; others take it over later", entry.id(), e);
            }
            inFlight.remove(added);
        }
        return added;
    }
}
