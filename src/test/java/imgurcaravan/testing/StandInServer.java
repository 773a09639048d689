package imgurcaravan.testing;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import javax.net.ssl.SSLSocketFactory;

/**
 * An HTTP/1.1 server on 127.0.0.1, plain or TLS, that responds as told and remembers the requests.
 *
 * <p>Each connection has a thread and is kept alive until the reply, the client or {@link #close()} ends it. A path set
 * with {@link #on} wins over the function set with {@link #handle}; without either the response is 404.
 */
public final class StandInServer implements AutoCloseable {

    private final CorkedSocket.CorkedListener listener;
    private final SSLSocketFactory tls;
    private final ExecutorService workers;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<String, Function<Request, Reply>> paths = new ConcurrentHashMap<>();
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger handshakes = new AtomicInteger();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger mostActive = new AtomicInteger();
    private volatile Function<Request, Reply> handler = request -> Reply.text(404, "not found");
    private volatile Duration delay = Duration.ZERO;

    private StandInServer(int port, SSLSocketFactory tls) {
        this.tls = tls;
        try {
            listener = new CorkedSocket.CorkedListener();
            listener.setReuseAddress(true);
            listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 512);
        } catch (IOException e) {
            throw new UncheckedIOException("port " + port, e);
        }
        workers = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "stand-in-server-" + listener.getLocalPort());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A plain server on a free port. */
    public static StandInServer plain() {
        return plain(0);
    }

    /** A plain server on this port. */
    public static StandInServer plain(int port) {
        return started(new StandInServer(port, null));
    }

    /** A server with the {@link TestCertificate} on a free port. */
    public static StandInServer tls() {
        return tls(0);
    }

    /** A server with the {@link TestCertificate} on this port. */
    public static StandInServer tls(int port) {
        return started(new StandInServer(port, TestCertificate.serverContext().getSocketFactory()));
    }

    private static StandInServer started(StandInServer server) {
        server.workers.execute(server::accept);
        return server;
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Such as {@code http://127.0.0.1:40123}, without a slash at the end. */
    public String url() {
        return (tls == null ? "http" : "https") + "://127.0.0.1:" + port();
    }

    /**
     * Responds to requests for other paths than those of {@link #on}. A function that throws gives a 500 with its stack
     * trace.
     */
    public void handle(Function<Request, Reply> function) {
        handler = function;
    }

    /** Responds to requests for this path, whatever the method and the query. */
    public void on(String path, Reply reply) {
        on(path, request -> reply);
    }

    /** Responds to requests for this path, whatever the method and the query. */
    public void on(String path, Function<Request, Reply> function) {
        paths.put(path, function);
    }

    /** Takes back {@link #on} for this path. */
    public void off(String path) {
        paths.remove(path);
    }

    /**
     * Sends each response this long after its request. It is made and encrypted by then, as the servers that this one
     * stands for have processors of their own; until then it is held in memory.
     */
    public void delay(Duration time) {
        delay = time;
    }

    /** The requests received so far, in the order in which they were read. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** How many requests were received for this path. */
    public long count(String path) {
        return requests.stream().filter(request -> request.path().equals(path)).count();
    }

    /**
     * The highest number of requests that were active at once, each from fully read to just before the last byte of its
     * response. One that the client gave up counts until the server has noticed.
     */
    public int maxConcurrent() {
        return mostActive.get();
    }

    /** How many connections were accepted. */
    public int connections() {
        return connections.get();
    }

    /** The number of completed TLS handshakes; one that the client aborted counts only as a connection. */
    public int handshakes() {
        return handshakes.get();
    }

    /** Forgets what was recorded; responses, delay and open connections stay. */
    public void reset() {
        requests.clear();
        connections.set(0);
        handshakes.set(0);
        mostActive.set(active.get());
    }

    /** Closes every connection, whatever is being sent; new ones are accepted. */
    public void closeConnections() {
        try {
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes the port and every connection, whatever is being sent. */
    @Override
    public void close() {
        closed.countDown();
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
            workers.shutdownNow();
            if (!workers.awaitTermination(5, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a response does not end on " + url());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void began(Request request) {
        requests.add(request);
        mostActive.accumulateAndGet(active.incrementAndGet(), Math::max);
    }

    void ended() {
        active.decrementAndGet();
    }

    void handshaken() {
        handshakes.incrementAndGet();
    }

    Reply.Then respond(Request request, Wire wire) throws IOException {
        if (!delay.isZero()) {
            wire.holdUntil(request.nanos() + delay.toNanos());
        }
        Reply reply;
        try {
            reply = paths.getOrDefault(request.path(), handler).apply(request);
        } catch (RuntimeException | AssertionError e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            reply = Reply.text(500, trace.toString());
        }
        Reply.Then then = reply.write(wire);
        wire.awaitDue();
        return then;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                CorkedSocket socket = listener.accept();
                open.add(socket);
                connections.incrementAndGet();
                if (closed.getCount() == 0) {
                    // close() may have looked through the open ones before this one was among them.
                    socket.close();
                    return;
                }
                long number = numbers.incrementAndGet();
                workers.execute(() -> serve(socket, number));
            } catch (RejectedExecutionException e) {
                // close() has begun, and closes this socket with the others.
                return;
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(CorkedSocket socket, long number) {
        try {
            new Connection(this, socket, tls, number, closed).serve();
        } finally {
            open.remove(socket);
        }
    }
}
