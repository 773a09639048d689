package imgurcaravan.redisstreams;

import java.util.List;
import java.util.Set;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;

/** Takes entries of the stream, sends each on its way, and tells Redis what became of it once its work is done. */
final class RedisStreamsConsumer extends DefaultConsumer implements ShutdownAware, Suspendable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisStreamsConsumer.class);

    private final RedisStreamsConfiguration configuration;
    private final Set<String> crossing;
    private final Signal signal = new Signal();
    private final Signal chores = new Signal();
    private final Set<EntryReader> readings = ConcurrentHashMap.newKeySet();
    private final AtomicInteger asking = new AtomicInteger();
    private Queue queue;
    private ConsumerGroup group;
    private EntryProcessing processing;
    private InFlightEntries ledger;
    private ClaimSchedule claims;
    private ExecutorService executor;
    private volatile boolean alive;
    private volatile boolean taking;

    RedisStreamsConsumer(RedisStreamsEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.configuration = endpoint.getConfiguration();
        this.crossing = configuration.crossing();
        setExceptionHandler(new FailureLine(configuration.getStream(), this::departing));
    }

    @Override
    public RedisStreamsEndpoint getEndpoint() {
        return (RedisStreamsEndpoint) super.getEndpoint();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        queue = getEndpoint().queue();
        group = new ConsumerGroup(configuration, ConsumerName.of(configuration.getConsumerName()));
        ledger = new InFlightEntries(queue, configuration, chores::raise);
        processing = new EntryProcessing(this, ledger, queue.statistics());
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
            EntryReader reading = new EntryReader(this);
            readings.add(reading);
            executor.execute(reading);
        }
    }

    /** A Redis that is away is waited for, but one that is too old will not become younger. */
    private void refuseOldRedis() {
        long begun = System.nanoTime();
        try {
            queue.pool().with(connection -> connection);
        } catch (RedisTooOldException e) {
            throw new RedisTooOldException("Redis at " + queue.redis().address() + ' ' + e.getMessage());
        } catch (RuntimeException e) {
            queue.outages().failed(reads(), begun, e);
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
        ledger.flights().stream().filter(InFlightEntry::left).forEach(ledger::land);
        taking = true;
        signal.raise();
    }

    @Override
    protected void doStop() throws Exception {
        if (alive) {
            // Camel interrupts whoever stops us when its patience is over, which is when there is something to give
            // back.
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
        doings().forEach(queue.outages()::gaveUp);
        if (!queue.outages().unreachable()) {
            depart();
        }
        ledger.flights().forEach(ledger::land);
        getEndpoint().getCamelContext().getExecutorServiceManager().shutdownNow(executor);
    }

    /** No thread asks Redis for entries when this returns; what was delivered last is in flight or given back. */
    private void stopReading() {
        taking = false;
        signal.raise();
        long end = System.nanoTime()
                + TimeUnit.MILLISECONDS.toNanos(configuration.getBlockTimeout()
                        + getEndpoint().getComponent().getSocketTimeout());
        boolean unblocking = true;
        while (asking.get() > 0 && System.nanoTime() - end < 0) {
            if (unblocking) {
                unblocking = unblock();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** Wakes the threads that wait for an entry; false if Redis does not let us. */
    private boolean unblock() {
        try {
            for (EntryReader reading : readings) {
                long connection = reading.blocked();
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

    /** Leaves nothing with this consumer's name that others would have to wait for. */
    private void depart() {
        try {
            for (InFlightEntry flight : ledger.untold()) {
                ledger.tell(flight);
            }
            List<String> ids = ledger.ids();
            queue.pool().with(connection -> {
                group.release(connection, ids);
                group.leave(connection);
                return ids;
            });
        } catch (RuntimeException e) {
            LOG.info(
                    "Could not give back the entries of {} ({}); others take them over in {} ms",
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
        return ledger == null ? 0 : ledger.size();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        // What is left to do is done when the consumer is suspended and stopped.
    }

    // What the threads of this consumer ask it.

    boolean alive() {
        return alive;
    }

    /** Whether entries may be taken now; not before the whole application has started. */
    boolean reading() {
        return alive
                && !departing()
                && !getEndpoint().getCamelContext().getStatus().isStarting();
    }

    /** Whether a stop is under way, of the consumer or of the whole application, which Camel tells us of later. */
    boolean departing() {
        return !taking || getEndpoint().getCamelContext().isStopping();
    }

    Queue queue() {
        return queue;
    }

    InFlightEntries ledger() {
        return ledger;
    }

    ClaimSchedule claims() {
        return claims;
    }

    /** What this consumer asks of Redis, as the log calls it. */
    List<String> doings() {
        return List.of(reads(), ledger.doing(), renews());
    }

    String reads() {
        return "read " + configuration.getStream();
    }

    String renews() {
        return "renew entries of " + configuration.getStream();
    }

    ConsumerGroup group() {
        return group;
    }

    EntryProcessing processing() {
        return processing;
    }

    Set<String> crossing() {
        return crossing;
    }

    long changes() {
        return signal.seen();
    }

    void awaitChange(long seen, long millis) throws InterruptedException {
        signal.await(seen, millis);
    }

    /** Redis is back: the entries in flight are to be renewed at once. */
    void recovered() {
        chores.raise();
    }

    /** What wakes the keeper. */
    Signal chores() {
        return chores;
    }

    void asking(int more) {
        asking.addAndGet(more);
    }

    void ended(EntryReader reading) {
        readings.remove(reading);
    }

    /** Takes an entry into the ledger, in a reserved place; null if it is not to be processed. */
    InFlightEntry admit(RedisConnection connection, Entry entry) {
        InFlightEntry flight = ledger.takeOff(entry, connection);
        if (flight == null) {
            return null;
        }
        if (departing()) {
            try {
                group.release(connection, List.of(entry.id()));
            } catch (RuntimeException e) {
                LOG.debug("Entry {} could not be given back; others take it over later", entry.id(), e);
            }
            ledger.land(flight);
        }
        return flight;
    }
}
