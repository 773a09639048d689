package imgurcaravan.redisstreams;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import redis.clients.jedis.Protocol.Command;

/** Adds entries to the stream, lists and requeues its dead letters, and returns its statistics. */
final class RedisStreamsProducer extends DefaultProducer {

    private static final int BATCH = 100;

    private final RedisStreamsConfiguration configuration;
    private final Set<String> headers;

    /**
     * Names attempts to add something, unlike those of any other producer; hexadecimal digits, as the scripts expect.
     */
    private final String tokenPrefix = UUID.randomUUID().toString().replace("-", "");

    private final AtomicLong tokens = new AtomicLong();
    private WorkQueue queue;
    private RetryUntilAvailable redis;
    private Expression deduplicationKey;
    private Expression addDone;
    private ResultReader results;

    RedisStreamsProducer(RedisStreamsEndpoint endpoint) {
        super(endpoint);
        this.configuration = endpoint.getConfiguration();
        this.headers = configuration.headerNames();
    }

    @Override
    public RedisStreamsEndpoint getEndpoint() {
        return (RedisStreamsEndpoint) super.getEndpoint();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        queue = getEndpoint().queue();
        redis = new RetryUntilAvailable(queue, this::running, configuration.getSendTimeout());
        deduplicationKey = getEndpoint().simple(configuration.getDeduplicationKey());
        addDone = getEndpoint().simple(configuration.getAddDone());
        if (configuration.getResultUri() != null) {
            results = new ResultReader(getEndpoint(), queue);
            results.start();
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (results != null) {
            results.stop();
            results = null;
        }
        super.doStop();
    }

    private boolean running() {
        return isRunAllowed() && !getEndpoint().getCamelContext().isStopping();
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        String reason = message.getHeader(RedisStreamsConstants.REASON, "", String.class);
        switch (configuration.getOperation()) {
            case add -> add(exchange);
            case missing ->
                message.setBody(new MissingKeys(redis, queue).among(message.getMandatoryBody(Collection.class)));
            case deadLetters ->
                message.setBody(
                        new DeadLetters(redis, queue.keys().deadLetters(), reason, configuration.getMaxBodySize()));
            case requeue -> message.setBody(requeue(reason));
            case stats ->
                message.setBody(redis.run(
                                "read the statistics of " + configuration.getStream(),
                                connection -> QueueStats.read(connection, queue.keys(), configuration.getGroup()))
                        .with(queue.counters()));
        }
    }

    private String nextToken() {
        return tokenPrefix + Long.toHexString(tokens.incrementAndGet());
    }

    private void add(Exchange exchange) throws Exception {
        String key = deduplicationKey == null ? null : deduplicationKey.evaluate(exchange, String.class);
        boolean keyed = key != null && !key.isEmpty();
        List<String> keys =
                keyed ? List.of(queue.keys().stream(), queue.keys().duplicate(key)) : List.of(queue.keys().stream());
        boolean again = addDone != null && Boolean.TRUE.equals(addDone.evaluate(exchange, Boolean.class));
        List<Object> arguments = new ArrayList<>(List.of(
                configuration.getMaxPending(), nextToken(), configuration.getDeduplicationTtl(), again ? 1 : 0));
        arguments.addAll(fields(exchange, keyed ? key : null));
        List<?> reply = addWhenThereIsRoom(keys, arguments);
        Message message = exchange.getMessage();
        message.removeHeader(RedisStreamsConstants.DUPLICATE);
        String value = RedisConnection.text(reply.get(1));
        if (RedisConnection.text(reply.get(0)).equals("known")) {
            message.removeHeader(RedisStreamsConstants.ID);
            message.setHeader(RedisStreamsConstants.DUPLICATE, value);
        } else {
            message.setHeader(RedisStreamsConstants.ID, value);
        }
        if (keyed) {
            message.setHeader(RedisStreamsConstants.KEY, key);
        }
    }

    private List<?> addWhenThereIsRoom(List<String> keys, List<Object> arguments) throws InterruptedException {
        String task = "add to " + configuration.getStream();
        long start = System.nanoTime();
        BackOff room = new BackOff(20, 500);
        while (true) {
            List<?> reply = redis.run(task, connection -> {
                if (results != null) {
                    results.settle(connection);
                }
                return (List<?>) connection.run(Script.ADD, keys, arguments.toArray());
            });
            if (reply.size() > 1) {
                return reply;
            }
            if (!redis.pause(room.next(), start)) {
                throw redis.rejected(task, "it holds " + configuration.getMaxPending() + " entries");
            }
        }
    }

    private List<Object> fields(Exchange exchange, String key) throws Exception {
        byte[] body = Text.body(exchange);
        if (body.length > configuration.getMaxBodySize()) {
            throw new IllegalArgumentException(
                    "The body has " + body.length + " bytes, more than maxBodySize=" + configuration.getMaxBodySize());
        }
        List<Object> fields = new ArrayList<>(List.of("body", body));
        if (key != null) {
            fields.add("key");
            fields.add(Text.encoded(key));
        }
        for (Map.Entry<String, Object> header :
                exchange.getMessage().getHeaders().entrySet()) {
            String name = header.getKey();
            Object value = header.getValue();
            boolean text = value instanceof CharSequence || value instanceof Number || value instanceof Boolean;
            if (text && headers.contains(name.toLowerCase(Locale.ROOT))) {
                fields.add(Entry.HEADER + name);
                fields.add(Text.encoded(value.toString()));
            }
        }
        return fields;
    }

    private int requeue(String reason) throws InterruptedException {
        List<String> keys = List.of(queue.keys().stream(), queue.keys().deadLetters());
        String task = "requeue the dead letters of " + configuration.getStream();
        List<?> last = redis.run(
                task, connection -> (List<?>) connection.call(Command.XREVRANGE, keys.get(1), "+", "-", "COUNT", 1));
        if (last.isEmpty()) {
            return 0;
        }
        Object end = ((List<?>) last.get(0)).get(0);
        String token = nextToken();
        int moved = 0;
        String from = "-";
        while (true) {
            String first = from;
            List<?> reply = redis.run(task, connection -> (List<?>) connection.run(
                    Script.REQUEUE,
                    keys,
                    first,
                    end,
                    BATCH,
                    Text.encoded(reason),
                    queue.keys().duplicates(),
                    configuration.getDeduplicationTtl(),
                    token));
            moved += Math.toIntExact((Long) reply.get(0));
            String seen = RedisConnection.text(reply.get(1));
            if (seen.isEmpty()) {
                return moved;
            }
            from = '(' + seen;
        }
    }
}
