package imgurcaravan.redisstreams;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;

/** Reads what became of the stream's entries, from its start on, and sends each to the endpoint that waits for it. */
final class ResultReader implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ResultReader.class);
    private static final long BLOCK = 500;
    private static final int BATCH = 100;
    private static final String START = "0-0";

    private final RedisStreamsEndpoint endpoint;
    private final Queue queue;
    private final String doing;
    private final ReentrantLock lock = new ReentrantLock();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private Endpoint target;
    private Producer producer;
    private ExecutorService executor;
    private volatile RedisConnection connection;

    /** The last result that was read; null until it is known where to begin. */
    private volatile String position;

    ResultReader(RedisStreamsEndpoint endpoint, Queue queue) {
        this.endpoint = endpoint;
        this.queue = queue;
        this.doing = "read the results of " + queue.keys().stream();
    }

    void start() throws Exception {
        target = endpoint.getCamelContext()
                .getEndpoint(endpoint.getConfiguration().getResultUri());
        producer = target.createProducer();
        producer.start();
        executor = endpoint.getCamelContext()
                .getExecutorServiceManager()
                .newSingleThreadExecutor(this, "RedisStreamsResults");
        executor.execute(this);
    }

    void stop() throws Exception {
        stopping.countDown();
        // Else it would hear of the stop when Redis has nothing to tell for half a second. What is not read stays
        // there.
        RedisConnection waiting = connection;
        if (waiting != null) {
            waiting.close();
        }
        // Only a reader whose target takes long, or whose server does not answer, is cut short.
        if (!ended.await(BLOCK + 1500, TimeUnit.MILLISECONDS)) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdownNow(executor);
        } else {
            endpoint.getCamelContext().getExecutorServiceManager().shutdown(executor);
        }
        producer.stop();
    }

    /** Notes where the results begin that are news to us; before the first entry is added. */
    void settle(RedisConnection any) {
        if (position == null) {
            lock.lock();
            try {
                if (position == null) {
                    position = last(any);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private String last(RedisConnection any) {
        List<?> last = (List<?>) any.call(Command.XREVRANGE, queue.keys().results(), "+", "-", "COUNT", 1);
        return last.isEmpty() ? START : RedisConnection.text(((List<?>) last.get(0)).get(0));
    }

    @Override
    public void run() {
        BackOff backOff = BackOff.ofRetries();
        try {
            while (!stopped(0)) {
                long begun = System.nanoTime();
                try {
                    read();
                    queue.outages().worked(doing, begun);
                    backOff.reset();
                } catch (JedisMovedDataException e) {
                    queue.redis().moved(e);
                    disconnect();
                } catch (JedisException | RedisTooOldException e) {
                    if (stopped(0)) {
                        break;
                    }
                    boolean lost = connection != null
                            && (backOff.isReset() && EntryReader.lost(e) || EntryReader.unblocked(e));
                    disconnect();
                    if (lost) {
                        // Only if no other connection can be had, Redis is away.
                        backOff.next();
                        continue;
                    }
                    queue.outages().failed(doing, begun, e);
                    if (stopped(backOff.next())) {
                        break;
                    }
                } catch (RuntimeException | Error e) {
                    LOG.error("The results of {} could not be read; trying again", queue.keys().stream(), e);
                    disconnect();
                    if (stopped(backOff.next())) {
                        break;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            queue.outages().gaveUp(doing);
            disconnect();
            ended.countDown();
        }
    }

    private boolean stopped(long millis) throws InterruptedException {
        return stopping.await(millis, TimeUnit.MILLISECONDS);
    }

    private void disconnect() {
        RedisConnection last = connection;
        connection = null;
        if (last != null) {
            last.close();
        }
    }

    private void read() throws InterruptedException {
        if (connection == null) {
            connection = queue.redis().connect(queue.keys().stream());
            settle(connection);
            catchUp();
        }
        List<?> streams = (List<?>) connection.callBlocking(
                BLOCK,
                Command.XREAD,
                "COUNT",
                BATCH,
                "BLOCK",
                BLOCK,
                "STREAMS",
                queue.keys().results(),
                position);
        if (streams == null) {
            return;
        }
        for (Object result : (List<?>) ((List<?>) streams.get(0)).get(1)) {
            List<?> parts = (List<?>) result;
            if (stopped(0)) {
                return;
            }
            send((List<?>) parts.get(1));
            position = RedisConnection.text(parts.get(0));
        }
    }

    /** After a while without connection, what we read last may be gone: trimmed, or lost with what Redis lost. */
    private void catchUp() {
        String last = last(connection);
        if (isAfter(position, last)) {
            position = last;
            return;
        }
        List<?> first = (List<?>) connection.call(Command.XRANGE, queue.keys().results(), "-", "+", "COUNT", 1);
        if (!position.equals(START)
                && !first.isEmpty()
                && isAfter(RedisConnection.text(((List<?>) first.get(0)).get(0)), position)) {
            LOG.warn(
                    "Results of {} were trimmed while this process was away; it goes on from the oldest that is left",
                    queue.keys().stream());
        }
    }

    /** Whether an id of a stream, two numbers, is greater than another. */
    private static boolean isAfter(String id, String other) {
        String[] parts = id.split("-", 2);
        String[] others = other.split("-", 2);
        int time = Long.compareUnsigned(Long.parseUnsignedLong(parts[0]), Long.parseUnsignedLong(others[0]));
        return time > 0
                || time == 0
                        && Long.compareUnsigned(Long.parseUnsignedLong(parts[1]), Long.parseUnsignedLong(others[1]))
                                > 0;
    }

    private void send(List<?> fields) {
        Exchange exchange = target.createExchange(ExchangePattern.InOnly);
        Message message = exchange.getMessage();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            String value = RedisConnection.text(fields.get(i + 1));
            switch (RedisConnection.text(fields.get(i))) {
                case "entry" -> message.setHeader(RedisStreamsConstants.ID, value);
                case "key" -> {
                    if (!value.isEmpty()) {
                        message.setHeader(RedisStreamsConstants.KEY, value);
                    }
                }
                case "reason" -> message.setHeader(RedisStreamsConstants.REASON, value);
                case "result", "body" -> message.setBody(value);
                default -> LOG.debug("A field of a result of {} is unknown", queue.keys().stream());
            }
        }
        try {
            producer.process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        if (exchange.getException() != null) {
            LOG.warn(
                    "The result of {} was not taken by {}: {}",
                    message.getHeader(RedisStreamsConstants.ID),
                    target,
                    RedisFailure.oneLine(exchange.getException().getMessage(), 300));
        }
    }
}
