package imgurcaravan.demo;

/**
 * One image of the stand-in gallery.
 *
 * @param id 7 characters of {@code [A-Za-z0-9]}
 * @param number its index among all images, from 0
 * @param deleted whether it is listed but no longer there
 */
record DemoImage(String id, int number, Format format, boolean deleted) {

    /** The kind of an image file: media type, extension, and the size of its picture in pixels. */
    enum Format {
        JPEG("image/jpeg", "jpg", 960, 600),
        PNG("image/png", "png", 640, 400),
        GIF("image/gif", "gif", 360, 225);

        private final String type;
        private final String extension;
        private final int width;
        private final int height;

        Format(String type, String extension, int width, int height) {
            this.type = type;
            this.extension = extension;
            this.width = width;
            this.height = height;
        }

        String type() {
            return type;
        }

        String extension() {
            return extension;
        }

        int width() {
            return width;
        }

        int height() {
            return height;
        }
    }

    /** The last part of its URL. */
    String name() {
        return id + "." + format.extension;
    }
}
