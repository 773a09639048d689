package imgurcaravan.image;

import imgurcaravan.http.FailureReasons;
import imgurcaravan.http.HostPolicy;
import imgurcaravan.http.HostRefusedException;
import imgurcaravan.http.RateLimitGates;
import imgurcaravan.http.RateLimitHeaders;
import imgurcaravan.http.RateLimitedException;
import imgurcaravan.http.TransferDeadline;
import imgurcaravan.http.TransferDeadlines;
import imgurcaravan.run.Outcome;
import imgurcaravan.run.Polls;
import imgurcaravan.run.Quantity;
import imgurcaravan.run.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.file.FileConstants;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of the image routes that have to be right: what they accept, where they go, what they keep.
 *
 * <p>Each public method is one step; it takes what it needs from the exchange and leaves there what the next one
 * needs. Nothing that a server or a queue sent is kept as a header.
 *
 * <p>It is no {@link org.apache.camel.Service}, nor is any bean of the routes with many methods: Camel looks for each
 * of them in each class and interface above, and makes an exception of every miss, which costs a start 10 ms.
 */
public final class Images {

    /** Header for the log: the image's URL. */
    public static final String URL = "imageUrl";
    /** Header for the log: the size of the file, such as {@code 251 kB}. */
    public static final String SIZE = "imageSize";
    /** Header for {@code file:}: the name of the image's file, inside the images directory. */
    public static final String FILE = "imageFile";
    /** Header for {@code file:}: the name under which it may hold the part file before the rename. */
    public static final String PART = "imagePart";
    /** Header for the log: how long the successful attempt took, such as {@code 83 ms}. */
    public static final String TIME = "imageTime";

    /** Exchange property: the image, once its message was read. */
    public static final String IMAGE = "imgurImage";
    /** Exchange property: whether a failure is for good. */
    public static final String FINAL = "imgurFinal";
    /** Exchange property: how often an image that failed for good was asked for. */
    public static final String ATTEMPTS = "imgurAttempts";

    private static final String ATTEMPT = "imgurAttempt";
    private static final String FAILURES = "imgurFailures";
    private static final String UNEXPLAINED = "imgurUnexplained";
    private static final String WRITTEN = "imgurWritten";
    private static final String OUTCOME = "imgurOutcome";
    static final String BYTES = "imgurBytes";
    private static final String WAITS = "imgurWaits";
    private static final int MOST_WAITS = 100;
    private static final int PAGE_START = 4_096;
    private static final String REMOVED = "/removed.png";
    private static final int MOST_UNEXPLAINED = 5;
    private static final int REDIRECT_BODY = 16_384;

    private static final Logger LOG = LoggerFactory.getLogger(Images.class);

    private Settings settings;
    private HostPolicy hosts;
    private Polls polls;
    private RateLimitGates pauses;
    private PartFiles partFiles;
    private DiskSpaceGate disk;
    private IdempotentRepository archive;
    private Folders folders;
    private Spool spool;
    private FileName fileName;
    private NameReservations places;

    public void setSettings(Settings settings) {
        this.settings = settings;
    }

    public void setHosts(HostPolicy hosts) {
        this.hosts = hosts;
    }

    public void setPolls(Polls polls) {
        this.polls = polls;
    }

    public void setPauses(RateLimitGates pauses) {
        this.pauses = pauses;
    }

    public void setPartFiles(PartFiles partFiles) {
        this.partFiles = partFiles;
    }

    public void setDisk(DiskSpaceGate disk) {
        this.disk = disk;
    }

    public void setArchive(IdempotentRepository archive) {
        this.archive = archive;
    }

    /** Opens what it keeps things in. */
    public void start() {
        if (settings.downloadEnabled()) {
            ServiceHelper.startService(partFiles);
        }
        ServiceHelper.startService(archive);
        folders = new Folders(settings.imagesDir());
        spool = new Spool(settings.galleryTypes(), settings.maxBytes());
        fileName = new FileName(settings);
        places = new NameReservations(settings, fileName, partFiles);
        if (settings.downloadEnabled() && fileName.losesLetters()) {
            LOG.warn("The locale has no Unicode, so that letters of titles become _ in file names: set LC_ALL=C.UTF-8");
        }
    }

    /** Closes it. */
    public void stop() throws IOException {
        if (places != null) {
            places.close();
        }
        ServiceHelper.stopService(partFiles, archive);
    }

