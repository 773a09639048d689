package imgurcaravan.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Carries bytes between a port of 127.0.0.1 and another, counts the connections, and cuts them when it is told to. */
public final class TcpProxy implements AutoCloseable {

    private final ServerSocket listener;
    private final int target;
    private final ExecutorService workers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "tcp-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile boolean closed;

    /** @param target the port to forward to; it need not be listening yet */
    public TcpProxy(int target) {
        this.target = target;
        try {
            listener = new ServerSocket();
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        workers.execute(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** How many connections were tried so far, those included that led nowhere. */
    public int connections() {
        return connections.get();
    }

    /** Closes all connections that are open now, at both ends. */
    public void cut() {
        for (Socket socket : open) {
            close(socket);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
        workers.shutdownNow();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket near = listener.accept();
                connections.incrementAndGet();
                workers.execute(() -> serve(near));
            } catch (IOException | RejectedExecutionException e) {
                if (!closed) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private void serve(Socket near) {
        open.add(near);
        try (Socket far = new Socket(InetAddress.getLoopbackAddress(), target)) {
            open.add(far);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            workers.execute(() -> carry(far, near));
            carry(near, far);
            open.remove(far);
        } catch (IOException | RejectedExecutionException e) {
            // Nothing listens there, or the connection has ended: the near end is closed, for its owner to see.
        } finally {
            close(near);
            open.remove(near);
        }
    }

    /** Until one of them ends; then both do. */
    private static void carry(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] some = new byte[8192];
            for (int length = in.read(some); length >= 0; length = in.read(some)) {
                out.write(some, 0, length);
            }
        } catch (IOException e) {
            // The other direction ended, or the connection was cut.
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
