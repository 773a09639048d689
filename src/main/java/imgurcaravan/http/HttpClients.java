package imgurcaravan.http;

import imgurcaravan.run.HttpProxy;
import imgurcaravan.run.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Configures the HTTP clients of our routes; endpoints name it, or one derived from it, as their {@code
 * httpClientConfigurer}.
 *
 * <p>One connection pool for all requests, as large as the concurrency; addresses are checked when they are resolved;
 * every transfer has a deadline; redirects only to hosts that the policy allows; no retries, cookies, content codings
 * or authentication that the routes do not see; an honest user agent and no other headers of our own. If a proxy is
 * set, all requests go through it. HTTP endpoints of other routes are not affected.
 */
public final class HttpClients extends ServiceSupport implements HttpClientConfigurer {

    /** Imgur's own redirect chains have two hops. */
    static final int MAX_REDIRECTS = 5;

    private static final int CONNECTION_MINUTES = 10;
    private static final int MAX_HEADERS = 100;
    private static final int MAX_HEADER_BYTES = 16_384;

    private final Settings settings;
    private final HostPolicy hosts;
    private final TransferDeadlines deadlines;
    private final PoolingHttpClientConnectionManager pool;

    public HttpClients(Settings settings, HostPolicy hosts, TransferDeadlines deadlines) {
        this.settings = settings;
        this.hosts = hosts;
        this.deadlines = deadlines;
        pool = newPool();
    }

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.setConnectionManager(pool).setConnectionManagerShared(true);
        client.setDefaultRequestConfig(RequestConfig.custom()
                .setConnectionRequestTimeout(Timeout.of(settings.download().timeout()))
                .setResponseTimeout(Timeout.of(settings.http().idleTimeout()))
                .setAuthenticationEnabled(false)
                .setMaxRedirects(MAX_REDIRECTS)
                .build());
        client.setRedirectStrategy(new CheckedRedirects(hosts));
        client.addExecInterceptorAfter(ChainElement.REDIRECT.name(), "imgur-redirect-body", CheckedRedirects::dropBody);
        client.disableAutomaticRetries().disableCookieManagement().disableAuthCaching();
        client.disableContentCompression();
        client.setUserAgent(userAgent());
        client.addRequestInterceptorFirst((request, entity, context) -> request.setHeader("Accept", "*/*"));
        settings.http().proxy().ifPresent(proxy -> {
            client.setProxy(ProxyPassage.host(proxy));
            // Within redirects, of which each is a request to the proxy.
            client.addExecInterceptorBefore(
                    ChainElement.PROTOCOL.name(), "imgur-proxy", new ProxyPassage(proxy, hosts));
        });
        client.addExecInterceptorFirst("imgur-deadline", deadlines);
    }

    private PoolingHttpClientConnectionManager newPool() {
        Http1Config limits = Http1Config.custom()
                .setMaxHeaderCount(MAX_HEADERS)
                .setMaxLineLength(MAX_HEADER_BYTES)
                .build();
        int concurrency = settings.download().concurrency();
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnPerRoute(concurrency)
                // One more for the API, which is on another host.
                .setMaxConnTotal(concurrency + 1)
                .setDnsResolver(
                        settings.http().proxy().<DnsResolver>map(ProxyDns::new).orElseGet(() -> new CheckedDns(hosts)))
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(limits)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(settings.http().connectTimeout()))
                        .setSocketTimeout(Timeout.of(settings.http().idleTimeout()))
                        .setValidateAfterInactivity(TimeValue.of(1, TimeUnit.SECONDS))
                        .setTimeToLive(TimeValue.ofMinutes(CONNECTION_MINUTES))
                        .build())
                .build();
    }

    private static String userAgent() {
        String version = HttpClients.class.getPackage().getImplementationVersion();
        return "ImgurCaravan/" + (version == null ? "dev" : version) + " (Apache Camel)";
    }

    @Override
    protected void doStop() {
        pool.close();
    }

    /** Resolves the proxy, whose address is the user's choice, and no other host: we connect to nothing else. */
    private record ProxyDns(HttpProxy proxy) implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            if (!host.equalsIgnoreCase(proxy.host())) {
                throw new HostRefusedException("host " + host + " is left to the proxy");
            }
            return InetAddress.getAllByName(host);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    /** Lets the HTTP client connect only to addresses that the host policy allows. */
    private record CheckedDns(HostPolicy hosts) implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            return hosts.resolve(host);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
