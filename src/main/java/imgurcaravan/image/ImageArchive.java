package imgurcaravan.image;

import imgurcaravan.run.Settings;
import imgurcaravan.run.SettingsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.StartupListener;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of what was once downloaded, by image id: the file {@code imgur.archive} and, for what is not in it, the
 * images directory.
 *
 * <p>What is in the file is known, wherever its image went since. An image that is in the directory only is known too,
 * and is taken in. With {@code imgur.archive=none} the directory alone decides.
 */
public final class ImageArchive extends ServiceSupport
        implements IdempotentRepository, CamelContextAware, StartupListener {

    /** After this time, every operating system has written a new name to disk by itself. */
    private static final Duration SETTLED = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(ImageArchive.class);

    private final DirectoryArchive directory = new DirectoryArchive();
    private CamelContext camelContext;
    private Settings settings;
    private Folders folders;
    private CompletableFuture<ArchiveFile> opening;
    private Thread opener;

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

    /** Begins to open the file; SQLite's native part takes a while to load, which is as well done beside the routes. */
    @Override
    protected void doStart() throws Exception {
        ServiceHelper.startService(directory);
        folders = new Folders(settings.imagesDir());
        Optional<Path> file = settings.archive();
        if (file.isPresent()) {
            opening = new CompletableFuture<>();
            opener = new Thread(() -> open(file.get(), opening), "imgur-archive");
            opener.setDaemon(true);
            opener.start();
            camelContext.addStartupListener(this);
        }
    }

    private static void open(Path file, CompletableFuture<ArchiveFile> opening) {
        try {
            opening.complete(ArchiveFile.open(file));
        } catch (IOException e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            opening.completeExceptionally(SettingsException.unusable("imgur.archive", file.toString(), reason));
        } catch (RuntimeException | Error e) {
            opening.completeExceptionally(e);
        }
    }

    /** @throws SettingsException if {@code imgur.archive} cannot be used */
    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        file();
    }

    private ArchiveFile file() {
        try {
            return opening.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof SettingsException unusable) {
                throw unusable;
            }
            throw e;
        }
    }

    @Override
    protected void doStop() {
        if (opening != null) {
            // It may be waiting for another process, which a stop does not.
            opener.interrupt();
            ArchiveFile opened = opening.exceptionally(failure -> null).join();
            if (opened != null) {
                opened.close();
            }
        }
        ServiceHelper.stopService(directory);
    }

    @Override
    public boolean contains(String id) {
        if (opening == null) {
            return directory.contains(id);
        }
        if (file().contains(id)) {
            return true;
        }
        Optional<DirectoryArchive.Found> found = directory.find(id);
        if (found.isPresent()) {
            try {
                takeIn(id, found.get());
            } catch (ArchiveException | UncheckedIOException e) {
                LOG.debug("{} is in place, and will be taken in another time", id, e);
            }
        }
        return found.isPresent();
    }

    /** A name that is so new may be that of another process, which has yet to flush it. */
    private void takeIn(String id, DirectoryArchive.Found found) {
        if (found.since().isAfter(Instant.now().minus(SETTLED))) {
            try {
                folders.flush(found.file());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        file().add(id);
    }

    @Override
    public boolean add(String id) {
        return opening == null ? directory.add(id) : file().add(id);
    }

    @Override
    public boolean remove(String id) {
        return opening == null ? directory.remove(id) : file().remove(id);
    }

    @Override
    public boolean confirm(String id) {
        return opening == null ? directory.confirm(id) : file().contains(id);
    }

    @Override
    public void clear() {
        if (opening != null) {
            file().clear();
        }
    }
}
