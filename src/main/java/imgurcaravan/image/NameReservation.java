package imgurcaravan.image;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;

/**
 * Where an image's file belongs, and the right to write it there.
 *
 * @param name relative to the images directory
 * @param file the whole path
 * @param taken whether the image's file is there already
 * @param lock held on the name until the file is in place; null where no other image can have the name
 */
record NameReservation(String name, Path file, boolean taken, FileLock lock) {

    /** Lets others have the name; what they find there by now, they leave. */
    void release() throws IOException {
        if (lock != null && lock.isValid()) {
            lock.release();
        }
    }
}
