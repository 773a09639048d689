package imgurcaravan.http;

import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.ssl.SSLContexts;

/** What TLS connections trust: the JVM's trust store; they show no certificate of ours. */
final class Tls {

    private Tls() {}

    static TlsSocketStrategy strategy() {
        return new DefaultClientTlsStrategy(
                SSLContexts.createDefault(),
                HostnameVerificationPolicy.BOTH,
                HttpsSupport.getDefaultHostnameVerifier());
    }
}
