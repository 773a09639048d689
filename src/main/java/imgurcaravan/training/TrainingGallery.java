package imgurcaravan.training;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;

/** A gallery of small pictures on a loopback port: a listing as Imgur's API gives it, and the bytes of each image. */
final class TrainingGallery {

    /** Enough that the JVM sees which of our code is run often. */
    private static final int IMAGES = 40;

    /** The least that passes for a whole JPEG: its start, one scan, its end; what follows the end is let pass. */
    private static final byte[] START = {
        (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xda, 0, 2, 1, (byte) 0xff, (byte) 0xd9
    };

    private static final int SIZE = 100_000;

    private final HttpsServer server;

    TrainingGallery(SSLContext context) throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "training-gallery");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", exchange -> answer(exchange, "image/jpeg", image()));
        server.createContext(
                "/3/",
                exchange -> answer(exchange, "application/json", listing().getBytes(StandardCharsets.UTF_8)));
        server.start();
    }

    String url() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    private static byte[] image() {
        byte[] bytes = new byte[SIZE];
        System.arraycopy(START, 0, bytes, 0, START.length);
        return bytes;
    }

    private String listing() {
        return IntStream.range(0, IMAGES)
                .mapToObj(this::post)
                .collect(Collectors.joining(",", "{\"data\":[", "],\"success\":true,\"status\":200}"));
    }

    private String post(int number) {
        String id = String.format(Locale.ROOT, "train%02d", number);
        return """
                {"id":"%s","title":"Picture %s","description":null,"datetime":1760000000,"type":"image/jpeg",\
                "animated":false,"width":640,"height":480,"size":%d,"link":"%s/%s.jpg","is_album":false,"nsfw":false,\
                "tags":[],"views":4711}""".formatted(id, id, SIZE, url(), id);
    }

    private static void answer(HttpExchange exchange, String type, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
