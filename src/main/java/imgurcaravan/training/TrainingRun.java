package imgurcaravan.training;

import imgurcaravan.Application;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * One poll of a small gallery, over TLS on the loopback address, in the working directory.
 *
 * <p>The launcher starts it with an option to write what the JVM has loaded by then, so it does what every run does, and
 * no more: none of the demo's classes come into the archive. It ends as {@link Application} ends, or when it takes too
 * long.
 */
public final class TrainingRun {

    private static final long LONGEST_SECONDS = 120;

    private TrainingRun() {}

    public static void main(String[] args) throws IOException, GeneralSecurityException, InterruptedException {
        unpackSqlite(Files.createDirectories(Path.of("lib")));
        Thread limit = new Thread(TrainingRun::giveUp, "training-limit");
        limit.setDaemon(true);
        limit.start();
        Certificate certificate = Certificate.make(Path.of(""));
        TrainingGallery gallery = new TrainingGallery(certificate.context());
        System.setProperty("javax.net.ssl.trustStore", certificate.file().toString());
        System.setProperty("javax.net.ssl.trustStorePassword", certificate.password());
        settings(gallery.url()).forEach((key, value) -> System.setProperty("imgur." + key, value));
        Application.main(args);
    }

    /** Puts the native part of SQLite beside the archive, which each start would otherwise unpack anew. */
    private static void unpackSqlite(Path folder) throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream library = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
            // Where there is none for this system, there is no archive of ids either, and the run tells so.
            if (library != null) {
                Files.copy(library, folder.resolve(name));
            }
        }
    }

    private static Map<String, String> settings(String url) {
        return Map.of(
                "client-id", "training",
                "once", "true",
                "api.url", url,
                "hosts.allow", "localhost",
                "hosts.private", "true",
                "images.dir", "images",
                "images.min-free", "0");
    }

    private static void giveUp() {
        try {
            TimeUnit.SECONDS.sleep(LONGEST_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1);
    }
}
