package imgurcaravan.image;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.apache.camel.component.file.GenericFileOperationFailedException;

/** A file that could not be written. It is the disk's fault, not the image's: the image is not the worse for it. */
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

    /** What failed is the archive, which lies on the same disk as a rule. */
    static DiskException remembering(String reason, RuntimeException cause) {
        DiskException failure = new DiskException(reason);
        failure.initCause(cause);
        return failure;
    }

    /** @param lacking how many bytes a file would have needed that the disk had no room for */
    static DiskException full(IOException cause, long lacking) {
        return new DiskException(describe(cause), cause, lacking);
    }

    private static String describe(IOException cause) {
        return "its file cannot be written: " + reason(cause);
    }

    /** What the operating system said; some exceptions of files tell the path and nothing else. */
    static String reason(IOException e) {
        if (e instanceof FileSystemException file) {
            return file.getReason() != null
                    ? file.getReason()
                    : e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage();
        }
        return e.getMessage();
    }

    /** How many bytes a file would have needed that the disk had no room for; 0 where it was not for want of room. */
    long lacking() {
        return lacking;
    }

    /** Whether a failure, ours or that of {@code file:}, is one of files and not one of the network. */
    static boolean isMeantBy(Throwable thrown) {
        return thrown instanceof DiskException
                || thrown instanceof FileSystemException
                || thrown instanceof GenericFileOperationFailedException;
    }
}
