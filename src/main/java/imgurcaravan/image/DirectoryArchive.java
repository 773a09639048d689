package imgurcaravan.image;

import imgurcaravan.run.Settings.ImageSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.service.ServiceSupport;

/**
 * The images directory as an archive: an image is known while its file exists, provided that file names consist of
 * nothing but the image's id and type. With other names no image is known.
 *
 * <p>Keys are image ids. Nothing is stored apart from the files themselves, so {@link #add}, {@link #confirm} and
 * {@link #remove} do nothing, and a file that its owner moves or deletes is forgotten.
 */
public final class DirectoryArchive extends ServiceSupport implements IdempotentRepository {

    private final CamelContext camelContext;
    private final ImageSettings settings;
    private final FileName fileName;

    public DirectoryArchive(CamelContext camelContext, ImageSettings settings) {
        this.camelContext = camelContext;
        this.settings = settings;
        fileName = new FileName(camelContext, settings);
    }

    /**
     * A file that is in place.
     *
     * @param since when it got its name, if the operating system records that; else when it was written
     */
    record Found(Path file, Instant since) {}

    /** Finds an image's file; empty if the id alone does not determine the name of the file. */
    Optional<Found> find(String id) {
        if (!fileName.isNamedById()) {
            return Optional.empty();
        }
        Exchange exchange = new DefaultExchange(camelContext);
        for (ImageType type : ImageType.values()) {
            Path file = settings.dir().resolve(fileName.of(exchange, id, type));
            if (isThere(file)) {
                return Optional.of(new Found(file, since(file)));
            }
        }
        return Optional.empty();
    }

    private static Instant since(Path file) {
        try {
            boolean unix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
            FileTime time = (FileTime) Files.getAttribute(file, unix ? "unix:ctime" : "lastModifiedTime");
            return time.toInstant();
        } catch (IOException e) {
            // Deleted a moment ago.
            return Instant.now();
        }
    }

    @Override
    public boolean contains(String id) {
        return find(id).isPresent();
    }

    private static boolean isThere(Path file) {
        try {
            return FileName.isThere(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean add(String id) {
        return !contains(id);
    }

    @Override
    public boolean remove(String id) {
        return false;
    }

    @Override
    public boolean confirm(String id) {
        return contains(id);
    }

    @Override
    public void clear() {
        // The files are the owner's.
    }
}
