package imgurcaravan.redisstreams;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** One connection; for one thread at a time. Replies are as Redis sends them: bytes, numbers and lists of them. */
final class RedisConnection extends Connection {

    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

    private long lastUsed = System.nanoTime();
    private long id = -1;
    private boolean replica;

    RedisConnection(HostAndPort host, JedisClientConfig config) {
        super(host, config);
    }

    Object call(Command command, Object... arguments) {
        Object reply = executeCommand(new CommandArguments(command).addObjects(arguments));
        lastUsed = System.nanoTime();
        return reply;
    }

    /** As {@link #call}, for a command that blocks for so many ms. */
    Object callBlocking(long blocks, Command command, Object... arguments) {
        int usual = getSoTimeout();
        setSoTimeout(Math.toIntExact(usual + blocks));
        Object reply = call(command, arguments);
        setSoTimeout(usual);
        return reply;
    }

    Object run(Script script, List<String> keys, Object... arguments) {
        try {
            return evaluate(Command.EVALSHA, script.digest(), keys, arguments);
        } catch (JedisNoScriptException e) {
            return evaluate(Command.EVAL, script.source(), keys, arguments);
        }
    }

    private Object evaluate(Command command, String script, List<String> keys, Object... arguments) {
        Object[] all = new Object[2 + keys.size() + arguments.length];
        all[0] = script;
        all[1] = keys.size();
        for (int i = 0; i < keys.size(); i++) {
            all[2 + i] = keys.get(i);
        }
        System.arraycopy(arguments, 0, all, 2 + keys.size(), arguments.length);
        return call(command, all);
    }

    /** Whether a connection that was not used for a while still works. */
    boolean works() {
        if (isBroken() || !isConnected()) {
            return false;
        }
        try {
            return System.nanoTime() - lastUsed < 1_000_000_000L || ping();
        } catch (JedisException e) {
            return false;
        }
    }

    /**
     * Learns what the server says about itself.
     *
     * @throws RedisTooOldException if it is
     */
    void greet() {
        try {
            Map<String, Object> about = hello(Protocol.toByteArray(2));
            checkVersion(String.valueOf(about.get("version")));
            replica = "replica".equals(about.get("role")) || "slave".equals(about.get("role"));
            id = (Long) about.getOrDefault("id", id);
        } catch (JedisDataException e) {
            String message = String.valueOf(e.getMessage());
            if (message.startsWith("ERR unknown command")) {
                throw new RedisTooOldException("5 or older");
            }
            if (!message.startsWith("NOPERM")) {
                throw e;
            }
        }
    }

    /** A server that numbers its versions in its own way is accepted. */
    private static void checkVersion(String version) {
        Matcher numbers = VERSION.matcher(version);
        if (numbers.matches()) {
            int major = Integer.parseInt(numbers.group(1));
            if (major < 6 || major == 6 && Integer.parseInt(numbers.group(2)) < 2) {
                throw new RedisTooOldException(version);
            }
        }
    }

    /** The number by which the server knows this connection; -1 if it does not say. */
    long id() {
        return id;
    }

    boolean isReplica() {
        return replica;
    }

    /** Ends it from any thread; a command in progress fails. */
    @Override
    public void close() {
        try {
            forceDisconnect();
        } catch (IOException e) {
            throw new IllegalStateException("A socket was not closed", e);
        }
    }

    static String text(Object reply) {
        return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(reply);
    }
}
