package imgurcaravan.http;

import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.ssl.SSLContexts;

/** What TLS connections trust: the JVM's trust store, read once, be it in advance; they show no certificate of ours. */
public final class Tls {

    private static final class Made {
        static final SSLContext CONTEXT = SSLContexts.createDefault();
    }

    private Tls() {}

    /** Reads the trust store, unless that was done. */
    public static SSLContext context() {
        return Made.CONTEXT;
    }

    static TlsSocketStrategy strategy() {
        return new DefaultClientTlsStrategy(
                context(), HostnameVerificationPolicy.BOTH, HttpsSupport.getDefaultHostnameVerifier());
    }
}
