package imgurcaravan.redisstreams;

import java.util.function.BooleanSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.spi.ExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs one line for an entry that failed; the route's error handler has logged the rest. */
final class FailureLine implements ExceptionHandler {

    private static final Logger LOG = LoggerFactory.getLogger(FailureLine.class);
    private static final int LONGEST = 300;

    private final String stream;
    private final BooleanSupplier stopping;

    /** @param stopping whether a stop is in progress, which makes work fail */
    FailureLine(String stream, BooleanSupplier stopping) {
        this.stream = stream;
        this.stopping = stopping;
    }

    @Override
    public void handleException(Throwable thrown) {
        handleException(null, null, thrown);
    }

    @Override
    public void handleException(String message, Throwable thrown) {
        handleException(message, null, thrown);
    }

    @Override
    public void handleException(String message, Exchange exchange, Throwable thrown) {
        if (stopping.getAsBoolean()) {
            LOG.debug("Released: {}", message, thrown);
            return;
        }
        Object id = exchange == null ? "" : exchange.getMessage().getHeader(RedisStreamsConstants.ID, "");
        LOG.warn(
                "Entry {} of {} failed and will be redelivered: {} ({})",
                id,
                stream,
                RedisFailure.oneLine(thrown.getMessage(), LONGEST),
                thrown.getClass().getSimpleName());
        LOG.debug("{}", message, thrown);
    }
}
