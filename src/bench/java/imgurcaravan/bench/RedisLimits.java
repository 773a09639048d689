package imgurcaravan.bench;

import imgurcaravan.bench.Throughput.Rates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;

/**
 * The throughput of redis-benchmark, which only sends commands, on the same Redis without pipelining: the maximum for a
 * client that waits for each reply.
 */
final class RedisLimits {

    private static final String STREAM = "bench:limits";
    private static final String GROUP = "all";
    private static final Pattern RATE = Pattern.compile("([0-9.]+) requests per second");

    /** Ends the oldest entry in flight; finding it stands for the check whether it is still in flight. */
    private static final String FINISH = """
            local oldest = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1)[1]
            if oldest then
              redis.call('XACK', KEYS[1], ARGV[1], oldest[1])
              redis.call('XDEL', KEYS[1], oldest[1])
            end
            return 1
            """;

    private final RedisServer redis;
    private final int messages;

    RedisLimits(RedisServer redis, int messages) {
        this.redis = redis;
        this.messages = messages;
    }

    Rates run(int connections) throws IOException, InterruptedException {
        redis.clear();
        String script;
        try (Jedis client = redis.client()) {
            client.xgroupCreate(STREAM, GROUP, new StreamEntryID(0, 0), true);
            script = client.scriptLoad(FINISH);
        }
        double added = rate(connections, "XADD", STREAM, "*", "body", "x".repeat(200));
        double taken = rate(connections, "XREADGROUP", "GROUP", GROUP, "one", "COUNT", "1", "STREAMS", STREAM, ">");
        double finished = rate(connections, "EVALSHA", script, "1", STREAM, GROUP);
        try (Jedis client = redis.client()) {
            if (client.xlen(STREAM) > 0) {
                throw new IllegalStateException("redis-benchmark has left entries");
            }
        }
        return new Rates(added, 1 / (1 / taken + 1 / finished));
    }

    private double rate(int connections, String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("redis-benchmark", "-p", Integer.toString(redis.port())));
        words.addAll(List.of("-c", Integer.toString(connections), "-n", Integer.toString(messages), "-P", "1", "-q"));
        words.addAll(List.of(command));
        String output = Program.output(Path.of("."), words);
        Matcher rate = RATE.matcher(output);
        if (!rate.find()) {
            throw new IOException("redis-benchmark says no rate: " + output);
        }
        return Double.parseDouble(rate.group(1));
    }
}
