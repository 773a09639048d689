package imgurcaravan.image;

import imgurcaravan.http.FailureReasons;
import imgurcaravan.run.Outcome;
import imgurcaravan.run.Quantity;
import imgurcaravan.run.Settings;
import imgurcaravan.state.FailedImages;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.file.FileConstants;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a download around {@code file:}: flush the part file and reserve a name before it, remember the image
 * after it.
 */
public final class ImageFiles extends ServiceSupport {

    /** Header for the log: the image's URL. */
    public static final String URL = "imageUrl";
    /** Header for the log: the size of the file, such as {@code 251 kB}. */
    public static final String SIZE = "imageSize";
    /** Header for {@code file:}: the name of the image's file, inside the images directory. */
    public static final String FILE = "imageFile";
    /** Header for {@code file:}: the name that it may give the part file before the rename. */
    public static final String PART = "imagePart";
    /** Header for the log: how long the successful attempt took, such as {@code 83 ms}. */
    public static final String TIME = "imageTime";

    private static final Logger LOG = LoggerFactory.getLogger(ImageFiles.class);

    private final Settings settings;
    private final IdempotentRepository archive;
    private final FailedImages failedImages;
    private final Folders folders;
    private final FileName fileName;
    private final NameReservations names;

    public ImageFiles(
            CamelContext context,
            Settings settings,
            PartFiles partFiles,
            IdempotentRepository archive,
            FailedImages failedImages) {
        this.settings = settings;
        this.archive = archive;
        this.failedImages = failedImages;
        folders = new Folders(settings.images().dir());
        fileName = new FileName(context, settings.images());
        names = new NameReservations(settings.images(), fileName, partFiles);
    }

    @Override
    protected void doStart() {
        if (fileName.losesLetters()) {
            LOG.warn("The locale has no Unicode, so letters of titles become _ in file names: set LC_ALL=C.UTF-8");
        }
    }

    @Override
    protected void doStop() throws IOException {
        names.close();
    }

    /**
     * Whether the image has to be downloaded; if it is in place already, possibly from an earlier attempt, the download
     * ends here.
     *
     * @throws DiskException if that cannot be determined
     */
    public boolean isNotDownloaded(Exchange exchange) throws DiskException {
        Image image = exchange.getProperty(Downloads.IMAGE, Image.class);
        try {
            if (!archive.contains(exchange, image.id())) {
                return true;
            }
        } catch (RuntimeException e) {
            throw DiskException.remembering("cannot tell whether it is known: " + FailureReasons.of(e), e);
        }
        boolean written = exchange.getProperty(Downloads.WRITTEN, false, Boolean.class);
        long bytes = written ? exchange.getProperty(Downloads.BYTES, 0L, Long.class) : 0;
        Outcome outcome = written ? Outcome.DOWNLOADED : Outcome.KNOWN;
        Downloads.setOutcome(exchange, new ImageResult(image.id(), image.url(), outcome, bytes, null));
        setLogHeaders(exchange, image, bytes, "spite of a failing disk");
        return false;
    }

    private static void setLogHeaders(Exchange exchange, Image image, long bytes, String time) {
        Message message = exchange.getMessage();
        message.setHeader(URL, image.url());
        message.setHeader(SIZE, Quantity.formatBytes(bytes));
        message.setHeader(TIME, time);
    }

    /**
     * Flushes a part file to disk and reserves a name for it; it becomes the body, and the headers say where it goes.
     */
    public void reserve(Exchange exchange) throws IOException, ImageRefusedException {
        Attempt attempt = Attempts.of(exchange);
        Image image = attempt.image();
        if (settings.images().mtime() && image.datetime() > 0) {
            Files.setLastModifiedTime(attempt.part(), FileTime.from(image.datetime(), TimeUnit.SECONDS));
        }
        PartFile.flush(attempt.part());
        NameReservation name = reserve(fileName.of(exchange, image, attempt.type()), attempt);
        attempt.reserved(name);
        Message message = exchange.getMessage();
        message.setBody(attempt.part().toFile());
        message.setHeader(FILE, name.name());
        message.setHeader(FileConstants.FILE_LOCAL_WORK_PATH, attempt.part().toString());
        message.setHeader(PART, relativeTo(name.name(), attempt.wholePart()));
    }

    private NameReservation reserve(String name, Attempt attempt) throws IOException, ImageRefusedException {
        try {
            return names.reserve(name, attempt);
        } catch (InterruptedIOException | ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw DiskException.writing(e);
        }
    }

    /** The path from the folder of the final file to the part file: the final name may contain folders. */
    private static String relativeTo(String name, Path wholePart) {
        int depth = Path.of(name).normalize().getNameCount() - 1;
        return "../".repeat(depth) + PartFiles.FOLDER + "/" + wholePart.getFileName();
    }

    /**
     * Remembers an image once its file is durably in place, even if another process put it there first.
     *
     * @throws IOException if it is not in place, or cannot be remembered
     */
    public void remember(Exchange exchange) throws IOException {
        Attempt attempt = Attempts.of(exchange);
        Image image = attempt.image();
        NameReservation name = attempt.reservation();
        if (!Files.exists(name.file())) {
            throw new DiskException("its file is not in place after it was written");
        }
        boolean known = Files.exists(attempt.part());
        if (known && !name.taken() && !names.isInPlace(name.file(), attempt.part())) {
            throw new ImageIncompleteException("another file of its name was just written");
        }
        if (!known) {
            exchange.setProperty(Downloads.WRITTEN, true);
        }
        long bytes = exchange.getProperty(Downloads.BYTES, Long.class);
        if (settings.images().metadata()) {
            describe(attempt, bytes, known);
        }
        try {
            folders.flush(name.file());
        } catch (IOException e) {
            throw DiskException.writing(e);
        }
        try {
            archive.add(exchange, image.id());
            archive.confirm(exchange, image.id());
            // The archive may be a part of the host, or keep nothing.
            failedImages.succeeded(image.id());
        } catch (RuntimeException e) {
            throw DiskException.remembering("it could not be remembered: " + FailureReasons.of(e), e);
        }
        Outcome outcome = known ? Outcome.KNOWN : Outcome.DOWNLOADED;
        Downloads.setOutcome(exchange, new ImageResult(image.id(), image.url(), outcome, known ? 0 : bytes, null));
        setLogHeaders(exchange, image, bytes, attempt.age().toMillis() + " ms");
    }

    /** Writes the sidecar of a file that is new or has none yet; the sidecar of another image is left unchanged. */
    private static void describe(Attempt attempt, long size, boolean known) throws IOException {
        NameReservation name = attempt.reservation();
        Image image = attempt.image();
        if (known && Files.exists(Sidecar.of(name.file()))) {
            return;
        }
        if (!Sidecar.isFree(name.file(), image.id())) {
            throw new ImageIncompleteException("another file of its sidecar's name was just written");
        }
        try {
            Sidecar.write(name.file(), image, attempt.type(), size, attempt.sidecarPart());
        } catch (IOException e) {
            throw DiskException.writing(e);
        }
    }
}
