package imgurcaravan.image;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.apache.camel.component.file.GenericFileOperationFailedException;

/** A file that could not be written. This is a fault of the disk, not of the image, which is not counted as failed. */
final class DiskException extends IOException {

    private static final long serialVersionUID = 1L;

    private final long lacking;

    /** @param reason for the log line */
    DiskException(String reason) {
        super(reason);
        lacking = 0;
    }

    private DiskException(String reason, IOException cause, long lacking) {
        super(reason, cause);
        this.lacking = lacking;
    }

    static DiskException writing(IOException cause) {
        return cause instanceof DiskException disk ? disk : new DiskException(describe(cause), cause, 0);
    }

    /** For a failure of the archive, which is usually on the same disk. */
    static DiskException remembering(String reason, RuntimeException cause) {
        DiskException failure = new DiskException(reason);
        failure.initCause(cause);
        return failure;
    }

    /** @param lacking the number of bytes that a file needed and the disk had no room for */
    static DiskException full(IOException cause, long lacking) {
        return new DiskException(describe(cause), cause, lacking);
    }

    private static String describe(IOException cause) {
        return "its file cannot be written: " + reason(cause);
    }

    /** The reason given by the operating system; some file exceptions contain only the path. */
    static String reason(IOException e) {
        if (e instanceof FileSystemException file) {
            return file.getReason() != null
                    ? file.getReason()
                    : e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage();
        }
        return e.getMessage();
    }

    /** The number of bytes that a file needed and the disk had no room for; 0 if space was not the cause. */
    long lacking() {
        return lacking;
    }

    /** Whether a failure, our own or one of {@code file:}, concerns files and not the network. */
    static boolean isMeantBy(Throwable thrown) {
        return thrown instanceof DiskException
                || thrown instanceof FileSystemException
                || thrown instanceof GenericFileOperationFailedException;
    }
}
