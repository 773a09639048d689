package imgurcaravan.redisstreams;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import redis.clients.jedis.HostAndPort;

/**
 * Where Redis is, read from a URL. Its text, {@link #toString()} included, never holds the user or the password.
 *
 * @param master the name of the primary at the sentinels; empty otherwise
 * @param user from the URL, or null
 * @param password from the URL, or null
 */
record RedisAddress(
        Topology kind,
        boolean tls,
        List<HostAndPort> hosts,
        String master,
        int database,
        String user,
        String password) {

    enum Topology {
        STANDALONE,
        SENTINEL,
        CLUSTER
    }

    private static final int REDIS_PORT = 6379;
    private static final int SENTINEL_PORT = 26379;

    /**
     * @throws IllegalArgumentException if this is no such URL; its message does not repeat it, as it may hold a
     *     password
     */
    static RedisAddress parse(String url) {
        int colon = url.indexOf("://");
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        Topology kind =
                switch (scheme) {
                    case "redis", "rediss" -> Topology.STANDALONE;
                    case "redis-sentinel", "rediss-sentinel" -> Topology.SENTINEL;
                    case "redis-cluster", "rediss-cluster" -> Topology.CLUSTER;
                    default ->
                        throw invalid("it must begin with redis://, rediss://, redis-sentinel:// or redis-cluster://");
                };
        String rest = url.substring(colon + 3);
        int at = rest.lastIndexOf('@');
        String[] credentials = rest.substring(0, Math.max(at, 0)).split(":", 2);
        // Trailing empty parts are dropped: a slash at the end means nothing.
        List<String> path = List.of(rest.substring(at + 1).split("/"));
        List<HostAndPort> hosts =
                hosts(path.isEmpty() ? "" : path.get(0), kind == Topology.SENTINEL ? SENTINEL_PORT : REDIS_PORT);
        int names = kind == Topology.SENTINEL ? 1 : 0;
        if (path.size() <= names) {
            throw invalid("the name of the primary is missing: redis-sentinel://host:port/name");
        }
        int longest = kind == Topology.CLUSTER ? 1 : 2 + names;
        if (path.size() > longest) {
            throw invalid("its path has too many parts");
        }
        if (kind == Topology.STANDALONE && hosts.size() > 1) {
            throw invalid("it may name one host only, unless it is redis-sentinel:// or redis-cluster://");
        }
        return new RedisAddress(
                kind,
                scheme.startsWith("rediss"),
                hosts,
                kind == Topology.SENTINEL ? decoded(path.get(1)) : "",
                path.size() <= 1 + names ? 0 : number(path.get(1 + names), "the database", 0, Integer.MAX_VALUE),
                credentials[0].isEmpty() ? null : decoded(credentials[0]),
                credentials.length < 2 || credentials[1].isEmpty() ? null : decoded(credentials[1]));
    }

    private static List<HostAndPort> hosts(String text, int defaultPort) {
        List<HostAndPort> hosts = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            int colon = one.indexOf(':', Math.max(one.lastIndexOf(']'), 0));
            String host = colon < 0 ? one : one.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            if (host.isBlank() || host.chars().anyMatch(c -> c <= ' ' || c == '?' || c == '#')) {
                throw invalid("a host is missing or has characters that no host has");
            }
            hosts.add(new HostAndPort(
                    host, colon < 0 ? defaultPort : number(one.substring(colon + 1), "a port", 1, 65535)));
        }
        return List.copyOf(hosts);
    }

    private static int number(String text, String what, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The text is not repeated: it may be a part of the password.
            throw invalid(what + " is not a number");
        }
        throw invalid(what + " is out of range");
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // Its message would repeat a part of the text.
            throw invalid("a % must be followed by two hexadecimal digits; % itself is %25");
        }
    }

    private static IllegalArgumentException invalid(String why) {
        return new IllegalArgumentException("The URL of Redis cannot be used: " + why);
    }

    @Override
    public String toString() {
        String places = hosts.stream().map(HostAndPort::toString).collect(Collectors.joining(","));
        return kind == Topology.SENTINEL ? master + " of the sentinels " + places : places;
    }
}
