package imgurcaravan.redisstreams;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisMovedDataException;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * Opens connections: to the server, to the primary that the sentinels report, or to the cluster node that holds a key.
 *
 * <p>The clients of Jedis do not do this here: they connect while they are made, log every failure on their own, start
 * a thread for each sentinel, and replace the cause of a failure.
 */
final class Redis {

    private final RedisAddress address;
    private final Supplier<DefaultJedisClientConfig.Builder> config;
    private final Outages outages;
    private final Map<Integer, HostAndPort> owners = new ConcurrentHashMap<>();

    /** @param config timeouts, TLS and credentials, read for every new connection, as they may change */
    Redis(RedisAddress address, Supplier<DefaultJedisClientConfig.Builder> config) {
        this.address = address;
        this.config = config;
        this.outages = new Outages(address.toString());
    }

    RedisAddress address() {
        return address;
    }

    Outages outages() {
        return outages;
    }

    /** A new connection to the server that holds this key. */
    RedisConnection connect(String key) {
        return switch (address.kind()) {
            case STANDALONE -> open(address.hosts().get(0));
            case SENTINEL -> onAnyHost(this::openPrimary);
            case CLUSTER -> openOwner(JedisClusterCRC16.getSlot(key));
        };
    }

    /** Remembers that a cluster moved a key to another node. */
    void moved(JedisMovedDataException moved) {
        owners.put(moved.getSlot(), moved.getTargetNode());
    }

    /** @throws IllegalArgumentException if a cluster cannot change these keys in one step */
    void checkSlots(Keys keys) {
        if (address.kind() == RedisAddress.Topology.CLUSTER
                && JedisClusterCRC16.getSlot(keys.stream()) != JedisClusterCRC16.getSlot(keys.deadLetters())) {
            throw new IllegalArgumentException("The option deadLetterStream must lie in the slot of the stream, which a"
                    + " hash tag in both names gives: " + keys.stream() + ", " + keys.deadLetters());
        }
    }

    /** Tries the hosts of the address in random order. */
    private RedisConnection onAnyHost(Function<HostAndPort, RedisConnection> attempt) {
        List<HostAndPort> hosts = new ArrayList<>(address.hosts());
        Collections.shuffle(hosts);
        JedisException failure = null;
        for (HostAndPort host : hosts) {
            try {
                return attempt.apply(host);
            } catch (JedisException e) {
                failure = e;
            }
        }
        throw failure;
    }

    private RedisConnection openPrimary(HostAndPort sentinel) {
        HostAndPort primary;
        try {
            primary = primary(sentinel, config.get().user(null).password(null));
        } catch (JedisDataException e) {
            if (!RedisFailure.code(e).equals("NOAUTH")) {
                throw e;
            }
            primary = primary(sentinel, config.get());
        }
        RedisConnection connection = open(primary);
        if (connection.isReplica()) {
            connection.close();
            throw new JedisConnectionException(primary + " is not the primary any more");
        }
        return connection;
    }

    private HostAndPort primary(HostAndPort sentinel, DefaultJedisClientConfig.Builder access) {
        try (RedisConnection connection =
                new RedisConnection(sentinel, access.database(0).build())) {
            Object reply = connection.call(Command.SENTINEL, "GET-MASTER-ADDR-BY-NAME", address.master());
            if (!(reply instanceof List<?> parts)) {
                throw new JedisConnectionException("sentinel " + sentinel + " knows no primary " + address.master());
            }
            return new HostAndPort(
                    RedisConnection.text(parts.get(0)), Integer.parseInt(RedisConnection.text(parts.get(1))));
        }
    }

    private RedisConnection openOwner(int slot) {
        HostAndPort known = owners.get(slot);
        if (known != null) {
            try {
                return open(known);
            } catch (JedisConnectionException e) {
                owners.remove(slot, known);
            }
        }
        return onAnyHost(node -> {
            HostAndPort owner;
            try (RedisConnection connection = open(node)) {
                owner = owner(connection, node, slot);
            }
            RedisConnection connection = open(owner);
            owners.put(slot, owner);
            return connection;
        });
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

    /** @throws RedisTooOldException if it is */
    private RedisConnection open(HostAndPort host) {
        RedisConnection connection = new RedisConnection(
                host, config.get().database(address.database()).build());
        try {
            connection.greet();
            return connection;
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }
}
