package imgurcaravan.redisstreams;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.Ordered;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.support.UnitOfWorkHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends an entry through the route, and decides its outcome. */
final class EntryProcessing {

    private static final Logger LOG = LoggerFactory.getLogger(EntryProcessing.class);
    private static final int KNOWN_FAILURES = 1000;
    private static final int LONGEST_REASON = 300;

    private final RedisStreamsConsumer consumer;
    private final RedisStreamsConfiguration configuration;
    private final InFlightEntries inFlight;
    private final Counters counters;
    private final Expression result;
    private final Expression deadLetterReason;

    /** Why entries failed here that may be delivered again; guarded by itself. */
    private final Map<String, String> failures = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > KNOWN_FAILURES;
        }
    };

    EntryProcessing(RedisStreamsConsumer consumer) {
        this.consumer = consumer;
        this.configuration = consumer.getEndpoint().getConfiguration();
        this.inFlight = consumer.inFlight();
        this.counters = consumer.queue().counters();
        this.result = consumer.getEndpoint().simple(configuration.getResult());
        this.deadLetterReason = consumer.getEndpoint().simple(configuration.getDeadLetterReason());
    }

    void process(InFlightEntry started) {
        Entry entry = started.entry();
        counters.deliveries.increment();
        if (entry.deliveries() > 1) {
            counters.redeliveries.increment();
        }
        if (entry.deliveries() > configuration.getMaxDeliveries()) {
            String last = forgetFailure(entry.id());
            giveUp(started, last == null ? unfinished(entry.deliveries() - 1) : last);
        } else if (entry.malformed()) {
            giveUp(started, "malformed");
        } else {
            route(started);
        }
    }

    private String unfinished(long deliveries) {
        return configuration.getUnfinishedReason().replace("{deliveries}", Long.toString(deliveries));
    }

    private void giveUp(InFlightEntry entry, String reason) {
        LOG.warn("Entry {} of {} became a dead letter: {}", entry.entry().id(), configuration.getStream(), reason);
        inFlight.end(entry, new InFlightEntry.EntryEnd("", reason));
    }

    private void route(InFlightEntry started) {
        Entry entry = started.entry();
        Exchange exchange = consumer.createExchange(true);
        Message message = exchange.getMessage();
        message.setBody(entry.body());
        entry.headers().forEach(message::setHeader);
        message.setHeader(RedisStreamsConstants.ID, entry.id());
        if (!entry.key().isEmpty()) {
            message.setHeader(RedisStreamsConstants.KEY, entry.key());
        }
        message.setHeader(RedisStreamsConstants.DELIVERIES, entry.deliveries());
        exchange.setProperty(RedisStreamsConstants.LEASE, new Lease(consumer, started));
        // A completion, not the callback: where the route hands its work over, as to seda, it goes with the work.
        exchange.getExchangeExtension().addOnCompletion(new Acknowledgement(started));
        consumer.getAsyncProcessor().process(exchange, doneSync -> {
            // A processor that is no route leaves the completions to us.
            List<Synchronization> left = exchange.getExchangeExtension().handoverCompletions();
            UnitOfWorkHelper.doneSynchronizations(exchange, left);
            consumer.defaultConsumerCallback(exchange, true).done(doneSync);
        });
    }

    private void completed(InFlightEntry entry, Exchange exchange) {
        if (exchange.isRollbackOnly() || exchange.isRollbackOnlyLast()) {
            failed(entry, "rolled back");
            return;
        }
        InFlightEntry.EntryEnd outcome;
        try {
            String reason = evaluated(deadLetterReason, exchange);
            String deadReason = reason.isEmpty() ? null : RedisFailure.oneLine(reason, LONGEST_REASON);
            outcome = new InFlightEntry.EntryEnd(evaluated(result, exchange), deadReason);
        } catch (RuntimeException | Error e) {
            // On one of Camel's threads nobody else would catch it, and an entry without an outcome is renewed forever.
            failed(entry, e.getMessage());
            consumer.getExceptionHandler().handleException("Its result cannot be evaluated", exchange, e);
            return;
        }
        forgetFailure(entry.entry().id());
        inFlight.end(entry, outcome);
    }

    private static String evaluated(Expression expression, Exchange exchange) {
        String text = expression == null ? null : expression.evaluate(exchange, String.class);
        return text == null ? "" : text;
    }

    /**
     * The entry stays pending and is not renewed, so it is delivered again. What fails because of a stop is released.
     */
    void failed(InFlightEntry entry, String reason) {
        if (consumer.stopping()) {
            entry.abandon();
            return;
        }
        String line = RedisFailure.oneLine(reason, LONGEST_REASON);
        if (!entry.lost()) {
            synchronized (failures) {
                failures.put(entry.entry().id(), line.isEmpty() ? "failed" : line);
            }
        }
        inFlight.remove(entry);
    }

    private String forgetFailure(String id) {
        synchronized (failures) {
            return failures.remove(id);
        }
    }

    /** Ends an entry with its exchange, after whatever else is done at the exchange's end. */
    private final class Acknowledgement extends SynchronizationAdapter {

        private final InFlightEntry entry;

        Acknowledgement(InFlightEntry entry) {
            this.entry = entry;
        }

        @Override
        public void onComplete(Exchange exchange) {
            completed(entry, exchange);
        }

        @Override
        public void onFailure(Exchange exchange) {
            Exception cause = exchange.getException();
            String message = cause == null ? null : cause.getMessage();
            failed(entry, message == null && cause != null ? cause.getClass().getSimpleName() : message);
        }

        @Override
        public int getOrder() {
            return Ordered.LOWEST;
        }
    }
}
