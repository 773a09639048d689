package imgurcaravan.image;

import imgurcaravan.run.Settings;
import imgurcaravan.state.DownloadedImage;
import imgurcaravan.state.DownloadedImages;
import imgurcaravan.state.StateException;
import imgurcaravan.state.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of downloaded images, by image id: the state file {@code imgur.archive} and, for images that it does not
 * contain, the images directory.
 *
 * <p>An image in the state file is known, even if its file was moved or deleted since. An image that is only in the
 * directory is known too, and is adopted. With {@code imgur.archive=none} the directory alone decides.
 */
public final class ImageArchive extends ServiceSupport implements IdempotentRepository {

    /** After this time, every operating system has written a new name to disk on its own. */
    private static final Duration SETTLED = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(ImageArchive.class);

    private final Path imagesDir;
    private final DirectoryArchive directory;
    private final Folders folders;
    private final DownloadedImages images;

    public ImageArchive(CamelContext camelContext, Settings settings, StateFile state) {
        imagesDir = settings.images().dir();
        directory = new DirectoryArchive(camelContext, settings.images());
        folders = new Folders(imagesDir);
        images = settings.state().archive() ? new DownloadedImages(state) : null;
    }

    @Override
    public boolean contains(String id) {
        if (images == null) {
            return directory.contains(id);
        }
        if (images.contains(id)) {
            return true;
        }
        Optional<DirectoryArchive.Found> found = directory.find(id);
        if (found.isPresent()) {
            try {
                adopt(id, found.get());
            } catch (StateException | IOException e) {
                LOG.debug("{} is in place, and will be adopted later", id, e);
            }
        }
        return found.isPresent();
    }

    /** Such a new name may belong to another process, which has not flushed it yet. */
    private void adopt(String id, DirectoryArchive.Found found) throws IOException {
        if (found.since().isAfter(Instant.now().minus(SETTLED))) {
            folders.flush(found.file());
        }
        String name = imagesDir.relativize(found.file()).toString();
        images.add(new DownloadedImage(id, name, Files.size(found.file()), null, found.since()));
    }

    /** Adds an image with the details of its file from the exchange. */
    @Override
    public boolean add(Exchange exchange, String id) {
        if (images == null) {
            return directory.add(id);
        }
        Image image = exchange.getProperty(Downloads.IMAGE, Image.class);
        return images.add(new DownloadedImage(
                id,
                exchange.getMessage().getHeader(ImageFiles.FILE, String.class),
                exchange.getProperty(Downloads.BYTES, -1L, Long.class),
                image == null ? null : image.url(),
                Instant.now()));
    }

    @Override
    public boolean add(String id) {
        return images == null ? directory.add(id) : images.add(DownloadedImage.ofId(id));
    }

    @Override
    public boolean remove(String id) {
        return images == null ? directory.remove(id) : images.remove(id);
    }

    @Override
    public boolean confirm(String id) {
        return images == null ? directory.confirm(id) : images.contains(id);
    }

    @Override
    public void clear() {
        if (images != null) {
            images.clear();
        }
    }
}
