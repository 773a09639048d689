/**
 * How we talk to servers: which hosts, over which connections, for how long.
 *
 * <p>In come URLs from outside and the requests of the routes; out go responses whose connection, address
 * and duration were checked. What the responses mean is the business of the other packages.
 */
package imgurcaravan.http;
