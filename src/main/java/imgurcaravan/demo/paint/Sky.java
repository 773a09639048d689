package imgurcaravan.demo.paint;

import java.util.SplittableRandom;

/**
 * A sky with its sun or moon, clouds, stars and northern lights.
 *
 * @param hour its colours
 * @param discX the sun's or moon's centre, in picture heights from the left
 * @param discY the same, in picture heights from the top
 * @param radius of the sun or moon, in picture heights
 * @param crescent whether most of the moon is dark
 * @param clouds how much of the sky they cover, 0 to 1
 * @param stars how many there are on a square of the picture's height
 * @param aurora the strength of the northern lights, 0 to 1
 * @param seed decides the shapes of all these
 */
record Sky(
        Hour hour,
        double discX,
        double discY,
        double radius,
        boolean crescent,
        double clouds,
        int stars,
        double aurora,
        int seed) {

    private static final Tone STARLIGHT = Tone.of(0xdfe8ff);
    private static final Tone AURORA_EDGE = Tone.of(0x39e79a);
    private static final Tone AURORA_TOP = Tone.of(0x8a3fd6);
    private static final double TURN = 2 * Math.PI;

    /** Paints the rows above {@code horizon}, in pixels, at {@code time}, 0 to 1, of an endless loop. */
    void paint(Canvas canvas, int horizon, double time) {
        int rows = Math.min(horizon, canvas.height());
        double unit = 1.0 / canvas.height();
        Noise noise = new Noise(seed);
        for (int y = 0; y < rows; y++) {
            Tone base = Tone.along(hour.sky(), (double) y / horizon);
            double v = y * unit;
            double cover = 0;
            for (int x = 0; x < canvas.width(); x++) {
                double u = x * unit;
                double distance = Noise.length(u - discX, v - discY);
                Tone tone = glow(base, distance);
                // The northern lights outshine the Milky Way.
                if (stars > 0 && aurora <= 0) {
                    tone = milkyWay(tone, noise, u, v);
                }
                if (distance < radius + unit) {
                    tone = disc(tone, noise, u - discX, v - discY, unit);
                }
                // So soft that two neighbours can share it, which saves most of the time.
                if (clouds > 0 && (x & 1) == 0) {
                    cover = cover(noise, u, v, (double) y / horizon);
                }
                if (cover > 0) {
                    tone = tone.mix(cloud(u, v), cover);
                }
                canvas.set(x, y, tone);
            }
        }
        if (aurora > 0) {
            paintAurora(canvas, rows, noise, time);
        }
        paintStars(canvas, rows, time);
    }

    private Tone glow(Tone base, double distance) {
        double wide = distance / 0.42;
        double near = distance / (radius * 1.9);
        Tone tone = base.mix(hour.glow(), 0.55 / (1 + wide * wide * wide));
        return tone.mix(hour.disc(), 0.5 / (1 + near * near * near));
    }

    private Tone disc(Tone tone, Noise noise, double u, double v, double unit) {
        double inside = edge(radius - Noise.length(u, v), unit);
        if (crescent) {
            double bite = Noise.length(u - radius * 0.42, v + radius * 0.2);
            inside *= edge(bite - radius * 0.92, unit);
        }
        double seas = stars > 0 ? 0.16 * Noise.step(0.45, 0.7, noise.cloudy(u / radius, v / radius, 3)) : 0;
        return tone.mix(hour.disc().times(1 - seas), inside);
    }

    private static double edge(double depth, double unit) {
        return Math.max(0, Math.min(1, depth / unit + 0.5));
    }

    private double cover(Noise noise, double u, double v, double fall) {
        // Clouds flatten towards the horizon, as a ceiling does.
        double lift = 1.9 / (1.25 - fall);
        double body = noise.cloudy(u * 1.5 + lift * 0.6, lift * 2.1 + v, 4);
        return Noise.step(0.72 - clouds * 0.35, 0.95 - clouds * 0.25, body) * 0.8 * (1 - 0.5 * fall);
    }

    private Tone cloud(double u, double v) {
        double lit = 0.55 + 0.45 * Noise.step(1.1, 0.1, Noise.length(u - discX, v - discY));
        return hour.glow().mix(hour.disc(), lit).mix(hour.haze(), 0.25);
    }

    private Tone milkyWay(Tone tone, Noise noise, double u, double v) {
        double across = (u - 0.9) * 0.62 + (v - 0.25) * 0.78;
        double band = 1 - Math.abs(across) / 0.26;
        if (band <= 0) {
            return tone;
        }
        double dust = noise.cloudy(u * 5, v * 5, 4);
        double lanes = Noise.step(0.3, 0.75, dust) * band * band * (3 - 2 * band);
        return tone.plus(hour.glow(), 0.42 * lanes);
    }

    private void paintAurora(Canvas canvas, int rows, Noise noise, double time) {
        double unit = 1.0 / canvas.height();
        for (int curtain = 0; curtain < 2; curtain++) {
            for (int x = 0; x < canvas.width(); x++) {
                double u = x * unit;
                double sway = 0.035 * Math.sin(TURN * (u * 0.7 + time) + curtain * 2.1);
                double base = 0.3 + 0.15 * curtain + sway + 0.3 * (noise.cloudy(u * 1.1, curtain * 7.7, 3) - 0.5);
                double rays = noise.cloudy(u * 16 + 2 * sway, curtain * 3.3, 4);
                double strength =
                        aurora * (0.2 + 1.5 * rays * rays) * Noise.step(0.2, 0.66, noise.at(u * 1.6, curtain + 40.5));
                double length = 0.1 + 0.22 * rays;
                // Beyond these rows there is too little light to see.
                int first = (int) Math.max(0, (base - 5 * length) * canvas.height());
                int last = strength > 0 ? (int) Math.min(rows, (base + 0.16) * canvas.height()) : 0;
                // From row to row it grows down to the curtain's edge, then ends fast, at two constant rates.
                double growth = Math.exp(unit / length);
                double decay = Math.exp(-34 * unit);
                double above = base - first * unit;
                double light = above < 0 ? Math.exp(above * 34) : Math.exp(-above / length);
                for (int y = first; y < last; y++) {
                    above = base - y * unit;
                    Tone tone = AURORA_EDGE.mix(AURORA_TOP, Noise.step(0.02, 0.3, above));
                    canvas.set(x, y, canvas.get(x, y).plus(tone, strength * light * 0.8));
                    light *= above > 0 ? growth : decay;
                }
            }
        }
    }

    private void paintStars(Canvas canvas, int rows, double time) {
        SplittableRandom random = new SplittableRandom(seed);
        double scale = Math.max(0.8, canvas.height() / 600.0);
        int count = stars * canvas.width() / canvas.height();
        for (int i = 0; i < count; i++) {
            double x = random.nextDouble() * canvas.width();
            double y = random.nextDouble() * rows;
            double rank = random.nextDouble();
            double bright = rank * rank * rank * rank * rank;
            double flicker = 1 + 0.35 * Math.sin(TURN * (time + random.nextDouble()));
            double fade = 1 - 0.85 * y / rows;
            boolean behindDisc = Noise.length(x / canvas.height() - discX, y / canvas.height() - discY) < radius * 1.2;
            if (!behindDisc) {
                double size = scale * (1.1 + 1.7 * bright);
                canvas.shine(x, y, size, STARLIGHT, (0.35 + 1.1 * bright) * fade * flicker);
            }
        }
    }
}
