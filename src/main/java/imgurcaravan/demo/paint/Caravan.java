package imgurcaravan.demo.paint;

import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A line of camels that walks to the right along a ridge.
 *
 * @param ridge that it walks on
 * @param size of a camel, in pixels
 * @param ink the colour of the camels
 * @param shadow the colour of the shadows on the sand
 * @param lightX the place of the sun or the moon, in pixels from the left
 * @param seed decides what the camels carry
 */
record Caravan(Ridge ridge, double size, Tone ink, Tone shadow, double lightX, long seed) {

    private static final double SPACING = 1.62;
    private static final List<Tone> CLOTHS = Tone.ramp(0xb0302c, 0xd9952f, 0x1f7f83, 0x8a3f74, 0xc9562b);

    /** Paints a line of {@code camels} behind someone on foot; {@code x} is the last camel's place, in pixels. */
    void paint(Canvas canvas, double x, int camels) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Camel> line = new ArrayList<>();
        for (int i = 0; i < camels; i++) {
            double place = x + (i + 0.14 * random.nextDouble()) * SPACING * size;
            Shape outline = Silhouettes.camel(random.nextDouble(), random.nextInt(5) == 0);
            int load = random.nextInt(5);
            Tone cloth = CLOTHS.get(random.nextInt(CLOTHS.size()));
            line.add(new Camel(place, outline, cloth, load > 0, load > 2));
        }
        Graphics2D brush = canvas.brush();
        paintLine(brush, line);
        double ahead = x + (camels - 0.12) * SPACING * size;
        paintShape(brush, frame(ahead, size * 0.86), Silhouettes.walker(), ink);
        brush.dispose();
    }

    /** Paints one moment, {@code time} 0 to 1, of a line without ends; as a loop, it walks on and on. */
    void paintEndless(Canvas canvas, double time) {
        Shape outline = Silhouettes.camel(1 - time, false);
        Tone cloth = CLOTHS.get((int) Math.floorMod(seed, (long) CLOTHS.size()));
        List<Camel> line = new ArrayList<>();
        // All alike, since each ends the loop where the one before it began.
        for (double x = (time - 1) * SPACING * size; x < canvas.width() + size; x += SPACING * size) {
            line.add(new Camel(x, outline, cloth, true, true));
        }
        Graphics2D brush = canvas.brush();
        paintLine(brush, line);
        brush.dispose();
    }

    private void paintLine(Graphics2D brush, List<Camel> line) {
        for (Camel camel : line) {
            double lean = Math.max(-1.3, Math.min(1.3, (camel.x - lightX) / size * 0.22));
            AffineTransform lying = frame(camel.x, size);
            lying.concatenate(new AffineTransform(1, 0, lean, -0.42, 0, 0.012));
            paintShape(brush, lying, camel.outline, shadow);
        }
        for (Camel camel : line) {
            AffineTransform frame = frame(camel.x, size);
            paintShape(brush, frame, camel.outline, ink);
            if (camel.loaded) {
                paintShape(brush, frame, Silhouettes.saddle(), ink.mix(camel.cloth, 0.72));
            }
            if (camel.ridden) {
                paintShape(brush, frame, Silhouettes.rider(), ink);
            }
        }
    }

    private AffineTransform frame(double x, double tall) {
        double fore = ridge.top(x + 0.27 * tall);
        double hind = ridge.top(x - 0.31 * tall);
        AffineTransform frame = AffineTransform.getTranslateInstance(x, (fore + hind) / 2 + 0.012 * tall);
        frame.rotate(Math.atan2(fore - hind, 0.58 * tall) * 0.9);
        frame.scale(tall, -tall);
        return frame;
    }

    private static void paintShape(Graphics2D brush, AffineTransform frame, Shape shape, Tone tone) {
        brush.setColor(tone.color(1));
        brush.fill(frame.createTransformedShape(shape));
    }

    private record Camel(double x, Shape outline, Tone cloth, boolean loaded, boolean ridden) {}
}
