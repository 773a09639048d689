package imgurcaravan.redisstreams;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.StreamEntryID;

/** Reads the results of the stream's entries, from its start on, and sends each to the endpoint that waits for it. */
final class ResultReader implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ResultReader.class);
    private static final long BLOCK = 500;
    private static final int BATCH = 100;
    private static final String START = "0-0";
    private static final Comparator<String> BY_TIME = Comparator.comparing(StreamEntryID::new);

    private final RedisStreamsEndpoint endpoint;
    private final WorkQueue queue;
    private final String task;
    private final ReaderConnection connection;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private Endpoint target;
    private Producer producer;
    private ExecutorService executor;

    /** The last result that was read; null until it is known where to begin. */
    private volatile String position;

    ResultReader(RedisStreamsEndpoint endpoint, WorkQueue queue) {
        this.endpoint = endpoint;
        this.queue = queue;
        this.task = "read the results of " + queue.keys().stream();
        this.connection = new ReaderConnection(queue, task);
    }

    void start() throws Exception {
        target = endpoint.getCamelContext()
                .getEndpoint(endpoint.getConfiguration().getResultUri());
        producer = target.createProducer();
        producer.start();
        executor = endpoint.getCamelContext()
                .getExecutorServiceManager()
                .newSingleThreadExecutor(this, "RedisStreamsResults");
        queue.results().add(this);
        executor.execute(this);
    }

    void stop() throws Exception {
        stopping.countDown();
        queue.results().remove(this);
        // Ends a wait for results. What is not read stays in Redis.
        connection.close();
        // Only a reader whose target takes long, or whose server does not respond, is interrupted.
        if (!ended.await(BLOCK + 1500, TimeUnit.MILLISECONDS)) {
            endpoint.getCamelContext().getExecutorServiceManager().shutdownNow(executor);
        } else {
            endpoint.getCamelContext().getExecutorServiceManager().shutdown(executor);
        }
        producer.stop();
    }

    /** Notes which result is the last one before ours; call it before the first entry is added. */
    void settle(RedisConnection any) {
        if (position == null) {
            synchronized (this) {
                position = position == null ? last(any) : position;
            }
        }
    }

    /** Whether every result up to this one was sent on. */
    boolean hasSent(String id) {
        String sent = position;
        return sent != null && BY_TIME.compare(sent, id) >= 0;
    }

    private String last(RedisConnection any) {
        List<?> last = (List<?>) any.call(Command.XREVRANGE, queue.keys().results(), "+", "-", "COUNT", 1);
        return last.isEmpty() ? START : RedisConnection.text(((List<?>) last.get(0)).get(0));
    }

    @Override
    public void run() {
        try {
            while (!stopped(0)) {
                long begun = System.nanoTime();
                try {
                    read();
                    connection.worked(begun);
                } catch (RuntimeException | Error e) {
                    if (stopped(0) || stopped(connection.failed(begun, e))) {
                        break;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            queue.outages().gaveUp(task);
            connection.close();
            ended.countDown();
        }
    }

    private boolean stopped(long millis) throws InterruptedException {
        return stopping.await(millis, TimeUnit.MILLISECONDS);
    }

    private void read() throws InterruptedException {
        boolean opened = !connection.isOpen();
        RedisConnection open = connection.open();
        if (opened) {
            settle(open);
            catchUp(open);
        }
        String key = queue.keys().results();
        Object[] arguments = {"COUNT", BATCH, "BLOCK", BLOCK, "STREAMS", key, position};
        List<?> streams = (List<?>) open.callBlocking(BLOCK, Command.XREAD, arguments);
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

    /** After a while without a connection, what we read last may be gone: trimmed, or lost with what Redis lost. */
    private void catchUp(RedisConnection open) {
        String last = last(open);
        if (BY_TIME.compare(position, last) > 0) {
            position = last;
            return;
        }
        List<?> first = (List<?>) open.call(Command.XRANGE, queue.keys().results(), "-", "+", "COUNT", 1);
        if (!position.equals(START)
                && !first.isEmpty()
                && BY_TIME.compare(RedisConnection.text(((List<?>) first.get(0)).get(0)), position) > 0) {
            LOG.warn(
                    "Results of {} were trimmed while this process was disconnected; it continues with the oldest left",
                    queue.keys().stream());
        }
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
                    "The result of {} was not accepted by {}: {}",
                    message.getHeader(RedisStreamsConstants.ID),
                    target,
                    RedisFailure.oneLine(exchange.getException().getMessage(), 300));
        }
    }
}
