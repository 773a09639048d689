package imgurcaravan.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** The Redis installed on this machine, without persistence, so that nothing waits for the disk. */
final class RedisServer implements AutoCloseable {

    private final int port;
    private final Program program;

    private RedisServer(int port, Program program) {
        this.port = port;
        this.program = program;
    }

    /** Starts it, if there is one in the PATH. */
    static Optional<RedisServer> start(Path folder) throws IOException, InterruptedException {
        if (!Peers.isInstalled("redis-server")) {
            return Optional.empty();
        }
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> command = List.of(
                "redis-server",
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no");
        RedisServer redis = new RedisServer(port, Program.start(folder, Map.of(), command));
        redis.awaitStart();
        return Optional.of(redis);
    }

    private void awaitStart() throws InterruptedException {
        for (int attempt = 0; ; attempt++) {
            try (Jedis client = client()) {
                client.ping();
                return;
            } catch (JedisConnectionException e) {
                if (attempt == 100) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    int port() {
        return port;
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    Jedis client() {
        return new Jedis("127.0.0.1", port);
    }

    String version() {
        try (Jedis client = client()) {
            return client.info("server")
                    .lines()
                    .filter(line -> line.startsWith("redis_version:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("?");
        }
    }

    /** Deletes all data. */
    void clear() {
        try (Jedis client = client()) {
            client.flushAll();
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