    /**
     * Takes a message off the queue; an image that is in place by now ends here.
     *
     * @throws ImageIncompleteException if the process is stopping, so that the image stays with the queue
     */
    public void accept(Exchange exchange) throws IOException, ImageRefusedException {
        Image image = Image.fromJson(exchange.getMessage().getBody(String.class));
        if (exchange.getProperty(IMAGE) == null) {
            exchange.setProperty(IMAGE, image);
            endWith(exchange, image);
        } else {
            // The archive could not be asked, as a rule because of the disk.
            disk.await();
        }
        if (polls.isStopping()) {
            throw new ImageIncompleteException("the process is stopping");
        }
        if (isKnown(exchange, image.id())) {
            endInPlace(exchange, image);
        }
    }

    /** Ends an image that needs no more downloading, be it because an attempt before this one came that far. */
    private static void endInPlace(Exchange exchange, Image image) {
        boolean written = exchange.getProperty(WRITTEN, false, Boolean.class);
        setOutcome(exchange, image, written ? Outcome.DOWNLOADED : Outcome.KNOWN);
        if (written) {
            String size = Quantity.formatBytes(exchange.getProperty(BYTES, Long.class));
            LOG.info("Downloaded {} {}, in place in spite of trouble with the disk", image.url(), size);
        }
        exchange.setRouteStop(true);
    }

    private static void setOutcome(Exchange exchange, Image image, Outcome outcome) {
        long bytes = outcome == Outcome.DOWNLOADED ? exchange.getProperty(BYTES, 0L, Long.class) : 0;
        exchange.setProperty(OUTCOME, outcome);
        setResult(exchange, new ImageResult(image.id(), image.url(), outcome, bytes, null, false));
    }

    private static void setResult(Exchange exchange, ImageResult result) {
        if (exchange.getProperty(Polls.DURABLE, false, Boolean.class)) {
            exchange.setProperty(ImageResults.RESULT, result.toJson());
        }
    }

