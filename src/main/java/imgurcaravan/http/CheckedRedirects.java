package imgurcaravan.http;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.DefaultRedirectStrategy;
import org.apache.hc.client5.http.protocol.RedirectStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * Follows redirects to hosts that the policy allows; every hop is checked.
 *
 * <p>A redirect to {@code /removed.png}, which Imgur sends for a deleted image, is not followed: the routes get the
 * response unchanged.
 */
public final class CheckedRedirects implements RedirectStrategy {

    private static final String REMOVED = "/removed.png";
    private static final int SHORT_BODY = 16_384;

    private final HostPolicy hosts;

    CheckedRedirects(HostPolicy hosts) {
        this.hosts = hosts;
    }

    @Override
    public boolean isRedirected(HttpRequest request, HttpResponse response, HttpContext context) throws HttpException {
        return DefaultRedirectStrategy.INSTANCE.isRedirected(request, response, context)
                && !isRemoved(resolve(request, response.getFirstHeader(HttpHeaders.LOCATION)));
    }

    /** Drops the body of a redirect unless it is short: the HTTP client would read all of it first. */
    static ClassicHttpResponse dropBody(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        ClassicHttpResponse response = chain.proceed(request, scope);
        HttpEntity body = response.getEntity();
        boolean isLong = body != null && (body.getContentLength() < 0 || body.getContentLength() > SHORT_BODY);
        if (isLong && DefaultRedirectStrategy.INSTANCE.isRedirected(request, response, scope.clientContext)) {
            scope.execRuntime.discardEndpoint();
            response.setEntity(null);
        }
        return response;
    }

    /** Whether a URL is that of Imgur's placeholder for deleted images. */
    public static boolean isRemoved(URI url) {
        return REMOVED.equals(url.getPath());
    }

    @Override
    public URI getLocationURI(HttpRequest request, HttpResponse response, HttpContext context) throws HttpException {
        URI target = resolve(request, response.getFirstHeader(HttpHeaders.LOCATION));
        try {
            return hosts.check(target.toString());
        } catch (HostRefusedException e) {
            throw new ProtocolException(e.getMessage(), e);
        }
    }

    private static URI resolve(HttpRequest request, Header location) throws HttpException {
        String target = location.getValue().strip();
        try {
            return request.getUri().resolve(target);
        } catch (URISyntaxException | IllegalArgumentException e) {
            String reason = "redirected to an invalid URL: " + FailureReasons.printable(target);
            // Without the original cause, since Camel would select the onException policy by it.
            throw new ProtocolException(reason, new HostRefusedException(reason));
        }
    }
}
