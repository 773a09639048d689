package imgurcaravan.demo.paint;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/** The picture being painted, open both to pixel arithmetic and to Java 2D. */
final class Canvas {

    private static final Noise GRAIN = new Noise(0x5eed);

    private final BufferedImage image;
    private final int[] pixels;
    private final int width;
    private final int height;

    /** A black canvas of the given size in pixels. */
    Canvas(int width, int height) {
        this.width = width;
        this.height = height;
        this.image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        this.pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    }

    /** What has been painted so far. */
    BufferedImage image() {
        return image;
    }

    /** In pixels. */
    int width() {
        return width;
    }

    /** In pixels. */
    int height() {
        return height;
    }

    /** The colour of a pixel inside the canvas. */
    Tone get(int x, int y) {
        return Tone.of(pixels[y * width + x]);
    }

    /** Sets a pixel inside the canvas, with a grain that hides the steps of slow gradients. */
    void set(int x, int y, Tone tone) {
        pixels[y * width + x] = tone.rgb(GRAIN.cell(x, y) - 0.5);
    }

    /** Lays a colour over a pixel inside the canvas; {@code opacity} is 0 to 1. */
    void cover(int x, int y, Tone tone, double opacity) {
        set(x, y, get(x, y).mix(tone, opacity));
    }

    /** Lets a round, soft light shine around a point; {@code radius} is in pixels, as far as any light reaches. */
    void shine(double centreX, double centreY, double radius, Tone light, double strength) {
        int top = Math.max(0, (int) Math.ceil(centreY - radius));
        int bottom = Math.min(height - 1, (int) Math.floor(centreY + radius));
        int left = Math.max(0, (int) Math.ceil(centreX - radius));
        int right = Math.min(width - 1, (int) Math.floor(centreX + radius));
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= right; x++) {
                double distance = Noise.length(x - centreX, y - centreY) / radius;
                double fall = Math.max(0, 1 - distance);
                set(x, y, get(x, y).plus(light, strength * fall * fall));
            }
        }
    }

    /** Lays a dot of one pixel's area over the four pixels it touches; parts off the canvas are dropped. */
    void dot(double x, double y, Tone tone, double opacity) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) {
            return;
        }
        double across = x - left;
        double down = y - top;
        cover(left, top, tone, opacity * (1 - across) * (1 - down));
        cover(left + 1, top, tone, opacity * across * (1 - down));
        cover(left, top + 1, tone, opacity * (1 - across) * down);
        cover(left + 1, top + 1, tone, opacity * across * down);
    }

    /** A Java 2D brush with smooth edges, which the caller disposes of. */
    Graphics2D brush() {
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        return graphics;
    }
}
