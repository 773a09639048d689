package imgurcaravan.http;

import imgurcaravan.run.Settings.HostSettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The allow-list of {@code imgur.hosts.allow}, with public addresses only unless {@code imgur.hosts.private} is true.
 *
 * <p>Imgur's own hosts are always contacted over https, whatever a link says: Imgur still lists plain http links of
 * its early years, and serves the same image over https. Plain http is only for stand-ins on private addresses.
 */
public final class AllowedHosts implements HostPolicy {

    /** No braces: Camel would expand {@code {{…}}} in a URL. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9:/?#\\[\\]@!$&'()*+,;=._~%-]{1,2000}");

    private static final int SHOWN = 200;

    private final HostSettings settings;

    public AllowedHosts(HostSettings settings) {
        this.settings = settings;
    }

    @Override
    public URI check(String url) throws HostRefusedException {
        if (url == null || !PLAIN.matcher(url).matches()) {
            throw new HostRefusedException("not a plain URL: " + shown(url));
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new HostRefusedException("not a URL: " + shown(url));
        }
        if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getPort() > 65_535) {
            throw new HostRefusedException("not a URL with a host and without a user: " + shown(url));
        }
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        if (!isAllowed(host)) {
            throw new HostRefusedException("host " + host + " is not in imgur.hosts.allow");
        }
        if ("https".equalsIgnoreCase(uri.getScheme())) {
            return withoutFragment(uri);
        }
        if (!"http".equalsIgnoreCase(uri.getScheme())) {
            throw new HostRefusedException("scheme of " + shown(url) + " is not https");
        }
        if (isImgur(host)) {
            String secure = "https" + url.substring("http".length());
            return withoutFragment(URI.create(secure.replaceFirst("^(https://[^/?#]*):80(?=[/?#]|$)", "$1")));
        }
        if (!settings.allowPrivate()) {
            throw new HostRefusedException("scheme of " + shown(url) + " is not https");
        }
        return withoutFragment(uri);
    }

    private static URI withoutFragment(URI uri) {
        String text = uri.toString();
        int fragment = text.indexOf('#');
        return fragment < 0 ? uri : URI.create(text.substring(0, fragment));
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] all = InetAddress.getAllByName(host);
        if (settings.allowPrivate()) {
            return all;
        }
        InetAddress[] open =
                Arrays.stream(all).filter(PublicAddresses::isPublic).toArray(InetAddress[]::new);
        if (open.length == 0) {
            throw new HostRefusedException("host " + host + " has only private addresses such as "
                    + all[0].getHostAddress() + "; imgur.hosts.private=true would allow them");
        }
        return open;
    }

    private boolean isAllowed(String host) {
        return settings.allow().stream()
                .map(pattern -> pattern.toLowerCase(Locale.ROOT))
                .anyMatch(pattern -> pattern.startsWith("*.")
                        ? host.endsWith(pattern.substring(1)) && host.length() > pattern.length() - 1
                        : host.equals(pattern));
    }

    private static boolean isImgur(String host) {
        return host.equals("imgur.com") || host.endsWith(".imgur.com");
    }

    private static String shown(String url) {
        if (url == null) {
            return "none";
        }
        String printable = url.replaceAll("[^\\x20-\\x7e]", "?");
        return printable.length() <= SHOWN ? printable : printable.substring(0, SHOWN) + "…";
    }
}
