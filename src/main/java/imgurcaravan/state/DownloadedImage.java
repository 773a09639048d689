package imgurcaravan.state;

import java.time.Instant;

/**
 * An image that was downloaded, wherever its file is now.
 *
 * @param id the image's id
 * @param file name of its file inside the images directory, null if unknown
 * @param bytes size of the file, -1 if unknown
 * @param url where it came from, null if unknown
 * @param time when it was downloaded, null if unknown
 */
public record DownloadedImage(String id, String file, long bytes, String url, Instant time) {

    /** An image with only its id known. */
    public static DownloadedImage ofId(String id) {
        return new DownloadedImage(id, null, -1, null, null);
    }
}
