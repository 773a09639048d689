package imgurcaravan.demo.paint;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Paints the pictures of the stand-in gallery, as files ready to be served.
 *
 * <p>A seed always gives the same picture. Seeds that follow one another give different kinds of pictures.
 */
public final class Painter {

    private static final int SMALLEST = 16;
    private static final int LARGEST = 8192;
    private static final int MOST_FRAMES = 100;
    private static final float JPEG_QUALITY = 0.9f;

    private Painter() {}

    /**
     * Paints a still picture as a JPEG file.
     *
     * @param seed any number; it decides what is painted
     * @param width in pixels, 16 to 8192
     * @param height in pixels, 16 to 8192
     */
    public static byte[] jpeg(long seed, int width, int height) {
        BufferedImage image = still(seed, width, height);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(JPEG_QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), how);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /**
     * Paints a still picture as a PNG file.
     *
     * @param seed any number; it decides what is painted
     * @param width in pixels, 16 to 8192
     * @param height in pixels, 16 to 8192
     */
    public static byte[] png(long seed, int width, int height) {
        BufferedImage image = still(seed, width, height);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(image, "png", out)) {
                throw new IOException("no PNG writer");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Paints a moving landscape as a GIF file that repeats for ever, with 90 milliseconds a frame.
     *
     * @param seed any number; it decides what is painted
     * @param width in pixels, 16 to 8192
     * @param height in pixels, 16 to 8192
     * @param frames how many there are, 1 to 100
     */
    public static byte[] gif(long seed, int width, int height, int frames) {
        requireRange("width", width, SMALLEST, LARGEST);
        requireRange("height", height, SMALLEST, LARGEST);
        requireRange("frames", frames, 1, MOST_FRAMES);
        Landscape.Kind[] kinds = Landscape.Kind.values();
        Landscape.Kind kind = kinds[(int) Math.floorMod(seed, (long) kinds.length)];
        try {
            return Film.write(frames, frame -> {
                Canvas canvas = new Canvas(width, height);
                Landscape.paintMoment(canvas, kind, new SplittableRandom(seed), (double) frame / frames);
                return canvas.image();
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedImage still(long seed, int width, int height) {
        requireRange("width", width, SMALLEST, LARGEST);
        requireRange("height", height, SMALLEST, LARGEST);
        Canvas canvas = new Canvas(width, height);
        SplittableRandom random = new SplittableRandom(seed);
        switch ((int) Math.floorMod(seed, 10L)) {
            case 0 -> Landscape.paint(canvas, Landscape.Kind.DUSK, random);
            case 1 -> Tiling.paint(canvas, random);
            case 2 -> Landscape.paint(canvas, Landscape.Kind.OASIS, random);
            case 3 -> Landscape.paint(canvas, Landscape.Kind.NIGHT, random);
            case 4 -> Patterns.julia(canvas, random);
            case 5 -> Landscape.paint(canvas, Landscape.Kind.NOON, random);
            case 6 -> Landscape.paint(canvas, Landscape.Kind.AURORA, random);
            case 7 -> Patterns.wind(canvas, random);
            case 8 -> Landscape.paint(canvas, Landscape.Kind.CANYON, random);
            default -> Landscape.paint(canvas, Landscape.Kind.DAWN, random);
        }
        return canvas.image();
    }

    private static void requireRange(String name, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(name + " is " + value + ", not " + low + " to " + high);
        }
    }
}
