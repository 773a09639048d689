package imgurcaravan.demo.paint;

import java.util.List;
import java.util.SplittableRandom;

/** Composes the desert: a sky, ranges one behind the other, and a caravan that crosses them. */
final class Landscape {

    /** What there is to see. */
    enum Kind {
        DAWN,
        NOON,
        DUSK,
        NIGHT,
        AURORA,
        OASIS,
        CANYON
    }

    private final Canvas canvas;
    private final Kind kind;
    private final SplittableRandom random;
    private final double aspect;
    private final Hour hour;
    private final double horizon;
    private final Sky sky;

    private Landscape(Canvas canvas, Kind kind, SplittableRandom random) {
        this.canvas = canvas;
        this.kind = kind;
        this.random = random;
        this.aspect = (double) canvas.width() / canvas.height();
        this.hour = pick(
                switch (kind) {
                    case DAWN -> List.of(Hour.ROSE_DAWN, Hour.MILKY_DAWN);
                    case NOON -> List.of(Hour.GOLD_NOON, Hour.RED_NOON);
                    case DUSK -> List.of(Hour.EMBER_DUSK, Hour.PLUM_DUSK);
                    case NIGHT -> List.of(Hour.BLUE_NIGHT, Hour.VIOLET_NIGHT);
                    case AURORA -> List.of(Hour.POLAR_NIGHT);
                    case OASIS -> List.of(Hour.PLUM_DUSK, Hour.ROSE_DAWN, Hour.EMBER_DUSK, Hour.MILKY_DAWN);
                    case CANYON -> List.of(Hour.RED_NOON, Hour.EMBER_DUSK, Hour.PLUM_DUSK);
                });
        this.horizon = between(0.58, 0.64);
        this.sky = sky();
    }

    /** Paints a landscape that no other draw of {@code random} repeats, with a caravan on its way. */
    static void paint(Canvas canvas, Kind kind, SplittableRandom random) {
        new Landscape(canvas, kind, random).paint(0, false);
    }

    /** Paints one moment, {@code time} 0 to 1, of a landscape that lives in an endless loop. */
    static void paintMoment(Canvas canvas, Kind kind, SplittableRandom random, double time) {
        new Landscape(canvas, kind, random).paint(time, true);
    }

    private Sky sky() {
        boolean left = random.nextBoolean();
        double side = aspect * (left ? between(0.16, 0.34) : between(0.66, 0.84));
        int seed = random.nextInt();
        return switch (kind) {
            case DAWN -> new Sky(hour, side, horizon - between(0.08, 0.16), 0.045, false, 0.45, 0, 0, seed);
            case NOON -> new Sky(hour, side, between(0.1, 0.2), 0.04, false, 0.75, 0, 0, seed);
            case DUSK -> new Sky(hour, side, horizon - between(0.1, 0.15), 0.15, false, 0.4, 0, 0, seed);
            case NIGHT -> new Sky(hour, side, between(0.14, 0.26), 0.055, random.nextBoolean(), 0, 900, 0, seed);
            case AURORA -> new Sky(hour, side, 0.1, 0.018, false, 0, 600, 1, seed);
            case OASIS -> new Sky(hour, side, horizon - between(0.12, 0.2), 0.06, false, 0.5, 0, 0, seed);
            case CANYON -> new Sky(hour, side, between(0.14, 0.3), 0.05, false, 0.6, 0, 0, seed);
        };
    }

