package imgurcaravan.redisstreams;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Sockets to one server; with TLS the server's name is checked.
 *
 * @param tls null for plain connections
 */
record Sockets(HostAndPort host, int connectTimeout, int socketTimeout, SSLSocketFactory tls)
        implements JedisSocketFactory {

    @Override
    public Socket createSocket() {
        IOException failure = null;
        try {
            for (InetAddress address : InetAddress.getAllByName(host.getHost())) {
                try {
                    return connected(address);
                } catch (IOException e) {
                    failure = e;
                }
            }
        } catch (IOException e) {
            failure = e;
        }
        throw new JedisConnectionException("Could not connect to " + host, failure);
    }

    private Socket connected(InetAddress address) throws IOException {
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setKeepAlive(true);
            plain.connect(new InetSocketAddress(address, host.getPort()), connectTimeout);
            plain.setSoTimeout(socketTimeout);
            return tls == null ? plain : secured(plain);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private Socket secured(Socket plain) throws IOException {
        SSLSocket secure = (SSLSocket) tls.createSocket(plain, host.getHost(), host.getPort(), true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }
}
