package imgurcaravan.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A forward proxy on 127.0.0.1: fetches what a request in absolute form names, one request per connection, and tunnels
 * what {@code CONNECT} names. Every name leads to a server on this machine.
 */
public final class ForwardProxy implements AutoCloseable {

    private static final int LONGEST_HEAD = 64 * 1024;

    private final ServerSocket listener;
    private final ExecutorService workers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "forward-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private volatile String credentials;
    private volatile int refusal;

    public ForwardProxy() {
        try {
            listener = new ServerSocket();
            listener.bind(new InetSocketAddress(loopback(), 0), 512);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        workers.execute(this::accept);
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Lets in only clients that send these, by basic authentication; others get a 407. */
    public ForwardProxy credentials(String user, String password) {
        credentials =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Redirects connections for this host and port to a port of this machine; others are not changed. */
    public ForwardProxy lead(String hostAndPort, int port) {
        ports.put(hostAndPort, port);
        return this;
    }

    /** Responds to the next requests with this status. */
    public ForwardProxy refuse(int times, int status) {
        refusal = status;
        refusals.set(times);
        return this;
    }

    /** The requests so far, each from the request line to the last header. */
    public List<String> heads() {
        return List.copyOf(heads);
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
            workers.shutdownNow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                workers.execute(() -> serve(socket));
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

    private void serve(Socket client) {
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            String head = head(in);
            if (head.isEmpty()) {
                return;
            }
            heads.add(head);
            OutputStream out = client.getOutputStream();
            boolean known = credentials == null || head.contains("\r\nProxy-Authorization: " + credentials + "\r\n");
            if (!known) {
                refuse(out, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"");
            } else if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                refuse(out, refusal + " No");
            } else if (head.startsWith("CONNECT ")) {
                tunnel(head.split(" ", 3)[1], client, in, out);
            } else {
                fetch(head, out);
            }
        } catch (IOException e) {
            // One side has disconnected; what a test needs is in the recorded heads.
        } finally {
            open.remove(client);
        }
    }

    private static void refuse(OutputStream out, String statusAndHeaders) throws IOException {
        String text = "HTTP/1.1 " + statusAndHeaders + "\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno";
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private Socket connect(String host, int port) throws IOException {
        Socket server = new Socket(loopback(), ports.getOrDefault(host + ":" + port, port));
        open.add(server);
        return server;
    }

    private void tunnel(String target, Socket client, InputStream in, OutputStream out) throws IOException {
        int colon = target.lastIndexOf(':');
        try (Socket server = connect(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)))) {
            out.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            workers.execute(() -> pass(in, server));
            server.getInputStream().transferTo(out);
            client.shutdownOutput();
        }
    }

    private static void pass(InputStream in, Socket to) {
        try {
            in.transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // The other direction has ended, and with it the tunnel.
        }
    }

    private void fetch(String head, OutputStream out) throws IOException {
        URI target = URI.create(head.split(" ", 3)[1]);
        String request = head.replaceFirst(" http://[^/ ]*", " ")
                .replaceFirst("(?i)\r\nproxy-authorization: [^\r]*", "")
                .replaceAll("(?i)\r\n(proxy-)?connection: [^\r]*", "")
                .replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n");
        try (Socket server = connect(target.getHost(), target.getPort() < 0 ? 80 : target.getPort())) {
            server.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream response = new BufferedInputStream(server.getInputStream());
            String responseHead = head(response).replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n");
            out.write(responseHead.getBytes(StandardCharsets.ISO_8859_1));
            response.transferTo(out);
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0 || head.size() > LONGEST_HEAD) {
                return "";
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }
}
