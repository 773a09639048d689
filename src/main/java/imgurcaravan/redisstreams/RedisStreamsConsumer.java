package imgurcaravan.redisstreams;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.UnitOfWorkHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/** Takes entries of the stream, sends each on its way, and tells Redis what became of it once its work is done. */
final class RedisStreamsConsumer extends DefaultConsumer implements ShutdownAware, Suspendable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisStreamsConsumer.class);
    private static final int KNOWN_FAILURES = 1000;
    private static final int LONGEST_REASON = 300;

    private final RedisStreamsConfiguration configuration;
    private final Set<String> crossing;
    private final Signal signal = new Signal();
    private final Set<Reading> readings = ConcurrentHashMap.newKeySet();
    private final AtomicInteger asking = new AtomicInteger();
    private final Map<String, String> failures = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > KNOWN_FAILURES;
        }
    };
    private String name;
    private Queue queue;
    private Ledger ledger;
    private Claims claims;
    private Expression result;
    private Expression deadLetterReason;
    private ExecutorService executor;
    private volatile boolean alive;
    private volatile boolean taking;
    private volatile boolean groupSeen;

    RedisStreamsConsumer(RedisStreamsEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.configuration = endpoint.getConfiguration();
        this.crossing = configuration.crossing();
    }

    @Override
    public RedisStreamsEndpoint getEndpoint() {
        return (RedisStreamsEndpoint) super.getEndpoint();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        queue = getEndpoint().queue();
        name = ConsumerName.of(configuration.getConsumerName());
        result = RedisStreamsProducer.simple(getEndpoint(), configuration.getResult());
        deadLetterReason = RedisStreamsProducer.simple(getEndpoint(), configuration.getDeadLetterReason());
        ledger = new Ledger(queue, configuration, signal::raise);
        claims = new Claims(configuration.getClaimMinIdle() / 3);
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
        executor.execute(new Keeper(this));
        for (int i = 0; i < threads; i++) {
            Reading reading = new Reading(this);
            readings.add(reading);
            executor.execute(reading);
        }
    }

    /** A Redis that is away is waited for, but one that is too old will not become younger. */
    private void refuseOldRedis() {
        try {
            queue.pool().with(connection -> connection);
        } catch (RedisTooOldException e) {
            throw new RedisTooOldException("Redis at " + queue.redis().address() + ' ' + e.getMessage());
        } catch (RuntimeException e) {
            queue.outages().failed("read " + configuration.getStream(), e);
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
        taking = true;
        signal.raise();
    }

    @Override
    protected void doStop() throws Exception {
        if (alive) {
            stopReading();
            alive = false;
            signal.raise();
            queue.outages().gaveUp("read " + configuration.getStream());
            queue.outages().gaveUp(ledger.doing());
            if (!queue.outages().unreachable()) {
                depart();
            }
            getEndpoint().getCamelContext().getExecutorServiceManager().shutdownNow(executor);
        }
        super.doStop();
    }

    /** No thread asks Redis for entries when this returns; what was delivered last is in flight or given back. */
    private void stopReading() throws InterruptedException {
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
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** Wakes the threads that wait for an entry; false if Redis does not let us. */
    private boolean unblock() {
        try {
            for (Reading reading : readings) {
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
            for (Flight flight : ledger.untold()) {
                ledger.tell(flight);
            }
            giveBack(ledger.ids());
            ledger.flights().forEach(ledger::land);
            queue.pool()
                    .with(connection -> inGroup(() -> connection.run(
                            Script.LEAVE, List.of(configuration.getStream()), configuration.getGroup(), name)));
        } catch (RuntimeException e) {
            LOG.info(
                    "Could not give back the entries of {} ({}); others take them over in {} ms",
                    configuration.getStream(),
                    Trouble.of(e).words(),
                    configuration.getClaimMinIdle());
        }
    }

    private void giveBack(List<String> ids) {
        if (!ids.isEmpty()) {
            List<Object> arguments = new ArrayList<>();
            arguments.add(configuration.getGroup());
            arguments.add(name);
            arguments.add(configuration.getClaimMinIdle());
            arguments.addAll(ids);
            queue.pool()
                    .with(connection -> inGroup(() ->
                            connection.run(Script.GIVE_BACK, List.of(configuration.getStream()), arguments.toArray())));
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
        return alive && taking && !getEndpoint().getCamelContext().getStatus().isStarting();
    }

    Queue queue() {
        return queue;
    }

    Ledger ledger() {
        return ledger;
    }

    Claims claims() {
        return claims;
    }

    String name() {
        return name;
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

    void asking(int more) {
        asking.addAndGet(more);
    }

    void ended(Reading reading) {
        readings.remove(reading);
    }

    /** Does something that needs the group; if it is gone, what it would have been done to is gone too. */
    Object inGroup(Supplier<Object> action) {
        try {
            return action.get();
        } catch (JedisDataException e) {
            if (Trouble.code(e).equals("NOGROUP")) {
                return List.of();
            }
            throw e;
        }
    }

    /** Makes the group; one that vanished under way begins anew at the first entry, so that nothing is lost. */
    void createGroup(RedisConnection connection) {
        String start = groupSeen ? "0" : configuration.getStartId();
        try {
            connection.call(
                    Command.XGROUP, "CREATE", configuration.getStream(), configuration.getGroup(), start, "MKSTREAM");
        } catch (JedisDataException e) {
            if (!String.valueOf(e.getMessage()).startsWith("BUSYGROUP")) {
                throw e;
            }
        }
        groupSeen = true;
    }

    /** Takes an entry into the ledger, in a reserved place; null if it is not to be processed. */
    Flight admit(Entry entry) {
        groupSeen = true;
        Flight flight = ledger.takeOff(entry);
        if (flight == null) {
            return null;
        }
        if (!taking) {
            try {
                giveBack(List.of(entry.id()));
            } catch (RuntimeException e) {
                LOG.debug("Entry {} could not be given back; others take it over later", entry.id(), e);
            }
            ledger.land(flight);
        }
        return flight;
    }

    /** Sends an admitted entry on its way. */
    void process(Flight flight) {
        Entry entry = flight.entry();
        queue.statistics().deliveries.increment();
        if (entry.deliveries() > 1) {
            queue.statistics().redeliveries.increment();
        }
        if (entry.malformed()) {
            giveUp(flight, "malformed");
        } else if (entry.deliveries() > configuration.getMaxDeliveries()) {
            String last = failure(entry.id(), null);
            giveUp(flight, last == null ? "deliveries" : last);
        } else {
            route(flight);
        }
    }

    private void giveUp(Flight flight, String reason) {
        LOG.warn("Entry {} of {} is a dead letter: {}", flight.entry().id(), configuration.getStream(), reason);
        ledger.end(flight, new Flight.Outcome("", reason));
    }

    private void route(Flight flight) {
        Entry entry = flight.entry();
        Exchange exchange = createExchange(true);
        Message message = exchange.getMessage();
        message.setBody(entry.body());
        entry.headers().forEach((header, value) -> {
            if (!getEndpoint().getHeaderFilterStrategy().applyFilterToExternalHeaders(header, value, exchange)) {
                message.setHeader(header, value);
            }
        });
        message.setHeader(RedisStreamsConstants.ID, entry.id());
        if (!entry.key().isEmpty()) {
            message.setHeader(RedisStreamsConstants.KEY, entry.key());
        }
        message.setHeader(RedisStreamsConstants.DELIVERIES, entry.deliveries());
        // A completion, not the callback: where the route hands its work over, such as to seda, it goes along.
        exchange.getExchangeExtension().addOnCompletion(new Acknowledgement(this, flight));
        getAsyncProcessor().process(exchange, doneSync -> {
            // A processor that is no route leaves the completions to us.
            List<Synchronization> left = exchange.getExchangeExtension().handoverCompletions();
            UnitOfWorkHelper.doneSynchronizations(exchange, left);
            defaultConsumerCallback(exchange, true).done(doneSync);
        });
    }

    /** The work is done without an exception. */
    void completed(Flight flight, Exchange exchange) {
        if (exchange.isRollbackOnly() || exchange.isRollbackOnlyLast()) {
            failed(flight, "rolled back");
            return;
        }
        Flight.Outcome outcome;
        try {
            String reason = evaluated(deadLetterReason, exchange);
            outcome = reason.isEmpty()
                    ? new Flight.Outcome(evaluated(result, exchange), null)
                    : new Flight.Outcome("", Trouble.oneLine(reason, LONGEST_REASON));
        } catch (RuntimeException e) {
            failed(flight, e.getMessage());
            handleException("The result of an entry cannot be evaluated", exchange, e);
            return;
        }
        failure(flight.entry().id(), "");
        ledger.end(flight, outcome);
    }

    private static String evaluated(Expression expression, Exchange exchange) {
        String text = expression == null ? null : expression.evaluate(exchange, String.class);
        return text == null ? "" : text;
    }

    /** The entry stays pending and is no longer renewed: it comes again. */
    void failed(Flight flight, String reason) {
        String line = Trouble.oneLine(reason, LONGEST_REASON);
        failure(flight.entry().id(), line.isEmpty() ? "failed" : line);
        ledger.land(flight);
    }

    /** The last failure of an entry, which this replaces unless null; empty forgets it. */
    private String failure(String id, String next) {
        synchronized (failures) {
            String last = failures.remove(id);
            if (next != null && !next.isEmpty()) {
                failures.put(id, next);
            }
            return last;
        }
    }
}
