package imgurcaravan.redisstreams;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import redis.clients.jedis.HostAndPort;

/**
 * Where Redis is, read from a URL. Its text, {@link #toString()} included, never holds the user or the password.
 *
 * @param master the name that the sentinels know the master by; empty otherwise
 * @param user from the URL, or null
 * @param password from the URL, or null
 */
record RedisAddress(
        Kind kind, boolean tls, List<HostAndPort> hosts, String master, int database, String user, String password) {

    enum Kind {
        STANDALONE,
        SENTINEL,
        CLUSTER
    }

    private static final int REDIS_PORT = 6379;
    private static final int SENTINEL_PORT = 26379;

    /** @throws IllegalArgumentException if this is no such URL; its message does not repeat it, as it may hold a password */
    static RedisAddress parse(String url) {
        int colon = url.indexOf("://");
        String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
        boolean tls = scheme.startsWith("rediss");
        Kind kind =
                switch (scheme) {
                    case "redis", "rediss" -> Kind.STANDALONE;
                    case "redis-sentinel", "rediss-sentinel" -> Kind.SENTINEL;
                    case "redis-cluster", "rediss-cluster" -> Kind.CLUSTER;
                    default ->
                        throw refused("it must begin with redis://, rediss://, redis-sentinel:// or redis-cluster://");
                };
        String rest = url.substring(colon + 3);
        int at = rest.lastIndexOf('@');
        String user = null;
        String password = null;
        if (at >= 0) {
            String[] credentials = rest.substring(0, at).split(":", 2);
            user = decoded(credentials[0]);
            password = credentials.length == 2 ? decoded(credentials[1]) : null;
        }
        List<String> path = List.of(rest.substring(at + 1).split("/", -1));
        List<HostAndPort> hosts = hosts(path.get(0), kind == Kind.SENTINEL ? SENTINEL_PORT : REDIS_PORT);
        List<String> names = path.subList(1, path.size());
        if (!names.isEmpty() && names.get(names.size() - 1).isEmpty()) {
            names = names.subList(0, names.size() - 1);
        }
        String master = "";
        if (kind == Kind.SENTINEL) {
            if (names.isEmpty()) {
                throw refused("the master's name is missing: redis-sentinel://host:port/name");
            }
            master = decoded(names.get(0));
            names = names.subList(1, names.size());
        }
        if (names.size() > (kind == Kind.CLUSTER ? 0 : 1)) {
            throw refused("its path has too many parts");
        }
        if (kind == Kind.STANDALONE && hosts.size() > 1) {
            throw refused("it may name one host only, unless it is redis-sentinel:// or redis-cluster://");
        }
        int database = names.isEmpty() ? 0 : number(names.get(0), "the database", 0, Integer.MAX_VALUE);
        return new RedisAddress(kind, tls, hosts, master, database, blankToNull(user), blankToNull(password));
    }

    private static List<HostAndPort> hosts(String text, int defaultPort) {
        List<HostAndPort> hosts = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            int bracket = one.lastIndexOf(']');
            int colon = one.indexOf(':', Math.max(bracket, 0));
            String host = colon < 0 ? one : one.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            if (host.isBlank() || host.chars().anyMatch(c -> c <= ' ' || c == '?' || c == '#')) {
                throw refused("a host is missing or has characters that no host has");
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
            throw refused(what + " is not a number");
        }
        throw refused(what + " is out of range");
    }

    private static String decoded(String text) {
        byte[] bytes = new byte[text.length() * 3];
        int length = 0;
        for (int i = 0; i < text.length(); ) {
            if (text.charAt(i) == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
                if (low < 0) {
                    throw refused("a % must be followed by two hexadecimal digits; % itself is %25");
                }
                bytes[length++] = (byte) (high * 16 + low);
                i += 3;
            } else {
                int end = text.offsetByCodePoints(i, 1);
                byte[] one = text.substring(i, end).getBytes(StandardCharsets.UTF_8);
                System.arraycopy(one, 0, bytes, length, one.length);
                length += one.length;
                i = end;
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static String blankToNull(String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("The URL of Redis cannot be used: " + why);
    }

    @Override
    public String toString() {
        String places = hosts.stream().map(HostAndPort::toString).collect(Collectors.joining(","));
        return kind == Kind.SENTINEL ? master + " of the sentinels " + places : places;
    }
}
