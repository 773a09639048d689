/**
 * How servers are contacted: which hosts, over which connections, for how long.
 *
 * <p>In come external URLs and the routes' calls of {@code imgur-http:}; out go responses whose connection, address and
 * duration were checked. What the responses mean is up to the other packages.
 */
package imgurcaravan.http;
