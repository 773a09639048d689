package imgurcaravan.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Draws the placeholder that stands for a deleted image: a frame, crossed out, as a small PNG file. */
final class RemovedPicture {

    /** Its name in a URL: Imgur answers 302 to {@code /removed.png} for a deleted image. */
    static final String NAME = "removed.png";

    private static final int WIDTH = 161;
    private static final int HEIGHT = 81;
    private static final int MARGIN = 20;

    private RemovedPicture() {}

    static byte[] png() {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D brush = image.createGraphics();
        brush.setColor(Color.DARK_GRAY);
        brush.fillRect(0, 0, WIDTH, HEIGHT);
        brush.setColor(Color.LIGHT_GRAY);
        brush.setStroke(new BasicStroke(3));
        brush.drawRect(MARGIN, MARGIN, WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN);
        brush.drawLine(MARGIN, MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN);
        brush.drawLine(MARGIN, HEIGHT - MARGIN, WIDTH - MARGIN, MARGIN);
        brush.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
