package imgurcaravan.run;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The proxy of {@code imgur.http.proxy}.
 *
 * @param host a name, or an address without brackets
 * @param user empty if the proxy needs none
 * @param password secret
 */
public record HttpProxy(String host, int port, String user, String password) {

    private static final Pattern ADDRESS = Pattern.compile(
            "(?i:http)://(?:([^:@/?#\\s]+)(?::([^:@/?#\\s]*))?@)?"
                    + "([a-z0-9][a-z0-9._-]{0,252}|\\[[0-9a-f:.]{2,45}])"
                    + ":(\\d{1,5})/?",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern BROKEN_CODE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
    private static final int LAST_PORT = 65_535;

    /** @throws IllegalArgumentException if the text is not a proxy address; the message does not show the text */
    static HttpProxy parse(String text) {
        Matcher matcher = ADDRESS.matcher(text);
        if (!matcher.matches() || BROKEN_CODE.matcher(text).find()) {
            throw new IllegalArgumentException("not http://host:port or http://user:password@host:port");
        }
        int port = Integer.parseInt(matcher.group(4));
        if (port < 1 || port > LAST_PORT) {
            throw new IllegalArgumentException("not a port from 1 to " + LAST_PORT);
        }
        String host = matcher.group(3).replaceAll("[\\[\\]]", "");
        return new HttpProxy(host, port, decode(matcher.group(1)), decode(matcher.group(2)));
    }

    private static String decode(String text) {
        if (text == null) {
            return "";
        }
        String plain = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        if (plain.codePoints().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("not a user and a password in printable characters");
        }
        return plain;
    }

    /** Whether the proxy needs authentication. */
    public boolean hasUser() {
        return !user.isEmpty();
    }

    /** The texts that must not be shown, in every form in which they are sent. */
    List<String> secrets() {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return hasUser() ? List.of(password, Base64.getEncoder().encodeToString(pair)) : List.of();
    }

    /** Its host and port, without user and password. */
    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
