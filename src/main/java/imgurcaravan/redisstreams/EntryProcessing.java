package imgurcaravan.redisstreams;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.UnitOfWorkHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of an entry through the route, and what became of it there. */
final class EntryProcessing {

    private static final Logger LOG = LoggerFactory.getLogger(EntryProcessing.class);
    private static final int KNOWN_FAILURES = 1000;
    private static final int LONGEST_REASON = 300;

    private final RedisStreamsConsumer consumer;
    private final RedisStreamsConfiguration configuration;
    private final InFlightEntries ledger;
    private final Counters statistics;
    private final Expression result;
    private final Expression deadLetterReason;

    /** Why entries failed here that may come again; guarded by itself. */
    private final Map<String, String> failures = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > KNOWN_FAILURES;
        }
    };

    EntryProcessing(RedisStreamsConsumer consumer, InFlightEntries ledger, Counters statistics) {
        this.consumer = consumer;
        this.configuration = consumer.getEndpoint().getConfiguration();
        this.ledger = ledger;
        this.statistics = statistics;
        this.result = consumer.getEndpoint().simple(configuration.getResult());
        this.deadLetterReason = consumer.getEndpoint().simple(configuration.getDeadLetterReason());
    }

    /** Sends an entry on its way. */
    void process(InFlightEntry flight) {
        Entry entry = flight.entry();
        statistics.deliveries.increment();
        if (entry.deliveries() > 1) {
            statistics.redeliveries.increment();
        }
        if (entry.deliveries() > configuration.getMaxDeliveries()) {
            String last = forgetFailure(entry.id());
            giveUp(flight, last == null ? "deliveries" : last);
        } else if (entry.malformed()) {
            giveUp(flight, "malformed");
        } else {
            route(flight);
        }
    }

    private void giveUp(InFlightEntry flight, String reason) {
        LOG.warn("Entry {} of {} is a dead letter: {}", flight.entry().id(), configuration.getStream(), reason);
        ledger.end(flight, new InFlightEntry.Outcome("", reason));
    }

    private void route(InFlightEntry flight) {
        Entry entry = flight.entry();
        Exchange exchange = consumer.createExchange(true);
        Message message = exchange.getMessage();
        message.setBody(entry.body());
        entry.headers().forEach((header, value) -> {
            if (!consumer.getEndpoint()
                    .getHeaderFilterStrategy()
                    .applyFilterToExternalHeaders(header, value, exchange)) {
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
        consumer.getAsyncProcessor().process(exchange, doneSync -> {
            // A processor that is no route leaves the completions to us.
            List<Synchronization> left = exchange.getExchangeExtension().handoverCompletions();
            UnitOfWorkHelper.doneSynchronizations(exchange, left);
            consumer.defaultConsumerCallback(exchange, true).done(doneSync);
        });
    }

    /** The work is done without an exception. */
    void completed(InFlightEntry flight, Exchange exchange) {
        if (exchange.isRollbackOnly() || exchange.isRollbackOnlyLast()) {
            failed(flight, "rolled back");
            return;
        }
        InFlightEntry.Outcome outcome;
        try {
            String reason = evaluated(deadLetterReason, exchange);
            String deadReason = reason.isEmpty() ? null : RedisFailure.oneLine(reason, LONGEST_REASON);
            outcome = new InFlightEntry.Outcome(evaluated(result, exchange), deadReason);
        } catch (RuntimeException | Error e) {
            // On a thread of Camel's nobody else would catch it, and an entry without an end is renewed for ever.
            failed(flight, e.getMessage());
            consumer.getExceptionHandler().handleException("Its result cannot be evaluated", exchange, e);
            return;
        }
        forgetFailure(flight.entry().id());
        ledger.end(flight, outcome);
    }

    private static String evaluated(Expression expression, Exchange exchange) {
        String text = expression == null ? null : expression.evaluate(exchange, String.class);
        return text == null ? "" : text;
    }

    /** The entry stays pending and is no longer renewed: it comes again. What fails because of a stop is given back. */
    void failed(InFlightEntry flight, String reason) {
        if (consumer.departing()) {
            ledger.leave(flight);
            return;
        }
        String line = RedisFailure.oneLine(reason, LONGEST_REASON);
        synchronized (failures) {
            failures.put(flight.entry().id(), line.isEmpty() ? "failed" : line);
        }
        ledger.land(flight);
    }

    private String forgetFailure(String id) {
        synchronized (failures) {
            return failures.remove(id);
        }
    }
}
