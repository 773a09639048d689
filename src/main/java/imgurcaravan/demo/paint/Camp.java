package imgurcaravan.demo.paint;

import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;

/**
 * Two tents with a fire between them.
 *
 * @param ground that they stand on
 * @param x the place of the fire, in pixels
 * @param size the height of a tent, in pixels
 * @param ink the colour of a tent that no light falls on
 */
record Camp(Ridge ground, double x, double size, Tone ink) {

    private static final Tone FIRE = Tone.of(0xff9a3c);
    private static final Tone EMBERS = Tone.of(0xfff0d0);

    /** Paints the camp at {@code time}, 0 to 1, of an endless loop. */
    void paint(Canvas canvas, double time) {
        Graphics2D brush = canvas.brush();
        brush.setColor(ink.mix(FIRE, 0.15).color(1));
        for (int side = -1; side <= 1; side += 2) {
            double place = x + side * size * 1.7;
            Path2D tent = tent();
            tent.transform(new AffineTransform(-side * size, 0, 0, -size, place, ground.top(place) + 0.12 * size));
            brush.fill(tent);
        }
        brush.dispose();
        double flicker = 0.9 + 0.1 * Math.sin(2 * Math.PI * time) + 0.06 * Math.sin(6 * Math.PI * time);
        double y = ground.top(x);
        canvas.shine(x, y, size * 4.5, FIRE, 0.5 * flicker);
        canvas.shine(x, y - size * 0.1, size * 0.9, FIRE, 0.7 * flicker);
        canvas.shine(x, y - size * 0.12, size * 0.22, EMBERS, 1.1 * flicker);
    }

    /** A low tent, one unit tall and two wide, with y pointing up. */
    private static Path2D tent() {
        Path2D tent = new Path2D.Double(Path2D.WIND_NON_ZERO);
        tent.moveTo(-1.05, 0);
        tent.quadTo(-0.6, 0.35, -0.42, 0.86);
        tent.quadTo(0, 0.68, 0.4, 1);
        tent.quadTo(0.6, 0.4, 1.1, 0);
        tent.closePath();
        return tent;
    }
}
