package imgurcaravan.testing;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.SslOptions;

/**
 * A real Redis server in a process of its own, on a port of 127.0.0.1 that it keeps when it is killed and started anew.
 */
public final class RedisProcess implements AutoCloseable {

    private static final Set<Integer> USED_PORTS = ConcurrentHashMap.newKeySet();

    private static final Duration START = Duration.ofSeconds(20);

    private final RedisCommand command;
    private final Path folder;
    private final int port;
    private final Thread atExit;
    private AppProcess process;

    private RedisProcess(RedisCommand command, Path folder, int port) {
        this.command = command;
        this.folder = folder;
        this.port = port;
        atExit = new Thread(this::end);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** The Redis 6.2 that the build carries, to be configured and started. */
    public static RedisCommand bundled() {
        return RedisCommand.bundled();
    }

    /** The Redis of this system, to be configured and started; without one the test is skipped. */
    public static RedisCommand installed() {
        return RedisCommand.installed("redis-server");
    }

    /** The Valkey of this system, to be configured and started; without one the test is skipped. */
    public static RedisCommand valkey() {
        return RedisCommand.installed("valkey-server");
    }

    static RedisProcess start(RedisCommand command) {
        try {
            RedisProcess redis =
                    new RedisProcess(command, Files.createTempDirectory("redis").toRealPath(), freePort());
            try {
                redis.restart();
                if (command.isCluster()) {
                    redis.takeAllSlots();
                }
                return redis;
            } catch (AssertionError | RuntimeException e) {
                redis.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    /** Where it is, without user and password. */
    public String url() {
        return (command.isTls() ? "rediss://" : "redis://") + address();
    }

    /** {@link #url()} with these credentials; an empty user is the default one. */
    public String url(String user, String password) {
        return url().replace("://", "://" + user + ":" + password + "@");
    }

    /** Its host and port. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Its folder, which contains the append-only file. */
    public Path folder() {
        return folder;
    }

    String password() {
        return command.password();
    }

    /** A new connection of the default user, for assertions. */
    public Jedis client() {
        DefaultJedisClientConfig.Builder config =
                DefaultJedisClientConfig.builder().password(command.password()).timeoutMillis(5000);
        if (command.isTls()) {
            config.sslOptions(SslOptions.builder()
                    .truststore(
                            TestCertificate.trustStore().toFile(),
                            TestCertificate.password().toCharArray())
                    .build());
        }
        return new Jedis(new HostAndPort("127.0.0.1", port), config.build());
    }

    /** How often a command was called since the start, by the server's own count; a script's calls are counted too. */
    public long calls(String name) {
        try (Jedis client = client()) {
            return client.info("commandstats")
                    .lines()
                    .filter(line -> line.startsWith("cmdstat_" + name + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+),.*", "$1")))
                    .sum();
        }
    }

    /** Its log since it was last started. */
    public String output() {
        return process.output();
    }

    /** Restarts it with what it had written to its disk. */
    public void restart() {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("Redis still runs");
        }
        try {
            Path configuration = folder.resolve("redis.conf");
            if (Files.notExists(configuration)) {
                Files.write(configuration, command.configuration(port, folder));
            }
            ProcessBuilder builder = new ProcessBuilder(command.commandLine(configuration))
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .directory(folder.toFile());
            builder.environment().putAll(command.environment());
            process = AppProcess.start(builder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String sign = command.isSentinel() ? "+monitor master" : "eady to accept connections";
        if (!process.waitForLine(sign, START)) {
            throw new AssertionError("Redis does not start:\n" + process.output());
        }
    }

    /** Kills it, as a power failure of its machine would. */
    public void kill() {
        process.close();
    }

    /** Shuts it down in an orderly way. */
    public void terminate() {
        process.terminate();
        process.waitFor(START);
    }

    /** Suspends it: connections stay open, and no command gets a reply. */
    public void suspend() {
        process.suspend();
    }

    /** Resumes it. */
    public void resume() {
        process.resume();
    }

    /** Ends it and deletes its folder. */
    @Override
    public void close() {
        end();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private void end() {
        if (process != null) {
            process.close();
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void takeAllSlots() {
        try (Jedis client = client()) {
            client.clusterAddSlots(IntStream.range(0, 16384).toArray());
            // It takes a moment until the node considers the cluster complete.
            await().atMost(START).pollInterval(Duration.ofMillis(20)).until(() -> client.clusterInfo()
                    .contains("cluster_state:ok"));
        }
    }

    /**
     * A port below those from which the system takes the near ends of connections: one of these could take it while
     * Redis is down, or even connect to itself. Ten thousand above it is the port of the cluster's bus.
     */
    private static int freePort() {
        // No port twice: tests distinguish the log lines of their servers by the port.
        List<Integer> ports = ThreadLocalRandom.current()
                .ints(50, 10_000, 20_000)
                .boxed()
                .filter(USED_PORTS::add)
                .toList();
        for (int port : ports) {
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // Another process has it; try the next one.
            }
        }
        throw new AssertionError("no free port among " + ports);
    }
}
