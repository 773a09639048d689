package imgurcaravan.redisstreams;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** One connection; for one thread at a time. Replies are as Redis sends them: bytes, numbers and lists of them. */
final class RedisConnection implements AutoCloseable {

    /** How long a server may take to answer beyond the time that a command blocks. */
    private final int socketTimeout;

    private final Connection connection;
    private long lastUsed = System.nanoTime();

    RedisConnection(JedisSocketFactory sockets, JedisClientConfig config) {
        this.socketTimeout = config.getSocketTimeoutMillis();
        this.connection = new Connection(sockets, config);
    }

    Object call(Command command, Object... arguments) {
        CommandArguments all = new CommandArguments(command);
        for (Object argument : arguments) {
            all.add(argument);
        }
        Object reply = connection.executeCommand(all);
        lastUsed = System.nanoTime();
        return reply;
    }

    /** As {@link #call}, for a command that blocks so many ms. */
    Object callBlocking(long blocks, Command command, Object... arguments) {
        connection.setSoTimeout(Math.toIntExact(socketTimeout + blocks));
        Object reply = call(command, arguments);
        connection.setSoTimeout(socketTimeout);
        return reply;
    }

    Object run(Script script, List<String> keys, Object... arguments) {
        Object[] all = new Object[2 + keys.size() + arguments.length];
        all[0] = script.digest();
        all[1] = keys.size();
        for (int i = 0; i < keys.size(); i++) {
            all[2 + i] = keys.get(i);
        }
        System.arraycopy(arguments, 0, all, 2 + keys.size(), arguments.length);
        try {
            return call(Command.EVALSHA, all);
        } catch (JedisNoScriptException e) {
            all[0] = script.source();
            return call(Command.EVAL, all);
        }
    }

    /** Whether a connection that was not used for a while still works. */
    boolean works() {
        if (connection.isBroken() || !connection.isConnected()) {
            return false;
        }
        if (System.nanoTime() - lastUsed < 1_000_000_000L) {
            return true;
        }
        try {
            call(Command.PING);
            return true;
        } catch (JedisException e) {
            return false;
        }
    }

    /** What the server is, as far as it tells: {@code version}, {@code role}, and {@code id} of this connection. */
    Greeting greet() {
        try {
            List<?> pairs = (List<?>) call(Command.HELLO, 2);
            String version = "";
            String role = "";
            long id = -1;
            for (int i = 0; i + 1 < pairs.size(); i += 2) {
                switch (text(pairs.get(i))) {
                    case "version" -> version = text(pairs.get(i + 1));
                    case "role" -> role = text(pairs.get(i + 1));
                    case "id" -> id = (Long) pairs.get(i + 1);
                    default -> {}
                }
            }
            return new Greeting(version, role, id);
        } catch (JedisDataException e) {
            String message = String.valueOf(e.getMessage());
            if (message.startsWith("ERR unknown command")) {
                return new Greeting("5 or older", "", -1);
            }
            if (message.startsWith("NOPERM")) {
                return new Greeting("", "", -1);
            }
            throw e;
        }
    }

    /** Ends it from whatever thread; a command under way fails. */
    void abort() {
        try {
            connection.forceDisconnect();
        } catch (IOException e) {
            throw new IllegalStateException("A socket is closed quietly", e);
        }
    }

    @Override
    public void close() {
        abort();
    }

    static String text(Object reply) {
        return reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(reply);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    record Greeting(String version, String role, long id) {}
}
