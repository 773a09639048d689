package imgurcaravan.redisstreams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Makes connections: to the server, to the master that the sentinels name, or to the cluster's node that has a key. */
final class Redis {

    private static final int LEAST_MAJOR = 6;
    private static final int LEAST_MINOR = 2;

    private final RedisAddress address;
    private final Supplier<Access> access;
    private final Outages outages;
    private final AtomicLong connects = new AtomicLong();
    private final Map<Integer, HostAndPort> owners = new ConcurrentHashMap<>();

    Redis(RedisAddress address, Supplier<Access> access) {
        this.address = address;
        this.access = access;
        this.outages = new Outages(address.toString());
    }

    RedisAddress address() {
        return address;
    }

    Outages outages() {
        return outages;
    }

    /** A new connection to whoever has this key. */
    RedisConnection connect(String key) {
        return switch (address.kind()) {
            case STANDALONE -> open(address.hosts().get(0));
            case SENTINEL -> openMaster();
            case CLUSTER -> openOwner(JedisClusterCRC16.getSlot(key));
        };
    }

    /** Follows a key that a cluster gave to another node. */
    void moved(JedisMovedDataException moved) {
        owners.put(moved.getSlot(), moved.getTargetNode());
    }

    /** @throws IllegalArgumentException if a cluster could not do something with these keys in one step */
    void checkSlots(Keys keys) {
        if (address.kind() == RedisAddress.Kind.CLUSTER
                && JedisClusterCRC16.getSlot(keys.stream()) != JedisClusterCRC16.getSlot(keys.deadLetters())) {
            throw new IllegalArgumentException("The option deadLetterStream must lie in the slot of the stream, which a"
                    + " hash tag in both names gives: " + keys.stream() + ", " + keys.deadLetters());
        }
    }

    private RedisConnection openMaster() {
        JedisException failure = null;
        for (HostAndPort sentinel : shuffled()) {
            try {
                HostAndPort master = askSentinel(sentinel);
                RedisConnection connection = open(master);
                boolean kept = false;
                try {
                    String role = connection.greet().role();
                    kept = role.isEmpty() || role.equals("master");
                } finally {
                    if (!kept) {
                        connection.close();
                    }
                }
                if (kept) {
                    return connection;
                }
                throw new JedisConnectionException(master + " is no master any more");
            } catch (JedisException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private HostAndPort askSentinel(HostAndPort sentinel) {
        Object reply;
        try (RedisConnection connection = connection(sentinel, false, false)) {
            reply = askForMaster(connection);
        } catch (JedisDataException e) {
            if (!RedisFailure.code(e).equals("NOAUTH")) {
                throw e;
            }
            try (RedisConnection connection = connection(sentinel, true, false)) {
                reply = askForMaster(connection);
            }
        }
        if (!(reply instanceof List<?> parts)) {
            throw new JedisConnectionException("sentinel " + sentinel + " knows no master " + address.master());
        }
        return new HostAndPort(
                RedisConnection.text(parts.get(0)), Integer.parseInt(RedisConnection.text(parts.get(1))));
    }

    private Object askForMaster(RedisConnection connection) {
        return connection.call(Command.SENTINEL, "GET-MASTER-ADDR-BY-NAME", address.master());
    }

    private RedisConnection openOwner(int slot) {
        HostAndPort owner = owners.get(slot);
        if (owner != null) {
            try {
                return open(owner);
            } catch (JedisConnectionException e) {
                owners.remove(slot, owner);
            }
        }
        JedisException failure = null;
        for (HostAndPort node : shuffled()) {
            try {
                HostAndPort found;
                try (RedisConnection connection = open(node)) {
                    found = owner(connection, node, slot);
                }
                RedisConnection connection = open(found);
                owners.put(slot, found);
                return connection;
            } catch (JedisException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private static HostAndPort owner(RedisConnection connection, HostAndPort node, int slot) {
        for (Object range : (List<?>) connection.call(Command.CLUSTER, "SLOTS")) {
            List<?> parts = (List<?>) range;
            if (slot >= (Long) parts.get(0) && slot <= (Long) parts.get(1)) {
                List<?> owner = (List<?>) parts.get(2);
                String host = RedisConnection.text(owner.get(0));
                return new HostAndPort(host.isEmpty() ? node.getHost() : host, Math.toIntExact((Long) owner.get(1)));
            }
        }
        throw new JedisConnectionException("no node of the cluster has slot " + slot);
    }

    private List<HostAndPort> shuffled() {
        List<HostAndPort> hosts = new ArrayList<>(address.hosts());
        Collections.shuffle(hosts);
        return hosts;
    }

    private RedisConnection open(HostAndPort host) {
        RedisConnection connection = connection(host, true, true);
        connects.incrementAndGet();
        return connection;
    }

    /** @throws RedisTooOldException if it is */
    static void checkVersion(String version) {
        String[] parts = version.split("\\.", 3);
        if (parts.length < 2 && !version.startsWith("5 ")) {
            return;
        }
        try {
            int major = Integer.parseInt(parts[0].strip().split(" ", 2)[0]);
            int minor = parts.length < 2 ? 0 : Integer.parseInt(parts[1]);
            if (major < LEAST_MAJOR || major == LEAST_MAJOR && minor < LEAST_MINOR) {
                throw new RedisTooOldException(
                        "is version " + version + ", but " + LEAST_MAJOR + '.' + LEAST_MINOR + " or later is needed");
            }
        } catch (NumberFormatException e) {
            // A server that numbers its versions in its own way is taken as it is.
            return;
        }
    }

    private RedisConnection connection(HostAndPort host, boolean credentials, boolean data) {
        Access now = access.get();
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(now.connectTimeout())
                .socketTimeoutMillis(now.socketTimeout())
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
        if (credentials) {
            config.user(now.user()).password(now.password());
        }
        if (data) {
            config.database(address.database());
        }
        return new RedisConnection(
                new Sockets(host, now.connectTimeout(), now.socketTimeout(), now.tls()), config.build());
    }

    /** What may change while we run. */
    record Access(
            String user, String password, int connectTimeout, int socketTimeout, javax.net.ssl.SSLSocketFactory tls) {

        @Override
        public String toString() {
            return "Access of " + Duration.ofMillis(connectTimeout);
        }
    }

    long connects() {
        return connects.get();
    }
}
