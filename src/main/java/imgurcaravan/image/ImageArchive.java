package imgurcaravan.image;

import imgurcaravan.run.Settings;
import imgurcaravan.run.SettingsException;
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
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of what was once downloaded, by image id: the state file {@code imgur.archive} and, for what is not in it,
 * the images directory.
 *
 * <p>What is in the file is known, wherever its image went since. An image that is in the directory only is known too,
 * and is adopted. With {@code imgur.archive=none} the directory alone decides.
 */
public final class ImageArchive extends ServiceSupport implements IdempotentRepository, CamelContextAware {

    /** After this time, every operating system has written a new name to disk by itself. */
    private static final Duration SETTLED = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(ImageArchive.class);

    private final DirectoryArchive directory = new DirectoryArchive();
    private CamelContext camelContext;
    private Settings settings;
    private Folders folders;
    private StateFile state;
    private DownloadedImages images;

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
        directory.setCamelContext(camelContext);
    }

    public void setSettings(Settings settings) {
        this.settings = settings;
        directory.setSettings(settings);
    }

    /** @throws SettingsException if {@code imgur.archive} cannot be used */
    @Override
    protected void doStart() {
        ServiceHelper.startService(directory);
        folders = new Folders(settings.imagesDir());
        Optional<Path> file = settings.archive();
        if (file.isPresent()) {
            state = new StateFile(file.get());
            try {
                state.open();
            } catch (IOException e) {
                String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
                throw SettingsException.unusable("imgur.archive", file.get().toString(), reason);
            }
            images = new DownloadedImages(state);
        }
    }

    @Override
    protected void doStop() {
        if (state != null) {
            state.close();
        }
        ServiceHelper.stopService(directory);
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
                LOG.debug("{} is in place, and will be adopted another time", id, e);
            }
        }
        return found.isPresent();
    }

    /** A name that is so new may be that of another process, which has yet to flush it. */
    private void adopt(String id, DirectoryArchive.Found found) throws IOException {
        if (found.since().isAfter(Instant.now().minus(SETTLED))) {
            folders.flush(found.file());
        }
        String name = settings.imagesDir().relativize(found.file()).toString();
        images.add(new DownloadedImage(id, name, Files.size(found.file()), null, found.since()));
    }

    /** Adds an image with what the exchange tells of its file. */
    @Override
    public boolean add(Exchange exchange, String id) {
        if (images == null) {
            return directory.add(id);
        }
        Image image = exchange.getProperty(Images.IMAGE, Image.class);
        return images.add(new DownloadedImage(
                id,
                exchange.getMessage().getHeader(Images.FILE, String.class),
                exchange.getProperty(Images.BYTES, -1L, Long.class),
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
