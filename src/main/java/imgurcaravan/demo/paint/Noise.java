package imgurcaravan.demo.paint;

/** Smooth noise over the plane that depends on nothing but its seed. */
record Noise(int seed) {

    private static final double INTEGER_SPAN = 0x1p-32;

    /** A value of 0 to 1 that differs from one lattice point to the next. */
    double cell(int x, int y) {
        int hash = seed ^ x * 0x27d4eb2d ^ y * 0x165667b1;
        hash = (hash ^ hash >>> 15) * 0x85ebca6b;
        hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
        return (hash ^ hash >>> 16) * INTEGER_SPAN + 0.5;
    }

    /** A value of 0 to 1 that changes smoothly, about once per unit of length. */
    double at(double x, double y) {
        int left = floor(x);
        int top = floor(y);
        double across = ease(x - left);
        double down = ease(y - top);
        double upper = cell(left, top) + (cell(left + 1, top) - cell(left, top)) * across;
        double lower = cell(left, top + 1) + (cell(left + 1, top + 1) - cell(left, top + 1)) * across;
        return upper + (lower - upper) * down;
    }

    /** A cloudy value of 0 to 1: noise plus finer and fainter noise, {@code octaves} times. */
    double cloudy(double x, double y, int octaves) {
        double sum = 0;
        double weight = 0.5;
        double total = 0;
        double u = x;
        double v = y;
        for (int i = 0; i < octaves; i++) {
            sum += weight * at(u, v);
            total += weight;
            weight *= 0.5;
            // Turns the lattice between octaves, so that it does not show.
            double turned = 1.6 * u - 1.2 * v + 17.3;
            v = 1.2 * u + 1.6 * v + 9.1;
            u = turned;
        }
        return sum / total;
    }

    /** Rises smoothly from 0, at {@code low} and below, to 1, at {@code high} and above. */
    static double step(double low, double high, double value) {
        double share = Math.max(0, Math.min(1, (value - low) / (high - low)));
        return share * share * (3 - 2 * share);
    }

    /** The length of a vector; {@link Math#hypot} is too exact to be called for every pixel. */
    static double length(double x, double y) {
        return Math.sqrt(x * x + y * y);
    }

    private static double ease(double t) {
        return t * t * t * (t * (t * 6 - 15) + 10);
    }

    private static int floor(double value) {
        int whole = (int) value;
        return value < whole ? whole - 1 : whole;
    }
}
