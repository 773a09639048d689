package imgurcaravan.demo;

import java.util.List;

/**
 * One post of the stand-in gallery.
 *
 * @param id of the album; of the image if the post is none
 * @param number its place in the listing, from 0
 * @param album whether it is an album, even of one image
 */
record DemoPost(String id, int number, String title, boolean album, List<DemoImage> images) {

    /** Imgur shows so many images of an album in a listing. */
    private static final int PREVIEW = 3;

    List<DemoImage> preview() {
        return images.subList(0, Math.min(PREVIEW, images.size()));
    }
}
