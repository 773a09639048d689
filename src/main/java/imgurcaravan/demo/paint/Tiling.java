package imgurcaravan.demo.paint;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.util.List;
import java.util.SplittableRandom;

/** Paints a wall of glazed tiles with stars, as the masons of the caravan cities laid them. */
final class Tiling {

    private static final List<List<Tone>> GLAZES = List.of(
            Tone.ramp(0x14304f, 0x1f6f8b, 0x0f4c5c, 0xe9c46a, 0xb5442e, 0xf3ead6),
            Tone.ramp(0x12343b, 0x2f7f6f, 0x1d4f57, 0xe0a458, 0x9c2f3b, 0xf6efdd),
            Tone.ramp(0x2b1f3b, 0x6a3d6e, 0x40305f, 0xe2b765, 0xc9593f, 0xf4e7d0),
            Tone.ramp(0x4a1f1a, 0xb5572f, 0x7d2f25, 0xf0cf8a, 0x1f6470, 0xfaf0dc));

    private final Graphics2D brush;
    private final List<Tone> glaze;
    private final SplittableRandom random;
    private final double contact;

    private Tiling(Graphics2D brush, SplittableRandom random) {
        this.brush = brush;
        this.random = random;
        this.glaze = GLAZES.get(random.nextInt(GLAZES.size()));
        this.contact = Math.toRadians(58 + random.nextInt(12));
    }

    /** Fills the canvas with a wall that no other draw of {@code random} repeats. */
    static void paint(Canvas canvas, SplittableRandom random) {
        Graphics2D brush = canvas.brush();
        Tiling tiling = new Tiling(brush, random);
        brush.setColor(tiling.glaze.get(0).color(1));
        brush.fillRect(0, 0, canvas.width(), canvas.height());
        double scale = Math.min(canvas.width(), canvas.height()) / (2.1 + 1.6 * random.nextDouble());
        double reach = Math.hypot(canvas.width(), canvas.height()) / scale / 2 + 1;
        boolean sixfold = random.nextBoolean();
        brush.translate(canvas.width() / 2.0, canvas.height() / 2.0);
        brush.rotate(random.nextInt(4) * Math.PI / 12);
        brush.scale(scale, scale);
        if (sixfold) {
            tiling.paintDodecagons(reach);
        } else {
            tiling.paintOctagons(reach);
        }
        brush.dispose();
        weather(canvas, new Noise(random.nextInt()));
    }

    private void paintOctagons(double reach) {
        int count = (int) Math.ceil(reach);
        for (int row = -count; row <= count; row++) {
            for (int column = -count; column <= count; column++) {
                star(8, column, row, 0.5, 0);
                star(4, column + 0.5, row + 0.5, Math.sqrt(0.5) - 0.5, Math.PI / 4);
            }
        }
    }

    private void paintDodecagons(double reach) {
        int count = (int) Math.ceil(reach * 1.2);
        double rise = Math.sqrt(0.75);
        double gap = 1 / Math.sqrt(3);
        for (int row = -count; row <= count; row++) {
            for (int column = -count; column <= count; column++) {
                double x = column + (row & 1) * 0.5;
                double y = row * rise;
                star(12, x, y, 0.5, 0);
                star(3, x + 0.5, y + gap / 2, gap - 0.5, Math.PI / 2);
                star(3, x, y + gap, gap - 0.5, -Math.PI / 2);
            }
        }
    }

    /** Fills a regular polygon, {@code apothem} being its centre's distance from its edges, with a star. */
    private void star(int edges, double centreX, double centreY, double apothem, double turn) {
        AffineTransform before = brush.getTransform();
        brush.translate(centreX, centreY);
        brush.rotate(turn);
        double half = Math.PI / edges;
        double valley = crossing(half, apothem);
        Path2D outer = ring(edges, apothem, valley);
        fill(outer, edges > 4 ? 1 : 4);
        if (edges > 4) {
            double inner = crossing(2 * half, apothem);
            double heart = crossing(3 * half, apothem);
            fill(ring(edges, inner, valley), 5);
            fill(ring(edges, inner, heart), 2);
            fill(ring(edges, inner * 0.62, heart * 0.5), 3);
            strap(ring(edges, inner, valley));
            strap(ring(edges, inner, heart));
        }
        strap(outer);
        brush.setTransform(before);
    }

    /** Where a ray from the middle of an edge comes to {@code angle} from that middle, seen from the centre. */
    private double crossing(double angle, double apothem) {
        double tan = Math.tan(angle);
        double length = apothem * tan / (Math.cos(contact) + Math.sin(contact) * tan);
        return Math.hypot(apothem - length * Math.sin(contact), length * Math.cos(contact));
    }

    private static Path2D ring(int points, double even, double odd) {
        Path2D ring = new Path2D.Double();
        for (int i = 0; i < 2 * points; i++) {
            double radius = i % 2 == 0 ? even : odd;
            double angle = i * Math.PI / points;
            if (i == 0) {
                ring.moveTo(radius, 0);
            } else {
                ring.lineTo(radius * Math.cos(angle), radius * Math.sin(angle));
            }
        }
        ring.closePath();
        return ring;
    }

    private void fill(Path2D shape, int colour) {
        // No two tiles leave the kiln alike.
        double firing = 0.86 + 0.28 * random.nextDouble();
        brush.setColor(glaze.get(colour).times(firing).color(1));
        brush.fill(shape);
    }

    private void strap(Path2D shape) {
        brush.setColor(glaze.get(0).times(0.5).color(1));
        brush.setStroke(new BasicStroke(0.024f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_MITER));
        brush.draw(shape);
        brush.setColor(glaze.get(5).color(1));
        brush.setStroke(new BasicStroke(0.013f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_MITER));
        brush.draw(shape);
    }

    private static void weather(Canvas canvas, Noise noise) {
        double unit = 1.0 / canvas.height();
        for (int y = 0; y < canvas.height(); y++) {
            for (int x = 0; x < canvas.width(); x++) {
                double light = 1.16 - 0.42 * Noise.length(x * unit - 0.35, y * unit - 0.25);
                double wear = 0.88 + 0.24 * noise.cloudy(x * unit * 9, y * unit * 9, 3);
                canvas.set(x, y, canvas.get(x, y).times(Math.max(0.35, light) * wear));
            }
        }
    }
}
