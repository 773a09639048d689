package imgurcaravan.redisstreams;

import org.apache.camel.Exchange;
import org.apache.camel.Ordered;
import org.apache.camel.support.SynchronizationAdapter;

/** Ends an entry with its exchange, after whatever else is to be done at the exchange's end. */
final class Acknowledgement extends SynchronizationAdapter {

    private final EntryProcessing processing;
    private final InFlightEntry flight;

    Acknowledgement(EntryProcessing processing, InFlightEntry flight) {
        this.processing = processing;
        this.flight = flight;
    }

    @Override
    public void onComplete(Exchange exchange) {
        processing.completed(flight, exchange);
    }

    @Override
    public void onFailure(Exchange exchange) {
        Exception cause = exchange.getException();
        String message = cause == null ? null : cause.getMessage();
        processing.failed(
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
