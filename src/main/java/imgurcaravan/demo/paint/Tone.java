package imgurcaravan.demo.paint;

import java.awt.Color;
import java.util.List;
import java.util.stream.IntStream;

/** A colour as intensities of red, green and blue, each nominally 0 to 1 and clamped only when it becomes a pixel. */
record Tone(double red, double green, double blue) {

    private static final double STEP = 1 / 255.0;

    /** Reads a colour written as {@code 0xRRGGBB}. */
    static Tone of(int rgb) {
        return new Tone((rgb >> 16 & 0xff) * STEP, (rgb >> 8 & 0xff) * STEP, (rgb & 0xff) * STEP);
    }

    /** Reads colours written as {@code 0xRRGGBB}, in their order. */
    static List<Tone> ramp(int... colours) {
        return IntStream.of(colours).mapToObj(Tone::of).toList();
    }

    /** The colour at {@code place}, 0 to 1, along evenly spaced {@code stops}; outside that range, the end stop. */
    static Tone along(List<Tone> stops, double place) {
        double scaled = Math.max(0, Math.min(1, place)) * (stops.size() - 1);
        int index = Math.min((int) scaled, stops.size() - 2);
        return stops.get(index).mix(stops.get(index + 1), scaled - index);
    }

    /** This colour with {@code share}, 0 to 1, of another in it. */
    Tone mix(Tone other, double share) {
        double own = 1 - share;
        return new Tone(
                red * own + other.red * share, green * own + other.green * share, blue * own + other.blue * share);
    }

    /** This colour with a light shining on it: {@code strength} is 0 for none, 1 for the whole of it. */
    Tone plus(Tone light, double strength) {
        return new Tone(red + light.red * strength, green + light.green * strength, blue + light.blue * strength);
    }

    /** This colour darkened, with a {@code factor} below 1, or brightened. */
    Tone times(double factor) {
        return new Tone(red * factor, green * factor, blue * factor);
    }

    /** The pixel value {@code 0xRRGGBB}; {@code grain}, -0.5 to 0.5, decides how halves are rounded. */
    int rgb(double grain) {
        double half = grain + 0.5;
        return channel(red, half) << 16 | channel(green, half) << 8 | channel(blue, half);
    }

    /** The colour for Java 2D with an {@code opacity} of 0 to 1. */
    Color color(double opacity) {
        return new Color(rgb(0) | (int) Math.round(opacity * 255) << 24, true);
    }

    private static int channel(double value, double half) {
        return (int) Math.max(0, Math.min(255, value * 255 + half));
    }
}
