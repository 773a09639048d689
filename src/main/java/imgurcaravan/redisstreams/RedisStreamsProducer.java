package imgurcaravan.redisstreams;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import redis.clients.jedis.Protocol.Command;

/** Adds entries to the stream, moves dead letters back to it, and tells its figures. */
final class RedisStreamsProducer extends DefaultProducer {

    private static final int BATCH = 100;

    private final RedisStreamsConfiguration configuration;
    private final Set<String> crossing;
    private final Tokens tokens = new Tokens();
    private Queue queue;
    private RetryUntilAvailable persistence;
    private Expression deduplicationKey;
    private ResultReader results;

    RedisStreamsProducer(RedisStreamsEndpoint endpoint) {
        super(endpoint);
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
        persistence = new RetryUntilAvailable(queue, this::running, configuration.getSendTimeout());
        deduplicationKey = getEndpoint().simple(configuration.getDeduplicationKey());
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
        switch (configuration.getOperation()) {
            case add -> add(exchange);
            case requeue -> exchange.getMessage().setBody(requeue(exchange));
            case stats ->
                exchange.getMessage()
                        .setBody(persistence
                                .persist(
                                        "tell the figures of " + configuration.getStream(),
                                        connection ->
                                                QueueStats.read(connection, queue.keys(), configuration.getGroup()))
                                .with(queue.statistics()));
        }
    }

    private void add(Exchange exchange) throws Exception {
        String key = deduplicationKey == null ? null : deduplicationKey.evaluate(exchange, String.class);
        boolean keyed = key != null && !key.isEmpty();
        List<Object> fields = fields(exchange, keyed ? key : null);
        Message message = exchange.getMessage();
        List<?> reply = addOnceThereIsRoom(
                keyed || configuration.getMaxPending() > 0 ? onceLookedUp(keyed ? key : null, fields) : alone(fields));
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

    /** Adds an entry unless there is one with its key, if it has any, or no room. */
    private Function<RedisConnection, List<?>> onceLookedUp(String key, List<Object> fields) {
        List<String> keys = key == null
                ? List.of(queue.keys().stream())
                : List.of(queue.keys().stream(), queue.keys().duplicate(key));
        List<Object> arguments = new ArrayList<>(
                List.of(configuration.getMaxPending(), tokens.next(), configuration.getDeduplicationTtl()));
        arguments.addAll(fields);
        return connection -> (List<?>) connection.run(Script.ADD, keys, arguments.toArray());
    }

    /** Adds an entry for which nothing is to be looked up first: the command alone does what the script would. */
    private Function<RedisConnection, List<?>> alone(List<Object> fields) {
        List<Object> arguments = new ArrayList<>(List.of(queue.keys().stream(), "*"));
        arguments.addAll(fields);
        return connection -> List.of("added", connection.call(Command.XADD, arguments.toArray()));
    }

    /** @param adding returns one element only if there is no room */
    private List<?> addOnceThereIsRoom(Function<RedisConnection, List<?>> adding) throws InterruptedException {
        long start = System.nanoTime();
        BackOff room = new BackOff(20, 500);
        while (true) {
            List<?> reply = persistence.persist("add to " + configuration.getStream(), connection -> {
                if (results != null) {
                    results.settle(connection);
                }
                return adding.apply(connection);
            });
            if (reply.size() > 1) {
                return reply;
            }
            if (!persistence.pause(room.next(), start)) {
                throw new RejectedExecutionException("Could not add to " + configuration.getStream() + ": it holds "
                        + configuration.getMaxPending() + " entries, and "
                        + (running() ? "the time for it is up" : "this application is stopping"));
            }
        }
    }

    private List<Object> fields(Exchange exchange, String key) throws Exception {
        byte[] body = Text.body(exchange);
        if (body.length > configuration.getMaxBodySize()) {
            throw new IllegalArgumentException(
                    "The body has " + body.length + " bytes, more than maxBodySize=" + configuration.getMaxBodySize());
        }
        List<Object> fields = new ArrayList<>();
        fields.add("body");
        fields.add(body);
        if (key != null) {
            fields.add("key");
            fields.add(Text.encoded(key));
        }
        for (Map.Entry<String, Object> header :
                exchange.getMessage().getHeaders().entrySet()) {
            String name = header.getKey();
            Object value = header.getValue();
            boolean text = value instanceof CharSequence || value instanceof Number || value instanceof Boolean;
            if (text
                    && crossing.contains(name.toLowerCase(Locale.ROOT))
                    && !getEndpoint().getHeaderFilterStrategy().applyFilterToCamelHeaders(name, value, exchange)) {
                fields.add(Entry.HEADER + name);
                fields.add(Text.encoded(value.toString()));
            }
        }
        return fields;
    }

    private int requeue(Exchange exchange) throws Exception {
        String reason = exchange.getMessage().getHeader(RedisStreamsConstants.REASON, "", String.class);
        List<String> keys = List.of(queue.keys().stream(), queue.keys().deadLetters());
        String doing = "requeue the dead letters of " + configuration.getStream();
        List<?> last = persistence.persist(
                doing, connection -> (List<?>) connection.call(Command.XREVRANGE, keys.get(1), "+", "-", "COUNT", 1));
        if (last.isEmpty()) {
            return 0;
        }
        Object end = ((List<?>) last.get(0)).get(0);
        String token = tokens.next();
        int moved = 0;
        String from = "-";
        while (true) {
            String first = from;
            List<?> reply = persistence.persist(doing, connection -> (List<?>) connection.run(
                    Script.REQUEUE,
                    keys,
                    first,
                    end,
                    BATCH,
                    lowerCase(reason),
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

    /** As Lua does it: ASCII letters only. */
    private static byte[] lowerCase(String text) {
        byte[] bytes = Text.encoded(text);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] >= 'A' && bytes[i] <= 'Z') {
                bytes[i] = (byte) (bytes[i] + ('a' - 'A'));
            }
        }
        return bytes;
    }

    /** Names attempts to add something, unlike those of any other producer; hexadecimal digits, as the scripts expect. */
    private static final class Tokens {

        private final String prefix = UUID.randomUUID().toString().replace("-", "");
        private final AtomicLong count = new AtomicLong();

        String next() {
            return prefix + Long.toHexString(count.incrementAndGet());
        }
    }
}
