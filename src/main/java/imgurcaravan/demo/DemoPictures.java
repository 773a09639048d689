package imgurcaravan.demo;

import imgurcaravan.demo.DemoImage.Format;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Holds the few pictures of the jar, and makes the file of each image from them: a comment that names the image makes
 * its bytes unique.
 */
final class DemoPictures {

    private static final String FOLDER = "/imgur-caravan/demo/";

    private static final Map<Format, List<String>> NAMES = Map.of(
            Format.JPEG,
            List.of("dusk", "tiles", "oasis", "canyon", "night", "noon", "aurora", "dawn", "wind"),
            Format.PNG,
            List.of("mosaic", "sunset", "fractal"),
            Format.GIF,
            List.of("northern-lights", "morning"));

    private final Map<Format, List<byte[]>> pictures = new EnumMap<>(Format.class);
    private final byte[] removed = load("removed.png");

    DemoPictures() {
        NAMES.forEach((format, names) -> pictures.put(
                format,
                names.stream()
                        .map(name -> load(name + "." + format.extension()))
                        .toList()));
    }

    private static byte[] load(String name) {
        try (InputStream in = DemoPictures.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException(FOLDER + name + " is missing");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file of an image; the same image always has the same bytes, and no two images do. */
    byte[] file(DemoImage image) {
        return ImageComment.add(image.format(), picture(image), comment(image));
    }

    /** The size of {@link #file} in bytes. */
    int size(DemoImage image) {
        return picture(image).length + ImageComment.size(image.format(), comment(image));
    }

    private byte[] picture(DemoImage image) {
        List<byte[]> ofFormat = pictures.get(image.format());
        return ofFormat.get(image.number() % ofFormat.size());
    }

    private static String comment(DemoImage image) {
        return "https://imgur.com/" + image.id();
    }

    /** The placeholder that stands for a deleted image: a frame, crossed out. */
    byte[] removed() {
        return removed.clone();
    }
}
