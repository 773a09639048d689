package imgurcaravan.demo;

import java.util.List;

/**
 * One post of the stand-in gallery.
 *
 * @param id of the album, or of the image where the post is no album
 * @param number its place in the listing, from 0
 * @param album whether it is an album, even of one image
 */
record DemoPost(String id, int number, String title, boolean album, List<DemoImage> images) {

    /** How many images of an album a listing shows. */
    private static final int PREVIEW = 3;

    List<DemoImage> preview() {
        return images.subList(0, Math.min(PREVIEW, images.size()));
    }
}
