package imgurcaravan.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandInServerTest {

    private static final Duration DELAY = Duration.ofMillis(400);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void makesADelayedResponseAtOnceAndSendsItWhenItIsDue(boolean tls) throws Exception {
        try (StandInServer server = tls ? StandInServer.tls() : StandInServer.plain()) {
            AtomicLong made = new AtomicLong();
            byte[] body = Samples.jpeg(1, 1_000_000);
            Reply reply = Reply.bytes(200, "image/jpeg", body);
            server.on("/image.jpg", Reply.of(wire -> {
                Reply.Then then = reply.write(wire);
                made.set(System.nanoTime());
                return then;
            }));
            server.delay(DELAY);

            try (Socket socket = connect(server, tls)) {
                OutputStream out = socket.getOutputStream();
                out.write("GET /image.jpg HTTP/1.1\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                InputStream in = socket.getInputStream();
                int first = in.read();
                long left = System.nanoTime();
                byte[] rest = in.readAllBytes();

                long due = server.requests().get(0).nanos() + DELAY.toNanos();
                assertThat(made.get()).isLessThan(due);
                assertThat(left).isGreaterThanOrEqualTo(due);
                assertThat(first).isEqualTo('H');
                assertThat(rest).endsWith(body);
            }
        }
    }

    private static Socket connect(StandInServer server, boolean tls) throws Exception {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        return tls
                ? TestCertificate.clientContext().getSocketFactory().createSocket(loopback, server.port())
                : new Socket(loopback, server.port());
    }
}
