package imgurcaravan.redisstreams;

import org.apache.camel.Exchange;
import org.apache.camel.Ordered;
import org.apache.camel.support.SynchronizationAdapter;

/** Ends an entry with its exchange, after whatever else is to be done at the exchange's end. */
final class Acknowledgement extends SynchronizationAdapter {

    private final RedisStreamsConsumer consumer;
    private final Flight flight;

    Acknowledgement(RedisStreamsConsumer consumer, Flight flight) {
        this.consumer = consumer;
        this.flight = flight;
    }

    @Override
    public void onComplete(Exchange exchange) {
        consumer.completed(flight, exchange);
    }

    @Override
    public void onFailure(Exchange exchange) {
        Exception cause = exchange.getException();
        String message = cause == null ? null : cause.getMessage();
        consumer.failed(
                flight,
                message != null
                        ? message
                        : cause == null ? null : cause.getClass().getSimpleName());
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST;
    }
}