    private void paint(double time, boolean endless) {
        sky.paint(canvas, (int) ((horizon + 0.06) * canvas.height()), time);
        paintDistance();
        double base = horizon + (kind == Kind.OASIS ? 0.06 : 0.13);
        Ridge way = ridge(Ridge.Shape.DUNES, base, kind == Kind.OASIS ? 0.03 : 0.1, 1.5);
        range(way, base + 0.16, 0.22, 0.3, 0.4);
        if (kind == Kind.OASIS) {
            double grove = canvas.width() * away(0.2, 0.38);
            new Grove(way, hour.ink().mix(hour.haze(), 0.1)).paint(canvas, grove, random);
        }
        paintCaravan(way, time, endless);
        Ridge front = ridge(Ridge.Shape.DUNES, 1.04, 0.2, 1.5);
        if (kind == Kind.OASIS) {
            new Water(hour.sky().get(0), base + 0.012).paint(canvas);
            double x = canvas.width() * (fromLeft() ? 0.1 : 0.9);
            new Grove(front, hour.ink()).paintPalm(canvas, x, 0.66 * canvas.height(), random);
            range(front, 1, -0.25, 9, 1);
        } else {
            Ridge near = ridge(Ridge.Shape.DUNES, base + 0.16, 0.13, 1.0);
            range(near, 1, 0.06, 0.6, 0.7);
            if (kind == Kind.NIGHT) {
                double x = canvas.width() * away(0.2, 0.32);
                new Camp(near, x, 0.1 * canvas.height(), hour.ink()).paint(canvas, time);
            }
            range(front, 1, -0.22, 9, 1);
        }
    }

    private void paintDistance() {
        Ridge.Shape shape =
                switch (kind) {
                    case AURORA -> Ridge.Shape.PEAKS;
                    case CANYON -> Ridge.Shape.MESAS;
                    default -> Ridge.Shape.DUNES;
                };
        if (shape == Ridge.Shape.DUNES) {
            range(ridge(shape, horizon + 0.01, 0.07, 0.7), horizon + 0.05, 0.72, 0.12, 0);
            range(ridge(shape, horizon + 0.05, 0.065, 0.9), horizon + 0.08, 0.48, 0.16, 0);
            range(ridge(shape, horizon + 0.08, 0.08, 0.8), horizon + 0.13, 0.34, 0.2, 0.2);
        } else {
            range(ridge(shape, horizon + 0.02, 0.3, 0.62), horizon + 0.06, 0.5, 0.3, 0);
            range(ridge(shape, horizon + 0.06, 0.2, 0.8), horizon + 0.13, 0.22, 0.22, 0);
        }
    }

    private Ridge ridge(Ridge.Shape shape, double base, double relief, double span) {
        return new Ridge(canvas, shape, base, relief, span, random.nextInt());
    }

    /** Paints a range with {@code haze}, 0 to 1, over its colours; a haze below 0 darkens them instead. */
    private void range(Ridge ridge, double bottom, double haze, double fade, double texture) {
        Tone over = haze < 0 ? hour.ink() : hour.haze();
        Tone lit = hour.lit().mix(over, Math.abs(haze));
        Tone shade = hour.shade().mix(over, Math.abs(haze));
        ridge.paint(canvas, bottom, lit, shade, hour.haze(), fade, fromLeft() ? 1 : -1, texture);
    }

    private void paintCaravan(Ridge way, double time, boolean endless) {
        double size = between(0.095, 0.125) * canvas.height() * Math.min(1, aspect / 1.2);
        Tone shadow = hour.shade().mix(hour.ink(), 0.35);
        Caravan caravan = new Caravan(way, size, hour.ink(), shadow, sky.discX() * canvas.height(), random.nextLong());
        int camels = 4 + random.nextInt(4);
        double length = (camels * 1.62 + 1.3) * size;
        double spare = Math.max(0, canvas.width() - length);
        double start = size * 0.7 + spare * between(0.1, 0.9);
        if (kind == Kind.DUSK) {
            // Against the sun, of course.
            start = sky.discX() * canvas.height() - length * between(0.3, 0.6);
            start = Math.max(size * 0.7, Math.min(size * 0.7 + spare, start));
        }
        if (endless) {
            caravan.paintEndless(canvas, time);
        } else {
            caravan.paint(canvas, start, camels);
        }
    }

    private boolean fromLeft() {
        return sky.discX() < aspect / 2;
    }

    /** A place, as a share of the width, so far from the edge that the light does not come from. */
    private double away(double low, double high) {
        double share = between(low, high);
        return fromLeft() ? 1 - share : share;
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private double between(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }
}
