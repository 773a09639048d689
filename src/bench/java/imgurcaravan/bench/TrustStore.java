package imgurcaravan.bench;

import imgurcaravan.testing.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

/**
 * The trust store with which the application trusts the gallery: unencrypted, so as cheap to read as the JVM's own,
 * whereas deriving the key of an encrypted one takes as long as the rest of TLS.
 */
final class TrustStore {

    static final Path FILE = make();

    private TrustStore() {}

    private static Path make() {
        try {
            KeyStore encrypted = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(TestCertificate.trustStore())) {
                encrypted.load(in, TestCertificate.password().toCharArray());
            }
            KeyStore plain = KeyStore.getInstance("JKS");
            plain.load(null, null);
            plain.setCertificateEntry("server", encrypted.getCertificate("server"));
            Path file = Files.createTempFile("gallery", ".jks");
            file.toFile().deleteOnExit();
            try (OutputStream out = Files.newOutputStream(file)) {
                plain.store(out, TestCertificate.password().toCharArray());
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has PKCS12 and JKS", e);
        }
    }
}
