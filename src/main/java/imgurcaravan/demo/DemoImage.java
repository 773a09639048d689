package imgurcaravan.demo;

import imgurcaravan.demo.paint.Painter;

/**
 * One image of the stand-in gallery, not painted yet.
 *
 * @param id 7 characters of {@code [A-Za-z0-9]}
 * @param number its place among all images, from 0; it decides what is painted
 * @param deleted whether it is listed but there no more
 */
record DemoImage(String id, int number, Format format, boolean deleted) {

    /** So many pictures have the size of a screen; those after them are small, as all of them stay in memory. */
    private static final int LARGE = 60;

    /** What an image file is: media type, extension and the size of a large picture in pixels. */
    enum Format {
        JPEG("image/jpeg", "jpg", 960, 600),
        PNG("image/png", "png", 720, 450),
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
    }

    /** The last part of its URL. */
    String name() {
        return id + "." + format.extension;
    }

    boolean animated() {
        return format == Format.GIF;
    }

    int width() {
        return isLarge() ? format.width : format.width / 3;
    }

    int height() {
        return isLarge() ? format.height : format.height / 3;
    }

    private boolean isLarge() {
        return number < LARGE;
    }

    /** Paints it, which takes 10 to 500 milliseconds; the same number always gives the same file. */
    byte[] paint() {
        return switch (format) {
            case JPEG -> Painter.jpeg(number, width(), height());
            case PNG -> Painter.png(number, width(), height());
            case GIF -> Painter.gif(number, width(), height(), 12);
        };
    }
}
