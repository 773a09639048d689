package imgurcaravan.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** One connection of a {@link StandInServer}: reads a request, responds, and so on until either side closes. */
final class Connection {

    private final StandInServer server;
    private final CorkedSocket socket;
    private final SSLSocketFactory tls;
    private final long number;
    private final CountDownLatch serverClosed;

    /** @param tls null for a plain connection */
    Connection(
            StandInServer server, CorkedSocket socket, SSLSocketFactory tls, long number, CountDownLatch serverClosed) {
        this.server = server;
        this.socket = socket;
        this.tls = tls;
        this.number = number;
        this.serverClosed = serverClosed;
    }

    void serve() {
        try (Socket raw = socket;
                Socket peer = secured()) {
            InputStream in = new BufferedInputStream(peer.getInputStream());
            OutputStream out = peer.getOutputStream();
            Reply.Then then = Reply.Then.KEEP;
            while (then == Reply.Then.KEEP) {
                then = respondToNext(in, out);
            }
            if (then == Reply.Then.RESET) {
                // Not through TLS, which would send a close_notify first.
                reset(raw);
            }
        } catch (IOException e) {
            // The client has disconnected, or the server is closing: what a test needs is in the recorded requests.
        }
    }

    private static void reset(Socket raw) throws IOException {
        raw.setSoLinger(true, 0);
        raw.close();
    }

    private Socket secured() throws IOException {
        socket.setTcpNoDelay(true);
        if (tls == null) {
            return socket;
        }
        SSLSocket secured = (SSLSocket) tls.createSocket(socket, null, true);
        secured.startHandshake();
        server.handshaken();
        return secured;
    }

    private Reply.Then respondToNext(InputStream in, OutputStream out) throws IOException {
        Request request;
        try {
            request = Request.read(in, number);
        } catch (ProtocolException e) {
            Wire wire = new Wire(socket, in, out, true, serverClosed);
            Reply.text(400, e.getMessage()).with("Connection", "close").write(wire);
            wire.flush();
            return Reply.Then.CLOSE;
        }
        if (request == null) {
            return Reply.Then.CLOSE;
        }
        Wire wire = new Wire(socket, in, out, !request.method().equals("HEAD"), serverClosed);
        server.began(request);
        Reply.Then then;
        try {
            then = server.respond(request, wire);
        } finally {
            server.ended();
        }
        wire.flush();
        return "close".equalsIgnoreCase(request.header("connection")) && then == Reply.Then.KEEP
                ? Reply.Then.CLOSE
                : then;
    }
}
