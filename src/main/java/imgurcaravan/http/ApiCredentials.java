package imgurcaravan.http;

import imgurcaravan.run.Settings;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.net.URIAuthority;

/**
 * Adds the client id, and the headers of a gateway, to requests for the API, and to no others.
 *
 * <p>They are added inside the HTTP client, so that they never are in a Camel message, an endpoint URI or a log.
 */
public final class ApiCredentials implements HttpClientConfigurer {

    private Settings settings;
    private ImgurHttpComponent component;

    public void setSettings(Settings settings) {
        this.settings = settings;
    }

    public void setComponent(ImgurHttpComponent component) {
        this.component = component;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        component.configure(client);
        client.addRequestInterceptorLast((request, entity, context) -> authorize(request));
    }

    private void authorize(HttpRequest request) throws HttpException {
        URIAuthority authority = request.getAuthority();
        boolean api = authority != null
                && authority.getHostName().equalsIgnoreCase(settings.apiUrl().getHost())
                && authority.getPort() == settings.apiUrl().getPort()
                && settings.apiUrl().getScheme().equalsIgnoreCase(request.getScheme());
        if (!api) {
            throw new HttpException("The credentials are for " + settings.apiUrl() + " only");
        }
        if (!settings.clientId().isEmpty()) {
            request.setHeader("Authorization", "Client-ID " + settings.clientId());
        }
        settings.apiHeaders().forEach(request::setHeader);
    }
}
