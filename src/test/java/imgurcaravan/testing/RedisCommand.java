package imgurcaravan.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/** Which Redis a {@link RedisProcess} runs, and with which settings. */
public final class RedisCommand {

    private final Path executable;
    private final Map<String, String> environment = new HashMap<>();
    private final List<String> directives = new ArrayList<>();
    private String password;
    private boolean tls;
    private boolean cluster;
    private boolean sentinel;

    RedisCommand(Path executable) {
        this.executable = executable;
    }

    /** The Redis 6.2 that the build carries. */
    static RedisCommand bundled() {
        return new RedisCommand(Bundled.EXECUTABLE);
    }

    /** A server that is installed here, found by its name; without it the test is skipped, and says so. */
    static RedisCommand installed(String name) {
        Optional<Path> found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty()) {
            System.out.println("Skipped: no " + name + " is installed here");
        }
        assumeTrue(found.isPresent(), name + " is not installed here");
        return new RedisCommand(found.orElseThrow());
    }

    /** Adds a line of the configuration file. */
    public RedisCommand with(String directive, String value) {
        directives.add(directive + " " + value);
        return this;
    }

    /** Writes every change to the disk before it is confirmed; otherwise a restart finds nothing. */
    public RedisCommand durable() {
        return with("appendonly", "yes").with("appendfsync", "always");
    }

    /** Requires this password. */
    public RedisCommand password(String secret) {
        password = secret;
        return with("requirepass", secret);
    }

    /** Adds a user with only these permissions, such as {@code ~images* +xadd}. */
    public RedisCommand user(String name, String secret, String rights) {
        return with("user", name + " on >" + secret + " resetkeys resetchannels -@all " + rights);
    }

    /** Accepts only TLS, with the {@link TestCertificate}. */
    public RedisCommand tls() {
        tls = true;
        return this;
    }

    /** Follows this server. */
    public RedisCommand replicaOf(RedisProcess primary) {
        return with("replicaof", "127.0.0.1 " + primary.port());
    }

    /** Refuses commands that need more memory than this, for example {@code 3mb}. */
    public RedisCommand maxMemory(String size) {
        return with("maxmemory", size).with("maxmemory-policy", "noeviction");
    }

    /**
     * Has a clock that is wrong by what this file says, such as {@code -3600} seconds; without libfaketime the test is
     * skipped, but not in CI.
     */
    public RedisCommand clock(Path file) throws IOException {
        environment.putAll(Map.of(
                "LD_PRELOAD",
                FakeClock.library().toString(),
                "FAKETIME_TIMESTAMP_FILE",
                file.toString(),
                "FAKETIME_NO_CACHE",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1"));
        return this;
    }

    /** Is a cluster of one node. */
    public RedisCommand cluster() {
        cluster = true;
        return with("cluster-enabled", "yes");
    }

    /** Is a sentinel that watches this server under the name. */
    public RedisCommand sentinelOf(String name, RedisProcess primary) {
        sentinel = true;
        with("sentinel", "monitor " + name + " 127.0.0.1 " + primary.port() + " 1");
        if (primary.password() != null) {
            with("sentinel", "auth-pass " + name + " " + primary.password());
        }
        return with("sentinel", "down-after-milliseconds " + name + " 500")
                .with("sentinel", "failover-timeout " + name + " 2000");
    }

    /** Starts it on a free port of 127.0.0.1, in a folder of its own; returns when it takes connections. */
    public RedisProcess start() {
        return RedisProcess.start(this);
    }

    String password() {
        return password;
    }

    boolean isTls() {
        return tls;
    }

    boolean isCluster() {
        return cluster;
    }

    boolean isSentinel() {
        return sentinel;
    }

    Map<String, String> environment() {
        return environment;
    }

    List<String> commandLine(Path configuration) {
        List<String> command = new ArrayList<>(List.of(executable.toString(), configuration.toString()));
        if (sentinel) {
            command.add("--sentinel");
        }
        return command;
    }

    List<String> configuration(int port, Path folder) {
        List<String> lines = new ArrayList<>(List.of("bind 127.0.0.1", "dir " + folder));
        if (!sentinel) {
            lines.add("save \"\"");
        }
        if (tls) {
            lines.addAll(List.of(
                    "port 0",
                    "tls-port " + port,
                    "tls-auth-clients no",
                    "tls-cert-file " + TestCertificate.certificate(),
                    "tls-key-file " + TestCertificate.key(),
                    "tls-ca-cert-file " + TestCertificate.certificate()));
        } else {
            lines.add("port " + port);
        }
        lines.addAll(directives);
        return lines;
    }

    private static final class Bundled {
        static final Path EXECUTABLE;

        static {
            try {
                File folder = Files.createTempDirectory("redis-bundled").toFile();
                // Deleted in reverse order; the file is registered where it is written.
                folder.deleteOnExit();
                File file = ExecutableProvider.newJarResourceProvider(folder).get();
                file.deleteOnExit();
                EXECUTABLE = file.toPath().toAbsolutePath();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
