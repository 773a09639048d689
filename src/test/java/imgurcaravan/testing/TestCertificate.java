package imgurcaravan.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * One self-signed server certificate per JVM, for Imgur's host names and for loopback.
 *
 * <p>It is made on first use by the JDK's own {@code keytool}, in a temporary folder that is deleted at exit, and is
 * valid from an hour ago for 30 days.
 */
public final class TestCertificate {

    private static final String PASSWORD = "stand-in";
    private static final String NAMES =
            "san=dns:i.imgur.com,dns:api.imgur.com,dns:imgur.com,dns:localhost,dns:elsewhere.test,ip:127.0.0.1";

    private TestCertificate() {}

    /** What a TLS server needs to show the certificate. */
    public static SSLContext serverContext() {
        return MadeCertificate.SERVER;
    }

    /** What a TLS client needs to trust the certificate, and no other. */
    public static SSLContext clientContext() {
        return MadeCertificate.CLIENT;
    }

    /** A PKCS12 file in which the certificate is trusted, and no other. */
    public static Path trustStore() {
        return MadeCertificate.TRUST_STORE;
    }

    /** The certificate as a PEM file, for a server that is no Java program. */
    public static Path certificate() {
        return MadeCertificate.CERTIFICATE;
    }

    /** Its private key as a PEM file. */
    public static Path key() {
        return MadeCertificate.KEY;
    }

    /** The password of {@link #trustStore()}. */
    public static String password() {
        return PASSWORD;
    }

    private static final class MadeCertificate {
        static final Path TRUST_STORE;
        static final Path CERTIFICATE;
        static final Path KEY;
        static final SSLContext SERVER;
        static final SSLContext CLIENT;

        static {
            try {
                Path folder = Files.createTempDirectory("stand-in-certificate");
                Path keys = folder.resolve("keys.p12");
                TRUST_STORE = folder.resolve("trust.p12");
                // Deleted in reverse order: the files, then their folder.
                CERTIFICATE = folder.resolve("certificate.pem");
                KEY = folder.resolve("key.pem");
                List.of(folder, keys, TRUST_STORE, CERTIFICATE, KEY)
                        .forEach(path -> path.toFile().deleteOnExit());
                makeKeys(keys);
                KeyStore own = load(keys);
                writePem(
                        CERTIFICATE, "CERTIFICATE", own.getCertificate("server").getEncoded());
                writePem(
                        KEY,
                        "PRIVATE KEY",
                        own.getKey("server", PASSWORD.toCharArray()).getEncoded());
                KeyStore trusted = trusting(own, TRUST_STORE);
                SERVER = server(own);
                CLIENT = client(trusted);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        private static void makeKeys(Path keys) throws IOException, InterruptedException {
            List<String> command = List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "server",
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=stand-in",
                    "-ext",
                    NAMES,
                    "-startdate",
                    "-1H",
                    "-validity",
                    "30",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    keys.toString(),
                    "-storepass",
                    PASSWORD);
            Process keytool =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said;
            try (InputStream output = keytool.getInputStream()) {
                said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            }
            if (keytool.waitFor() != 0) {
                throw new IOException("keytool failed: " + said);
            }
        }

        private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, PASSWORD.toCharArray());
            }
            return store;
        }

        private static void writePem(Path file, String kind, byte[] encoded) throws IOException {
            String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
            Files.writeString(file, "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n");
        }

        private static KeyStore trusting(KeyStore own, Path file) throws IOException, GeneralSecurityException {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("server", own.getCertificate("server"));
            try (OutputStream out = Files.newOutputStream(file)) {
                store.store(out, PASSWORD.toCharArray());
            }
            return store;
        }

        private static SSLContext server(KeyStore own) throws GeneralSecurityException {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        }

        private static SSLContext client(KeyStore trusted) throws GeneralSecurityException {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        }
    }
}
