package imgurcaravan.demo.paint;

/** The skyline of one range of dunes, mountains or mesas, together with the light on its slopes. */
final class Ridge {

    /** What the range is made of. */
    enum Shape {
        DUNES,
        PEAKS,
        MESAS
    }

    // Shading looks sideways, up to this share of the picture's width, for the slope it belongs to.
    private static final double MARGIN = 0.75;

    private final double[] tops;
    private final double[] slopes;
    private final int margin;
    private final boolean rock;

    /**
     * Draws a range.
     *
     * @param canvas that it will be painted on
     * @param shape of the range
     * @param base of the range's feet, in picture heights from the top
     * @param relief from the feet to the highest tops, in picture heights
     * @param span from top to top, in picture heights
     * @param seed decides where the tops are
     */
    Ridge(Canvas canvas, Shape shape, double base, double relief, double span, int seed) {
        rock = shape == Shape.MESAS;
        margin = (int) (canvas.width() * MARGIN);
        tops = new double[canvas.width() + 2 * margin];
        slopes = new double[tops.length];
        Noise noise = new Noise(seed);
        double step = 1.0 / (canvas.height() * span);
        double previous = rise(shape, noise, (-margin - 1) * step);
        for (int i = 0; i < tops.length; i++) {
            double rise = rise(shape, noise, (i - margin) * step);
            tops[i] = (base - relief * rise) * canvas.height();
            slopes[i] = (rise - previous) / step;
            previous = rise;
        }
    }

    /** The skyline above a column, in pixels from the top; columns a little off the canvas have one too. */
    double top(double x) {
        int index = (int) Math.max(0, Math.min(tops.length - 1, Math.round(x) + margin));
        return tops[index];
    }

    /**
     * Paints the range from its skyline down.
     *
     * @param bottom where something nearer hides it in any case, in picture heights from the top
     * @param lit the colour of slopes that face the light
     * @param shade the colour of slopes that face away
     * @param mist the colour that its feet fade to
     * @param fade how deep under the skyline they have faded, in picture heights
     * @param fromLeft where the light comes from: 1 for the left, -1 for the right
     * @param texture the strength of the ripples in the sand, 0 to 1
     */
    void paint(
            Canvas canvas,
            double bottom,
            Tone lit,
            Tone shade,
            Tone mist,
            double fade,
            double fromLeft,
            double texture) {
        Noise noise = new Noise(tops.length);
        double unit = 1.0 / canvas.height();
        int last = Math.min(canvas.height() - 1, (int) (bottom * canvas.height()));
        for (int y = 0; y <= last; y++) {
            for (int x = 0; x < canvas.width(); x++) {
                double above = y - tops[x + margin];
                if (above <= -1) {
                    continue;
                }
                double depth = Math.max(0, above * unit);
                double light = rock
                        ? strata(noise, x * unit, y * unit, fromLeft * slope(x, 0.03))
                        : sand(noise, x, depth, canvas.height(), fromLeft, texture);
                Tone tone = shade.mix(lit, Math.max(0, Math.min(1.15, light)));
                tone = tone.mix(mist, Noise.step(0, fade, depth) * 0.75);
                if (above < 0) {
                    canvas.cover(x, y, tone, 1 + above);
                } else {
                    canvas.set(x, y, tone);
                }
            }
        }
    }

    private double sand(Noise noise, int x, double depth, int height, double fromLeft, double texture) {
        double u = (double) x / height;
        double bend = noise.at(u * 3, depth * 5);
        // A crest runs on from its top towards the viewer, winding, and parts light from shade.
        double from = x - fromLeft * height * depth * (0.9 + 0.9 * bend);
        double calm = 1 / (1 + depth * 7);
        double light = 0.56 + 0.42 * fromLeft * slope(from, depth) * (0.35 + 0.65 * calm);
        return texture > 0 ? light + texture * ripple(noise, u, depth, bend) : light;
    }

    private static double strata(Noise noise, double u, double v, double facing) {
        double layers = noise.at(u * 0.8, v * 60 + 3 * noise.at(u * 4, 0.5));
        double gullies = noise.cloudy(u * 15 + 0.8 * noise.at(u * 30, v * 22), v * 5, 2);
        return 0.3 + 0.34 * (layers - 0.5) + 1.15 * (gullies - 0.4) + 0.2 * Math.max(-1, Math.min(1, facing));
    }

    private double slope(double x, double depth) {
        int spread = 1 + (int) (depth * 60);
        int index = (int) Math.max(spread, Math.min(slopes.length - 1 - spread, x + margin));
        double steep = (slopes[index - spread] + 2 * slopes[index] + slopes[index + spread]) * 0.25;
        return Math.max(-1.2, Math.min(1.2, steep * 0.75));
    }

    private static double ripple(Noise noise, double u, double depth, double bend) {
        double near = Noise.step(0.02, 0.2, depth);
        if (near <= 0) {
            return 0;
        }
        double wave = Math.sin(260 * Math.sqrt(depth + 0.05) + 9 * bend + 6 * noise.at(u * 9, depth * 24));
        return near * 0.09 * wave;
    }

    private static double rise(Shape shape, Noise noise, double t) {
        return switch (shape) {
            case DUNES ->
                0.72 * dune(noise, t + 0.5 * noise.at(t * 0.7, 3.5), 0)
                        + 0.13 * dune(noise, t * 2.3 + 0.4, 1)
                        + 0.3 * noise.at(t * 0.6, 9.5);
            case PEAKS -> peaks(noise, t);
            case MESAS -> mesa(noise, t) + 0.05 * noise.cloudy(t * 9, 5.5, 3);
        };
    }

    private static double dune(Noise noise, double t, int row) {
        int cell = (int) Math.floor(t);
        double within = t - cell;
        double crest = 0.55 + 0.2 * noise.cell(cell, row + 100);
        double size = 0.35 + 0.65 * noise.cell(cell, row);
        // The wind piles sand up a long slope; it slides down a short one.
        if (within < crest) {
            double s = within / crest;
            return size * s * s * (1.6 - 0.6 * s);
        }
        double s = (1 - within) / (1 - crest);
        return size * s * s;
    }

    private static double peaks(Noise noise, double t) {
        double sum = 0;
        double weight = 0.62;
        double scale = 1;
        for (int octave = 0; octave < 6; octave++) {
            sum += weight * (1 - Math.abs(2 * noise.at(t * scale, octave + 0.5) - 1));
            weight *= 0.42;
            scale *= 2.1;
        }
        return sum;
    }

    private static double mesa(Noise noise, double t) {
        double ground = noise.cloudy(t, 1.5, 4);
        return 0.12 * ground
                + 0.3 * Noise.step(0.44, 0.5, ground)
                + 0.33 * Noise.step(0.53, 0.545, ground)
                + 0.25 * Noise.step(0.61, 0.62, ground);
    }
}
