package imgurcaravan.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * Decides which hosts may be contacted; the bean {@code imgur-hosts} can be swapped for another one.
 *
 * <p>Every URL that comes from outside passes {@link #check}, redirects one by one, and every host name passes
 * {@link #resolve} at the moment of the connection, so that a name cannot mean one address when it is checked and
 * another when it is used.
 */
public interface HostPolicy {

    /**
     * Checks scheme, host and spelling of a URL.
     *
     * @return the URL to contact; it holds no character that Camel or a URI parser would treat in a way of its own
     * @throws HostRefusedException if it may not be contacted
     */
    URI check(String url) throws HostRefusedException;

    /**
     * Resolves a host name to the addresses that may be contacted, in the resolver's order.
     *
     * @throws UnknownHostException if there is none
     * @throws HostRefusedException if there are only such as may not be contacted
     */
    InetAddress[] resolve(String host) throws UnknownHostException;
}
