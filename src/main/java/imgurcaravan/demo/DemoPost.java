package imgurcaravan.demo;

import java.util.List;

/**
 * One post of the stand-in gallery.
 *
 * @param id of the album, or of the image if the post is not an album
 * @param number its index in the listing, from 0
 * @param album whether it is an album, even with one image
 */
record DemoPost(String id, int number, String title, boolean album, List<DemoImage> images) {

    /** How many images of an album a listing shows. */
    private static final int PREVIEW = 3;

    List<DemoImage> preview() {
        return images.subList(0, Math.min(PREVIEW, images.size()));
    }
}
