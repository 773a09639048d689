package imgurcaravan.state;

import java.time.Instant;

/**
 * An image that was downloaded once, wherever its file is now.
 *
 * @param id the image's id
 * @param file name of its file inside the images directory, null where unknown
 * @param bytes size of the file, -1 where unknown
 * @param url where it came from, null where unknown
 * @param time when it was downloaded, null where unknown
 */
public record DownloadedImage(String id, String file, long bytes, String url, Instant time) {

    /** An image of which only the id is known. */
    public static DownloadedImage ofId(String id) {
        return new DownloadedImage(id, null, -1, null, null);
    }
}
