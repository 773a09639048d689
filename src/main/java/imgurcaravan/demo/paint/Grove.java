package imgurcaravan.demo.paint;

import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.util.SplittableRandom;

/**
 * Date palms, no two alike, that stand on a ridge.
 *
 * @param ground that they stand on
 * @param tone their colour
 */
record Grove(Ridge ground, Tone tone) {

    /** Paints some palms close together; {@code centreX} is in pixels. */
    void paint(Canvas canvas, double centreX, SplittableRandom random) {
        int palms = 5 + random.nextInt(4);
        for (int i = 0; i < palms; i++) {
            double spread = random.nextDouble() + random.nextDouble() - 1;
            double size = (0.15 + 0.15 * random.nextDouble()) * canvas.height();
            paintPalm(canvas, centreX + spread * 0.36 * canvas.height(), size, random);
        }
    }

    /** Paints one palm; its place {@code x} and its {@code size} are in pixels. */
    void paintPalm(Canvas canvas, double x, double size, SplittableRandom random) {
        Path2D palm = palm(random, 0.4 * (random.nextDouble() - 0.5));
        palm.transform(new AffineTransform(size, 0, 0, -size, x, ground.top(x) + 0.03 * size));
        Graphics2D brush = canvas.brush();
        brush.setColor(tone.color(1));
        brush.fill(palm);
        brush.dispose();
    }

    /** A palm, one unit tall, with y pointing up, that leans to the right by {@code lean}. */
    private static Path2D palm(SplittableRandom random, double lean) {
        Path2D palm = new Path2D.Double(Path2D.WIND_NON_ZERO);
        palm.append(Silhouettes.limb(0, 0, lean * 0.25, 0.5, lean, 0.86, 0.075, 0.042, 0.036), false);
        int fronds = 13 + random.nextInt(4);
        for (int i = 0; i < fronds; i++) {
            double angle = Math.PI * (-0.12 + 1.24 * (i + random.nextDouble() * 0.5) / fronds);
            addFrond(palm, lean, 0.86, angle, 0.3 + 0.1 * random.nextDouble());
        }
        return palm;
    }

    private static void addFrond(Path2D palm, double x, double y, double angle, double length) {
        int leaflets = 22;
        for (int side = -1; side <= 1; side += 2) {
            Path2D edge = new Path2D.Double(Path2D.WIND_NON_ZERO);
            edge.moveTo(x, y);
            for (int i = 1; i <= leaflets; i++) {
                double along = (double) i / leaflets;
                double reach = length * along;
                double ribX = x + reach * Math.cos(angle);
                double ribY = y + reach * Math.sin(angle) * (1 - 0.25 * along) - 0.3 * along * along * length * 1.6;
                double hang = 0.24 * length * Math.sin(Math.PI * Math.min(1, 0.12 + along * 0.88));
                edge.lineTo(ribX + 0.1 * hang * Math.cos(angle), ribY + 0.006);
                edge.lineTo(
                        ribX + hang * (0.55 * Math.cos(angle) + 0.3 * side * Math.sin(angle)),
                        ribY - hang * (side > 0 ? 0.95 : 0.35));
            }
            for (int i = leaflets; i >= 1; i--) {
                double along = (double) i / leaflets;
                double reach = length * along;
                edge.lineTo(
                        x + reach * Math.cos(angle),
                        y + reach * Math.sin(angle) * (1 - 0.25 * along) - 0.3 * along * along * length * 1.6 - 0.004);
            }
            edge.closePath();
            palm.append(edge, false);
        }
    }
}
