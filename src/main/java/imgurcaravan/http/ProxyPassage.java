package imgurcaravan.http;

import imgurcaravan.run.HttpProxy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.auth.AuthExchange;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.auth.BasicScheme;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;

/**
 * Prepares requests that go through the proxy: authenticates to it, and tells the proxy's own responses and failures
 * from the server's.
 *
 * <p>The proxy resolves the names of servers, so the host policy does not see their addresses. It still checks hosts
 * that are written as a number or that mean the proxy's own machine.
 */
final class ProxyPassage implements ExecChainHandler {

    private static final Pattern LITERAL =
            Pattern.compile(".*:.*|(.*\\.)?(\\d+|0x[0-9a-f]*|localhost)\\.?", Pattern.CASE_INSENSITIVE);

    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

    private final HttpProxy proxy;
    private final HostPolicy hosts;

    ProxyPassage(HttpProxy proxy, HostPolicy hosts) {
        this.proxy = proxy;
        this.hosts = hosts;
    }

    static HttpHost host(HttpProxy proxy) {
        return new HttpHost("http", proxy.host(), proxy.port());
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        String target = scope.route.getTargetHost().getHostName();
        if (LITERAL.matcher(target).matches()) {
            hosts.resolve(target);
        }
        introduce(scope.clientContext);
        // Set once the tunnel to a secure server is established.
        scope.clientContext.setSSLSession(null);
        ClassicHttpResponse response = proceed(request, scope, chain);
        boolean noTunnel = scope.route.isTunnelled() && scope.clientContext.getSSLSession() == null;
        if (noTunnel || response.getCode() == PROXY_AUTHENTICATION_REQUIRED) {
            int status = response.getCode();
            response.close();
            scope.execRuntime.discardEndpoint();
            throw new ProxyException("the proxy " + proxy + " responded " + status);
        }
        return response;
    }

    /** Sent preemptively: it saves a round trip, and no other kind of authentication is accepted. */
    private void introduce(HttpClientContext context) {
        if (proxy.hasUser()) {
            BasicScheme scheme = new BasicScheme();
            scheme.initPreemptive(new UsernamePasswordCredentials(
                    proxy.user(), proxy.password().toCharArray()));
            AuthExchange exchange = new AuthExchange();
            exchange.select(scheme);
            context.setAuthExchange(host(proxy), exchange);
        }
    }

    private ClassicHttpResponse proceed(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        try {
            return chain.proceed(request, scope);
        } catch (ConnectException | ConnectTimeoutException | NoRouteToHostException | UnknownHostException e) {
            throw new ProxyException("no connection to the proxy " + proxy + ": " + e.getMessage(), e);
        }
    }
}
