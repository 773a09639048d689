package imgurcaravan.demo.paint;

import java.awt.Shape;
import java.awt.geom.Path2D;
import java.util.Arrays;

/**
 * Outlines of camels and their people, one unit tall, standing on y = 0 with y pointing up.
 *
 * <p>All parts of an outline run clockwise: where two overlap, the non-zero rule fills them as one.
 */
final class Silhouettes {

    private static final double[] DROMEDARY_BACK = {-0.25, 0.83, -0.15, 0.93, -0.04, 1.0, 0.07, 0.94, 0.17, 0.81};
    private static final double[] BACTRIAN_BACK = {
        -0.28, 0.83, -0.23, 0.94, -0.16, 0.985, -0.1, 0.93, -0.05, 0.82, 0.03, 0.82, 0.08, 0.93, 0.15, 0.985, 0.2, 0.92
    };
    private static final double[] RUMP = {-0.12, 0.54, -0.25, 0.57, -0.36, 0.58, -0.42, 0.66, -0.41, 0.75, -0.34, 0.81};
    private static final double[] FRONT = {
        0.27, 0.77, 0.36, 0.72, 0.44, 0.69, 0.52, 0.73, 0.575, 0.86, 0.605, 0.99, 0.64, 1.05, 0.70, 1.065, 0.79, 1.015,
        0.86, 0.965, 0.875, 0.925, 0.835, 0.905, 0.76, 0.92, 0.70, 0.925, 0.672, 0.87, 0.65, 0.76, 0.60, 0.645, 0.52,
        0.57, 0.43, 0.54, 0.34, 0.5, 0.24, 0.475, 0.06, 0.495
    };
    private static final double[] SADDLE = {
        -0.2, 0.9, -0.14, 0.945, 0.0, 0.97, 0.1, 0.93, 0.13, 0.86, 0.12, 0.72, 0.1, 0.6, -0.02, 0.585, -0.16, 0.6,
        -0.19, 0.72
    };
    private static final double[] RIDER = {
        -0.14, 0.9, -0.13, 1.08, -0.1, 1.21, -0.05, 1.27, 0.02, 1.27, 0.06, 1.2, 0.13, 1.1, 0.14, 1.06, 0.07, 1.07,
        0.07, 0.98, 0.15, 0.86, 0.16, 0.74, 0.1, 0.74, 0.05, 0.86, -0.04, 0.9
    };
    private static final double[] ROBE = {
        -0.17, 0.03, -0.14, 0.4, -0.11, 0.68, -0.07, 0.8, 0.0, 0.835, 0.08, 0.8, 0.12, 0.66, 0.15, 0.4, 0.19, 0.03, 0.1,
        0.0, 0.0, 0.02, -0.1, 0.0
    };

    private Silhouettes() {}

    /** A camel that looks right; {@code gait}, 0 to 1, is the place in its stride. */
    static Shape camel(double gait, boolean twoHumps) {
        Path2D camel = smooth(RUMP, twoHumps ? BACTRIAN_BACK : DROMEDARY_BACK, FRONT);
        camel.append(smooth(new double[] {0.625, 1.03, 0.61, 1.075, 0.625, 1.11, 0.655, 1.09, 0.665, 1.05}), false);
        camel.append(limb(-0.395, 0.74, -0.45, 0.64, -0.455, 0.5, 0.018, 0.014, 0.022), false);
        addLeg(camel, 0.27, 0.56, gait, 0.05, 0.085);
        addLeg(camel, -0.31, 0.64, gait + 0.08, -0.05, 0.15);
        addLeg(camel, 0.25, 0.56, gait + 0.5, 0.05, 0.085);
        addLeg(camel, -0.33, 0.64, gait + 0.58, -0.05, 0.15);
        return camel;
    }

    /** The cloth and the bags on a camel's back. */
    static Shape saddle() {
        return smooth(SADDLE);
    }

    /** Someone who sits on a camel, in the camel's measure. */
    static Shape rider() {
        Path2D rider = smooth(RIDER);
        rider.append(oval(-0.055, 1.25, 0.095, 0.12), false);
        rider.append(oval(-0.075, 1.31, 0.135, 0.075), false);
        return rider;
    }

