package imgurcaravan.http;

import imgurcaravan.run.Settings.ApiSettings;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.net.URIAuthority;

/**
 * Adds the client id, and the headers of a gateway, to requests to the API and to no others; follows no redirects.
 *
 * <p>They are added inside the HTTP client, so they never appear in a Camel message, an endpoint URI or a log.
 */
public final class ApiCredentials implements HttpClientConfigurer {

    private final ApiSettings api;
    private final HttpClients clients;

    public ApiCredentials(ApiSettings api, HttpClients clients) {
        this.api = api;
        this.clients = clients;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        clients.configureHttpClient(client);
        client.disableRedirectHandling();
        client.addRequestInterceptorLast((request, entity, context) -> authorize(request));
    }

    private void authorize(HttpRequest request) throws HttpException {
        URIAuthority authority = request.getAuthority();
        boolean isApi = authority != null
                && authority.getHostName().equalsIgnoreCase(api.url().getHost())
                && authority.getPort() == api.url().getPort()
                && api.url().getScheme().equalsIgnoreCase(request.getScheme());
        if (!isApi) {
            throw new HttpException("The credentials are for " + api.url() + " only");
        }
        if (!api.clientId().isEmpty()) {
            request.setHeader("Authorization", "Client-ID " + api.clientId());
        }
        api.headers().forEach(request::setHeader);
    }
}
