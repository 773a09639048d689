package imgurcaravan.redisstreams;

import imgurcaravan.testing.RedisProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Jedis;

/** A test with a Redis that is emptied before it, and applications that are stopped after it. */
@Timeout(60)
abstract class AgainstRedis {

    static final String STREAM = RedisStreamsApp.STREAM;
    static final String GROUPED = RedisStreamsApp.GROUPED;
    static final String CONSUMER = RedisStreamsApp.CONSUMER;
    static final String PRODUCER = RedisStreamsApp.PRODUCER;
    static final String KEY = "{imgur:images}:key:";
    static final String DEAD = "{imgur:images}:dead";
    static final String RESULTS = "{imgur:images}:results";
    static final String GROUP = "downloaders";

    static RedisProcess redis;

    /** For the test's thread only: a connection matches replies by their order. */
    static Jedis client;

    /** The exchanges that {@link #take()} received. */
    final Queue<Exchange> received = new ConcurrentLinkedQueue<>();

    /** Blocks everything that waits for it, until the test opens it or ends. */
    final CountDownLatch gate = new CountDownLatch(1);

    private final List<RedisStreamsApp> applications = new ArrayList<>();

    @BeforeAll
    static void startRedis() {
        redis = RedisProcess.bundled().start();
        client = redis.client();
    }

    @AfterAll
    static void stopRedis() {
        client.close();
        redis.close();
    }

    @BeforeEach
    void emptyRedis() {
        client.flushAll();
    }

    @AfterEach
    void stopApplications() {
        gate.countDown();
        applications.forEach(RedisStreamsApp::close);
    }

    RedisStreamsApp start(RouteBuilder... routes) {
        RedisStreamsApp application = new RedisStreamsApp(redis);
        applications.add(application);
        return application.start(routes);
    }

    /** Keeps the exchanges for the test to look at. */
    Processor take() {
        return received::add;
    }

    /** Waits for the gate. */
    Processor hold() {
        return exchange -> gate.await();
    }

    List<Object> headers(String name) {
        return received.stream()
                .map(exchange -> exchange.getMessage().getHeader(name))
                .toList();
    }

    List<String> bodies() {
        return received.stream()
                .map(exchange -> exchange.getMessage().getBody(String.class))
                .toList();
    }

    static long pending() {
        return client.exists(STREAM) && !client.xinfoGroups(STREAM).isEmpty()
                ? client.xpending(STREAM, GROUP).getTotal()
                : 0;
    }
}