    /** Someone who walks to the right in a long robe, with a staff. */
    static Shape walker() {
        Path2D walker = smooth(ROBE);
        walker.append(oval(-0.06, 0.8, 0.13, 0.16), false);
        walker.append(oval(-0.085, 0.885, 0.18, 0.11), false);
        walker.append(limb(0.05, 0.72, 0.16, 0.6, 0.26, 0.62, 0.07, 0.055, 0.04), false);
        walker.append(limb(0.25, 0.98, 0.265, 0.5, 0.28, 0.0, 0.018, 0.018, 0.018), false);
        return walker;
    }

    private static void addLeg(Path2D camel, double hipX, double hipY, double gait, double bend, double thigh) {
        double turn = 2 * Math.PI * gait;
        double footX = hipX + 0.15 * Math.cos(turn);
        double lift = Math.max(0, -Math.sin(turn)) * 0.07;
        double kneeX = (hipX * 0.45 + footX * 0.55) + bend * (0.5 + 6 * lift);
        double kneeY = hipY * 0.47 + lift * 0.6;
        camel.append(limb(hipX, hipY, (hipX + kneeX) / 2, (hipY + kneeY) / 2, kneeX, kneeY, thigh, 0.085, 0.05), false);
        camel.append(
                limb(kneeX, kneeY + 0.015, (kneeX + footX) / 2, (kneeY + lift) / 2, footX, lift, 0.05, 0.034, 0.042),
                false);
        camel.append(oval(kneeX - 0.027, kneeY - 0.02, 0.054, 0.06), false);
        camel.append(oval(footX - 0.03, lift - 0.008, 0.085, 0.04), false);
    }

    /** An oval in the box of the given lower left corner and size. */
    private static Path2D oval(double x, double y, double width, double height) {
        double[] points = new double[16];
        for (int i = 0; i < 8; i++) {
            points[2 * i] = x + width / 2 - width / 2 * Math.cos(i * Math.PI / 4);
            points[2 * i + 1] = y + height / 2 + height / 2 * Math.sin(i * Math.PI / 4);
        }
        return smooth(points);
    }

    /** A bent, tapering limb through three points, with its width at each. */
    static Path2D limb(
            double x0, double y0, double x1, double y1, double x2, double y2, double w0, double w1, double w2) {
        double length = Math.hypot(x2 - x0, y2 - y0);
        double nx = -(y2 - y0) / length / 2;
        double ny = (x2 - x0) / length / 2;
        return smooth(new double[] {
            x0 + nx * w0,
            y0 + ny * w0,
            x1 + nx * w1,
            y1 + ny * w1,
            x2 + nx * w2,
            y2 + ny * w2,
            x2 - nx * w2,
            y2 - ny * w2,
            x1 - nx * w1,
            y1 - ny * w1,
            x0 - nx * w0,
            y0 - ny * w0
        });
    }

    /** A closed curve that passes smoothly through all points, given as x, y, x, y and so on. */
    private static Path2D smooth(double[]... parts) {
        double[] points =
                Arrays.stream(parts).flatMapToDouble(java.util.Arrays::stream).toArray();
        int count = points.length / 2;
        Path2D path = new Path2D.Double(Path2D.WIND_NON_ZERO);
        path.moveTo(points[0], points[1]);
        for (int i = 0; i < count; i++) {
            int before = 2 * ((i + count - 1) % count);
            int here = 2 * i;
            int next = 2 * ((i + 1) % count);
            int after = 2 * ((i + 2) % count);
            path.curveTo(
                    points[here] + (points[next] - points[before]) / 6,
                    points[here + 1] + (points[next + 1] - points[before + 1]) / 6,
                    points[next] - (points[after] - points[here]) / 6,
                    points[next + 1] - (points[after + 1] - points[here + 1]) / 6,
                    points[next],
                    points[next + 1]);
        }
        path.closePath();
        return path;
    }
}
