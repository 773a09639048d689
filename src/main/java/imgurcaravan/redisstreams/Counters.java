package imgurcaravan.redisstreams;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What this process has done on one stream since its start. */
final class Counters {

    final LongAdder deliveries = new LongAdder();
    final LongAdder redeliveries = new LongAdder();
    final LongAdder reconnects = new LongAdder();
    final AtomicInteger inFlight = new AtomicInteger();
}
