package imgurcaravan.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * Decides which hosts may be contacted; to replace it, bind another bean named {@code imgur-hosts}.
 *
 * <p>Every external URL passes {@link #check}, including each redirect, and every host name passes {@link #resolve}
 * when the connection is made, so that a name cannot resolve to one address when it is checked and to another when it
 * is used.
 */
public interface HostPolicy {

    /**
     * Checks scheme, host and spelling of a URL.
     *
     * @return the URL to contact; it has no characters that Camel or a URI parser would interpret
     * @throws HostRefusedException if it may not be contacted
     */
    URI check(String url) throws HostRefusedException;

    /**
     * Resolves a host name to the addresses that may be contacted, in the resolver's order.
     *
     * @throws UnknownHostException if there is none
     * @throws HostRefusedException if none of its addresses may be contacted
     */
    InetAddress[] resolve(String host) throws UnknownHostException;
}
