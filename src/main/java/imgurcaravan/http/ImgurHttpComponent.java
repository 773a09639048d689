package imgurcaravan.http;

import imgurcaravan.run.HttpProxy;
import imgurcaravan.run.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Endpoint;
import org.apache.camel.component.http.HttpComponent;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Camel's HTTP component, private to our routes, with what an image fetcher has to get right.
 *
 * <p>One pool for all requests, as large as the concurrency; addresses checked when they are resolved; a deadline for
 * every transfer; no redirect, retry, cookie, content coding or authentication that the routes do not see; an honest
 * user agent and no other header of ours. With a proxy, everything goes through it. Other HTTP components of the context
 * are not touched.
 */
public final class ImgurHttpComponent extends HttpComponent {

    private static final Logger LOG = LoggerFactory.getLogger(ImgurHttpComponent.class);

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

    /**
     * Prepares the clients of this component, and if this process asks the API, has the first connection to it made
     * while the routes are still being built. Without this call the first endpoint does the former.
     */
    public void open() {
        prepare();
        // Where one connection is all there may be, it is left to the first question.
        boolean useful = settings.pollEnabled() && settings.concurrency() > 1;
        if (useful
                && settings.httpProxy().isEmpty()
                && "https".equals(settings.apiUrl().getScheme())) {
            Thread thread = new Thread(this::connect, "imgur-connect");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** What goes wrong here goes wrong again with the first question, which tells of it. */
    private void connect() {
        try {
            HttpContext context = HttpClientContext.create();
            HttpRoute route = new DefaultRoutePlanner(DefaultSchemePortResolver.INSTANCE)
                    .determineRoute(HttpHost.create(settings.apiUrl()), context);
            HttpClientConnectionManager pool = getClientConnectionManager();
            Timeout limit = Timeout.of(settings.connectTimeout());
            ConnectionEndpoint connection =
                    pool.lease("imgur-connect", route, limit, null).get(limit);
            Future<?> deadline =
                    transfers.after(settings.connectTimeout(), () -> connection.close(CloseMode.IMMEDIATE));
            try {
                pool.connect(connection, limit, context);
            } finally {
                deadline.cancel(false);
                pool.release(connection, null, TimeValue.ofMinutes(CONNECTION_MINUTES));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException
                | HttpException
                | ExecutionException
                | TimeoutException
                | RuntimeException
                | LinkageError e) {
            LOG.debug("No connection to {} in advance", settings.apiUrl(), e);
        }
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