    private void endWith(Exchange exchange, Image image) {
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                Outcome outcome = done.getProperty(OUTCOME, Outcome.LEFT, Outcome.class);
                if (outcome == Outcome.LEFT && done.getProperty(Polls.DURABLE, false, Boolean.class)) {
                    // The queue hands it out again.
                    return;
                }
                polls.end(image.id(), outcome, done.getProperty(BYTES, 0L, Long.class));
            }
        });
    }

    /** Waits until the disk can take an image; one whose file turns out to be in place after trouble ends here. */
    public void awaitDisk(Exchange exchange) throws IOException {
        Image image = exchange.getProperty(IMAGE, Image.class);
        boolean trouble = disk.await() || exchange.getProperty(UNEXPLAINED) != null;
        if (trouble && isKnown(exchange, image.id())) {
            endInPlace(exchange, image);
        }
    }

    private boolean isKnown(Exchange exchange, String id) throws DiskException {
        try {
            return archive.contains(exchange, id);
        } catch (RuntimeException e) {
            throw DiskException.remembering("cannot tell whether it is known: " + FailureReasons.of(e), e);
        }
    }

    /** Prepares the first request of an attempt. */
    public void request(Exchange exchange) throws IOException, ImageRefusedException {
        Image image = exchange.getProperty(IMAGE, Image.class);
        Attempt attempt = new Attempt(image, hosts.check(image.url()), partFiles.newPart(image.id()));
        exchange.setProperty(ATTEMPT, attempt);
        send(exchange.getMessage(), attempt.location());
    }

    private static void send(Message message, URI location) throws ImageRefusedException {
        if (REMOVED.equals(location.getPath())) {
            throw new ImageRefusedException("removed from Imgur (redirected to " + REMOVED + ")");
        }
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_URI, location.toString());
        message.setBody(null);
    }

    /** Looks at the status of an answer: its body is next, or another request, or there is none to be had. */
    public void follow(Exchange exchange) throws IOException, ImageRefusedException {
        Message answer = exchange.getMessage();
        int status = answer.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
        if (status == 200) {
            return;
        }
        if (!isRedirect(status)) {
            throw failure(status, answer);
        }
        String target = answer.getHeader("Location", String.class);
        drain(answer);
        if (target == null) {
            throw new ImageIncompleteException(status + " without a location");
        }
        Attempt attempt = exchange.getProperty(ATTEMPT, Attempt.class);
        attempt.redirect(hosts.check(resolve(attempt.location(), target)));
        send(answer, attempt.location());
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /** Zero-byte answers and 403s that pass on a second try were seen in bulk archiving of Imgur. */
    private IOException failure(int status, Message answer) throws IOException, ImageRefusedException {
        String reason = "the server answered " + status;
        RateLimitHeaders limits = RateLimitHeaders.of(answer, Instant.now());
        boolean overCapacity = status >= 400 && RateLimitHeaders.isOverCapacity(start(answer));
        if (overCapacity || status == 429 || status == 503 && limits.retryAt() != null) {
            return paused(limits.opening(status == 429), reason + (overCapacity ? ", over capacity" : ""));
        }
        boolean passing = status < 400 || status == 403 || status == 408 || status == 425 || status == 429;
        if (passing || status >= 500) {
            return new ImageIncompleteException(reason);
        }
        throw new ImageRefusedException(reason);
    }

    private RateLimitedException paused(Instant opening, String reason) {
        pauses.images().close(opening, reason);
        return new RateLimitedException(reason);
    }

    private static String start(Message answer) throws IOException {
        InputStream body = answer.getBody(InputStream.class);
        return body == null ? "" : new String(body.readNBytes(PAGE_START), StandardCharsets.ISO_8859_1);
    }

    private static String resolve(URI base, String target) throws ImageRefusedException {
        try {
            return base.resolve(target.strip()).toString();
        } catch (IllegalArgumentException e) {
            throw new ImageRefusedException("redirected to what is no URL: " + FailureReasons.printable(target));
        }
    }

    /** A short body that is read to its end leaves the connection to the next request. */
    private static void drain(Message answer) throws IOException {
        InputStream body = answer.getBody(InputStream.class);
        if (body != null) {
            body.readNBytes(REDIRECT_BODY);
        }
    }

    /** Spools the body and checks it as it comes. */
    public void verify(Exchange exchange) throws IOException, ImageRefusedException {
        Message message = exchange.getMessage();
        Attempt attempt = exchange.getProperty(ATTEMPT, Attempt.class);
        InputStream body = message.getBody(InputStream.class);
        boolean coded = message.getHeader("Content-Encoding") != null;
        long length = coded ? -1 : message.getHeader("Content-Length", -1L, Long.class);
        TransferDeadline transfer = TransferDeadlines.of(exchange);
        Spool.Result result;
        try {
            result = spool.spool(
                    body == null ? new ByteArrayInputStream(new byte[0]) : body, length, transfer, attempt.part());
        } catch (OverCapacityException e) {
            throw paused(RateLimitHeaders.of(message, Instant.now()).retryAt(), e.getMessage());
        }
        pauses.images().passed();
        exchange.setProperty(BYTES, result.size());
        attempt.received(result.type());
        message.removeHeaders("*");
        message.setBody(null);
    }

    /** Flushes a part file to disk; then it is the body, and the headers say where it goes. */
    public void flush(Exchange exchange) throws IOException, ImageRefusedException {
        Message message = exchange.getMessage();
        Attempt attempt = exchange.getProperty(ATTEMPT, Attempt.class);
        Image image = attempt.image();
        if (settings.mtime() && image.datetime() > 0) {
            Files.setLastModifiedTime(attempt.part(), FileTime.from(image.datetime(), TimeUnit.SECONDS));
        }
        PartFile.flush(attempt.part());
        message.setBody(attempt.part().toFile());
        NameReservation place = claim(fileName.of(exchange, image, attempt.type()), attempt);
        attempt.place(place);
        message.setHeader(FILE, place.name());
        message.setHeader(FileConstants.FILE_LOCAL_WORK_PATH, attempt.part().toString());
        message.setHeader(PART, besides(place.name(), attempt.wholePart()));
    }

    private NameReservation claim(String name, Attempt attempt) throws IOException, ImageRefusedException {
        try {
            return places.claim(name, attempt);
        } catch (InterruptedIOException | ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw DiskException.writing(e);
        }
    }

    /** The path from the folder of the final file to the part file: the final name may have folders of its own. */
    private static String besides(String name, Path wholePart) {
        int depth = Path.of(name).normalize().getNameCount() - 1;
        return "../".repeat(depth) + PartFiles.FOLDER + "/" + wholePart.getFileName();
    }

    /**
     * Remembers an image whose file is in place to stay, be it that another process brought it there first.
     *
     * @throws IOException if it is not, or cannot be remembered
     */
    public void remember(Exchange exchange) throws IOException {
        Attempt attempt = exchange.getProperty(ATTEMPT, Attempt.class);
        Image image = attempt.image();
        NameReservation place = attempt.place();
        if (!Files.exists(place.file())) {
            throw new DiskException("its file is not in place after it was written");
        }
        boolean known = Files.exists(attempt.part());
        if (known && !place.taken()) {
            throw new ImageIncompleteException("somebody else just wrote a file of its name");
        }
        if (!known) {
            exchange.setProperty(WRITTEN, true);
        }
        if (settings.metadata()) {
            describe(attempt, exchange.getProperty(BYTES, Long.class));
        }
        try {
            folders.flush(place.file());
        } catch (IOException e) {
            throw DiskException.writing(e);
        }
        try {
            archive.add(exchange, image.id());
            archive.confirm(exchange, image.id());
        } catch (RuntimeException e) {
            throw DiskException.remembering("it could not be remembered: " + FailureReasons.of(e), e);
        }
        setOutcome(exchange, image, known ? Outcome.KNOWN : Outcome.DOWNLOADED);
        Message message = exchange.getMessage();
        message.setHeader(URL, image.url());
        message.setHeader(SIZE, Quantity.formatBytes(exchange.getProperty(BYTES, Long.class)));
        message.setHeader(TIME, attempt.age().toMillis() + " ms");
    }

    /** Writes the sidecar of a file that is new, or that has none yet; that of another image stays as it is. */
    private static void describe(Attempt attempt, long size) throws IOException {
        NameReservation place = attempt.place();
        Image image = attempt.image();
        if (place.taken() && Files.exists(Sidecar.of(place.file()))) {
            return;
        }
        if (Sidecar.isFree(place.file(), image.id())) {
            try {
                Sidecar.write(place.file(), image, attempt.type(), size, attempt.sidecarPart());
            } catch (IOException e) {
                throw DiskException.writing(e);
            }
        } else {
            throw new ImageIncompleteException("somebody else just wrote a file of its sidecar's name");
        }
    }

    /** Leaves nothing behind of an attempt, however it ended. */
    public void cleanUp(Exchange exchange) throws IOException {
        Attempt attempt = (Attempt) exchange.removeProperty(ATTEMPT);
        if (attempt != null) {
            try {
                attempt.cleanUp();
            } finally {
                partFiles.release(attempt.part());
            }
        }
    }

    /** Whether an image that came to nothing may be tried once more. */
    public boolean mayTryAgain(Exchange exchange) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (thrown instanceof RateLimitedException && waited(exchange) <= MOST_WAITS) {
            return !polls.isStopping();
        }
        int failures = exchange.getProperty(FAILURES, 0, Integer.class) + 1;
        exchange.setProperty(FAILURES, failures);
        boolean passing = thrown instanceof IOException || DiskException.isMeantBy(thrown);
        return passing && failures < settings.attempts() && !polls.isStopping();
    }

    /** Waiting counts as no attempt, but an image for which it never ends must not wait for ever. */
    private static int waited(Exchange exchange) {
        int waits = exchange.getProperty(WAITS, 0, Integer.class) + 1;
        exchange.setProperty(WAITS, waits);
        return waits;
    }

    /**
     * Whether an image that could not be written may be tried once more. While the disk is to blame there is no end to
     * that; an image that cannot be written although the disk seems well has its attempts, and some more.
     */
    public boolean mayWriteAgain(Exchange exchange) {
        if (disk.isToBlame(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class))) {
            return !polls.isStopping();
        }
        int unexplained = exchange.getProperty(UNEXPLAINED, 0, Integer.class) + 1;
        exchange.setProperty(UNEXPLAINED, unexplained);
        return unexplained <= MOST_UNEXPLAINED ? !polls.isStopping() : mayTryAgain(exchange);
    }

    /**
     * Whether a failure is for good. One that a stop brought about is not: the exchange fails, so that a queue that
     * outlasts the process keeps the image.
     */
    public boolean isFinal(Exchange exchange) {
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        boolean last = isRefused(thrown) || !polls.isStopping();
        exchange.setProperty(FINAL, last);
        return last;
    }

    private static boolean isRefused(Throwable thrown) {
        return thrown instanceof ImageRefusedException || thrown instanceof HostRefusedException;
    }

    /** Names an image that could not be had, and why. */
    public void giveUp(Exchange exchange) {
        if (!exchange.getProperty(FINAL, false, Boolean.class)) {
            return;
        }
        boolean received = exchange.getProperty(BYTES) != null;
        exchange.setProperty(OUTCOME, Outcome.FAILED);
        exchange.setProperty(BYTES, 0L);
        Image image = exchange.getProperty(IMAGE, Image.class);
        Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        String reason = FailureReasons.of(thrown);
        if (image == null) {
            LOG.warn("Failed {}", reason);
            return;
        }
        int attempts = exchange.getProperty(FAILURES, 0, Integer.class)
                + exchange.getProperty(UNEXPLAINED, 0, Integer.class)
                + (isRefused(thrown) ? 1 : 0);
        exchange.setProperty(ATTEMPTS, attempts);
        String tries = attempts > 1 ? " (tried " + attempts + " times)" : "";
        // What came whole was refused for reasons of ours, which may pass; so may those of a name server.
        boolean hopeless = thrown instanceof ImageRefusedException && !received;
        if (hopeless) {
            polls.hopeless(image.id());
        }
        setResult(exchange, new ImageResult(image.id(), image.url(), Outcome.FAILED, 0, reason, hopeless));
        LOG.warn("Failed {} {}: {}{}", image.id(), image.url(), reason, tries);
    }
}
