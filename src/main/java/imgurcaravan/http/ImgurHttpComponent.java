package imgurcaravan.http;

import imgurcaravan.run.HttpProxy;
import imgurcaravan.run.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Endpoint;
import org.apache.camel.component.http.HttpComponent;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Camel's HTTP component, private to our routes, with what an image fetcher has to get right.
 *
 * <p>One pool for all requests, as large as the concurrency; addresses checked when they are resolved; a deadline for
 * every transfer; no redirect, retry, cookie, content coding or authentication that the routes do not see; an honest
 * user agent and no other header of ours. With a proxy, everything goes through it. Other HTTP components of the context
 * are not touched.
 */
public final class ImgurHttpComponent extends HttpComponent {

    private static final int CONNECTION_MINUTES = 10;
    private static final int MAX_HEADERS = 100;
    private static final int MAX_HEADER_BYTES = 16_384;

    private Settings settings;
    private HostPolicy hosts;
    private TransferDeadlines transfers;

    public void setSettings(Settings settings) {
        this.settings = settings;
    }

    public void setHosts(HostPolicy hosts) {
        this.hosts = hosts;
    }

    public void setTransfers(TransferDeadlines transfers) {
        this.transfers = transfers;
    }

    /** Endpoints are made before Camel starts the component, but after its properties are set. */
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        if (getClientConnectionManager() == null) {
            prepare();
        }
        return super.createEndpoint(uri, remaining, parameters);
    }

    private void prepare() {
        setUserAgent(userAgent());
        setRedirectHandlingDisabled(true);
        setAutomaticRetriesDisabled(true);
        setCookieManagementDisabled(true);
        setAuthCachingDisabled(true);
        setContentCompressionDisabled(true);
        setSkipRequestHeaders(true);
        setCopyHeaders(false);
        setHttpClientConfigurer(this::configure);
        setClientConnectionManager(newPool());
    }

    /** Adds to every client of this component what all of its requests have in common. */
    void configure(HttpClientBuilder client) {
        client.setDefaultRequestConfig(RequestConfig.custom()
                .setConnectionRequestTimeout(Timeout.of(settings.downloadTimeout()))
                .setResponseTimeout(Timeout.of(settings.idleTimeout()))
                .setAuthenticationEnabled(false)
                .build());
        client.addRequestInterceptorFirst((request, entity, context) -> request.setHeader("Accept", "*/*"));
        settings.httpProxy().ifPresent(proxy -> {
            client.setProxy(ProxyPassage.host(proxy));
            client.addExecInterceptorFirst("imgur-proxy", new ProxyPassage(proxy, hosts));
        });
        client.addExecInterceptorFirst("imgur-deadline", transfers);
    }

    private PoolingHttpClientConnectionManager newPool() {
        Http1Config limits = Http1Config.custom()
                .setMaxHeaderCount(MAX_HEADERS)
                .setMaxLineLength(MAX_HEADER_BYTES)
                .build();
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnPerRoute(settings.concurrency())
                // One more for the API, whose host is another.
                .setMaxConnTotal(settings.concurrency() + 1)
                .setDnsResolver(
                        settings.httpProxy().<DnsResolver>map(ProxyDns::new).orElseGet(() -> new CheckedDns(hosts)))
                .setTlsSocketStrategy(Tls.strategy())
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(limits)
                        .build())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(settings.connectTimeout()))
                        .setSocketTimeout(Timeout.of(settings.idleTimeout()))
                        .setValidateAfterInactivity(TimeValue.of(1, TimeUnit.SECONDS))
                        .setTimeToLive(TimeValue.ofMinutes(CONNECTION_MINUTES))
                        .build())
                .build();
    }

    private static String userAgent() {
        String version = ImgurHttpComponent.class.getPackage().getImplementationVersion();
        return "ImgurCaravan/" + (version == null ? "dev" : version) + " (Apache Camel)";
    }

    /** Resolves the proxy, whose address is the user's choice, and nothing else: it is the only one we connect to. */
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

    /** Lets the HTTP client connect to no address that the host policy has not passed. */
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
