package imgurcaravan.image;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;

/**
 * The place of an image's file, and the right to write it there.
 *
 * @param name relative to the images directory
 * @param file the whole path
 * @param taken whether the image's file is in place already
 * @param lock held on the name until the file is in place; null if no other image can have the name
 */
record NameReservation(String name, Path file, boolean taken, FileLock lock) {

    /** Releases the name; other images will not overwrite the file that is there by now. */
    void release() throws IOException {
        if (lock != null && lock.isValid()) {
            lock.release();
        }
    }
}
