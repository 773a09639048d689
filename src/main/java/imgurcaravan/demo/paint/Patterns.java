package imgurcaravan.demo.paint;

import java.util.List;
import java.util.SplittableRandom;

/** Paints pictures that come of one formula, pixel by pixel or grain by grain. */
final class Patterns {

    private static final List<List<Tone>> GLOWS = List.of(
            Tone.ramp(0x0b0a1f, 0x1f1b4f, 0x6b2a7a, 0xd8456b, 0xff9a56, 0xffe9b0, 0xfffdf2),
            Tone.ramp(0x04121f, 0x0b3550, 0x14707f, 0x59b7a0, 0xe8e3b4, 0xf0a94e, 0x7a2a1e),
            Tone.ramp(0x120a12, 0x4a1626, 0xa8352c, 0xec8a3c, 0xfbd98a, 0xb9d7c8, 0x2f6f86),
            Tone.ramp(0x0a0f24, 0x18386b, 0x3f7fb5, 0xb8dbe0, 0xfbf1d8, 0xe5a06a, 0x8c3b4a));
    private static final double[][] SEEDBEDS = {
        {-0.7269, 0.1889}, {-0.4, 0.6}, {-0.70176, -0.3842}, {-0.74543, 0.11301}, {0.285, 0.0105}, {-0.72, -0.3}
    };
    private static final double PER_DOUBLING = 1 / Math.log(2);
    private static final int LONGEST = 140;
    private static final int FINENESS = 16;

    private Patterns() {}

    /** Paints a Julia set: how fast each point flees under {@code z -> z * z + c}. */
    static void julia(Canvas canvas, SplittableRandom random) {
        double[] c = SEEDBEDS[random.nextInt(SEEDBEDS.length)];
        // A little further out than the best known places, points flee sooner.
        double out = 1.011 + 0.01 * random.nextDouble();
        double re = c[0] * out;
        double im = c[1] * out;
        List<Tone> stops = GLOWS.get(random.nextInt(GLOWS.size()));
        double turn = 0.8 * (random.nextDouble() - 0.5);
        double fit = Math.max(3.2 / canvas.width(), 2.0 / canvas.height());
        double unit = fit * (0.65 + 0.35 * random.nextDouble());
        double cos = Math.cos(turn) * unit;
        double sin = Math.sin(turn) * unit;
        Tone[] glow = new Tone[LONGEST * FINENESS + 1];
        for (int i = 0; i < glow.length; i++) {
            double patience = (double) i / FINENESS;
            glow[i] = Tone.along(stops, Math.log1p(patience * 0.35) / Math.log1p(LONGEST * 0.35));
        }
        double middleX = (canvas.width() - 1) * 0.5;
        double middleY = (canvas.height() - 1) * 0.5;
        // The set looks the same upside down, so that half of it is enough.
        for (int y = 0; y <= middleY; y++) {
            for (int x = 0; x < canvas.width(); x++) {
                double u = x - middleX;
                double v = y - middleY;
                double patience = flight(u * cos - v * sin, u * sin + v * cos, re, im);
                Tone tone = glow[(int) (patience * FINENESS)];
                // Where neighbours differ most, one sample a pixel would sparkle.
                if (patience > 24) {
                    double du = u + 0.5;
                    double dv = v + 0.5;
                    double more = flight(du * cos - dv * sin, du * sin + dv * cos, re, im);
                    tone = tone.mix(glow[(int) (more * FINENESS)], 0.5);
                }
                canvas.set(x, y, tone);
                canvas.set(canvas.width() - 1 - x, canvas.height() - 1 - y, tone);
            }
        }
    }

    /** How many steps, with a fraction, it takes a point to be far away. */
    private static double flight(double startX, double startY, double re, double im) {
        double x = startX;
        double y = startY;
        for (int i = 0; i < LONGEST; i++) {
            double xx = x * x;
            double yy = y * y;
            if (xx + yy > 256) {
                return Math.max(0, Math.min(LONGEST, i + 3 - Math.log(Math.log(xx + yy)) * PER_DOUBLING));
            }
            y = 2 * x * y + im;
            x = xx - yy + re;
        }
        return LONGEST;
    }

    /** Paints sand that the wind carries past a big, low sun. */
    static void wind(Canvas canvas, SplittableRandom random) {
        List<Tone> ground = GLOWS.get(random.nextInt(GLOWS.size()));
        int height = canvas.height();
        for (int y = 0; y < height; y++) {
            Tone row = Tone.along(ground, 0.08 + 0.2 * y / height);
            for (int x = 0; x < canvas.width(); x++) {
                canvas.set(x, y, row);
            }
        }
        Noise noise = new Noise(random.nextInt());
        double aspect = (double) canvas.width() / height;
        double sunX = aspect * (0.3 + 0.4 * random.nextDouble());
        double sunY = 0.35 + 0.2 * random.nextDouble();
        double sunRadius = 0.24 + 0.08 * random.nextDouble();
        int length = (int) (height * 0.24) + 8;
        int threads = (int) (0.95 * canvas.width() * height / length);
        for (int i = 0; i < threads; i++) {
            double x = (random.nextDouble() * 1.2 - 0.1) * canvas.width();
            double y = (random.nextDouble() * 1.2 - 0.1) * height;
            double shade = random.nextDouble();
            Tone sand = Tone.along(ground, 0.1 + 0.3 * y / height + 0.2 * shade * shade);
            Tone sunlit = Tone.along(ground, 0.6 + 0.26 * shade);
            double acrossWind = 0;
            double downWind = 0;
            for (int step = 0; step < length; step++) {
                if (step % 3 == 0) {
                    double angle = 4.6 * (noise.cloudy(x / height * 1.25, y / height * 1.9, 2) - 0.5);
                    acrossWind = Math.cos(angle);
                    downWind = Math.sin(angle);
                }
                x += acrossWind;
                y += downWind;
                boolean sun = Noise.length(x / height - sunX, y / height - sunY) < sunRadius;
                double along = (step + 0.5) / length;
                double opacity = (sun ? 0.9 : 0.35 + 0.45 * shade) * 4 * along * (1 - along);
                canvas.dot(x, y, sun ? sunlit : sand, opacity);
            }
        }
    }
}
