package imgurcaravan.demo.paint;

import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The 255 colours that serve some pictures best, and the dithering of other pictures to them. */
final class Palette {

    /** How many colours there are, one less than a GIF has room for. */
    static final int SIZE = 255;

    private static final int[] BAYER = {
        0, 32, 8, 40, 2, 34, 10, 42, 48, 16, 56, 24, 50, 18, 58, 26, 12, 44, 4, 36, 14, 46, 6, 38, 60, 28, 52, 20, 62,
        30, 54, 22, 3, 35, 11, 43, 1, 33, 9, 41, 51, 19, 59, 27, 49, 17, 57, 25, 15, 47, 7, 39, 13, 45, 5, 37, 63, 31,
        55, 23, 61, 29, 53, 21
    };
    private static final double DITHER = 7.0 / 64;

    private final int[] colours;
    // The nearest colour of each cell of a cube with 64 steps a side, plus 1; 0 while it is not known.
    private final short[] nearest = new short[1 << 18];

    private Palette(int[] colours) {
        this.colours = colours;
    }

    /** Chooses the colours for pictures that are given as pixels {@code 0xRRGGBB}. */
    static Palette of(int[]... pictures) {
        int[] counts = new int[1 << 18];
        for (int[] picture : pictures) {
            for (int pixel : picture) {
                counts[cell(pixel >> 16 & 0xff, pixel >> 8 & 0xff, pixel & 0xff)]++;
            }
        }
        int[] cells = new int[counts.length];
        int used = 0;
        for (int cell = 0; cell < counts.length; cell++) {
            if (counts[cell] > 0) {
                cells[used++] = cell;
            }
        }
        List<Box> boxes = new ArrayList<>();
        boxes.add(Box.of(cells, counts, 0, used));
        while (boxes.size() < SIZE) {
            Box largest =
                    boxes.stream().max(Comparator.comparingDouble(Box::weight)).orElseThrow();
            if (largest.to() - largest.from() < 2) {
                break;
            }
            boxes.remove(largest);
            int middle = largest.cut(cells, counts);
            boxes.add(Box.of(cells, counts, largest.from(), middle));
            boxes.add(Box.of(cells, counts, middle, largest.to()));
        }
        return new Palette(
                boxes.stream().mapToInt(box -> box.mean(cells, counts)).toArray());
    }

    /** The colours as an index model with 256 entries, of which {@code seeThrough} is transparent. */
    IndexColorModel colours(int seeThrough) {
        int[] table = Arrays.copyOf(colours, SIZE + 1);
        for (int i = 0; i < colours.length; i++) {
            table[i] |= 0xff000000;
        }
        return new IndexColorModel(8, table.length, table, 0, true, seeThrough, 0);
    }

    /** Replaces pixels {@code 0xRRGGBB}, in rows of {@code width}, by indexes; what does not move does not flicker. */
    byte[] indexes(int[] pixels, int width) {
        byte[] indexes = new byte[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            int shift = (int) ((BAYER[(i / width & 7) * 8 + (i % width & 7)] - 31.5) * DITHER);
            int pixel = pixels[i];
            int cell = cell(
                    clamp((pixel >> 16 & 0xff) + shift),
                    clamp((pixel >> 8 & 0xff) + shift),
                    clamp((pixel & 0xff) + shift));
            if (nearest[cell] == 0) {
                nearest[cell] = (short) (search(cell) + 1);
            }
            indexes[i] = (byte) (nearest[cell] - 1);
        }
        return indexes;
    }

    private int search(int cell) {
        int best = 0;
        int closest = Integer.MAX_VALUE;
        for (int i = 0; i < colours.length; i++) {
            int red = (colours[i] >> 16 & 0xff) - channel(cell, 0);
            int green = (colours[i] >> 8 & 0xff) - channel(cell, 1);
            int blue = (colours[i] & 0xff) - channel(cell, 2);
            int distance = 3 * red * red + 5 * green * green + 2 * blue * blue;
            if (distance < closest) {
                closest = distance;
                best = i;
            }
        }
        return best;
    }

    private static int clamp(int value) {
        return Math.max(0, Math.min(255, value));
    }

    private static int cell(int red, int green, int blue) {
        return red >> 2 << 12 | green >> 2 << 6 | blue >> 2;
    }

    /** The middle of a cell in one channel: 0 is red, 1 green, 2 blue. */
    private static int channel(int cell, int channel) {
        return (cell >> (12 - 6 * channel) & 63) << 2 | 2;
    }

    /** The cells from index {@code from} up to {@code to}, which get one colour unless they are cut. */
    private record Box(int from, int to, int longest, double weight) {

        static Box of(int[] cells, int[] counts, int from, int to) {
            double pixels = 0;
            for (int i = from; i < to; i++) {
                pixels += counts[cells[i]];
            }
            int longest = 0;
            int side = -1;
            for (int channel = 0; channel < 3; channel++) {
                int low = 255;
                int high = 0;
                for (int i = from; i < to; i++) {
                    low = Math.min(low, channel(cells[i], channel));
                    high = Math.max(high, channel(cells[i], channel));
                }
                if (high - low > side) {
                    side = high - low;
                    longest = channel;
                }
            }
            // The root keeps small, bright things, a fire or the sun, from being forgotten.
            return new Box(from, to, longest, side * Math.sqrt(pixels));
        }

        /** Sorts its cells along the longest side and returns where half of the pixels are on either side. */
        int cut(int[] cells, int[] counts) {
            long[] keyed = new long[to - from];
            long pixels = 0;
            for (int i = from; i < to; i++) {
                keyed[i - from] = (long) channel(cells[i], longest) << 32 | cells[i];
                pixels += counts[cells[i]];
            }
            Arrays.sort(keyed);
            long below = 0;
            int middle = from;
            for (int i = from; i < to; i++) {
                cells[i] = (int) keyed[i - from];
                if (below * 2 < pixels) {
                    middle = i + 1;
                }
                below += counts[cells[i]];
            }
            return Math.max(from + 1, Math.min(to - 1, middle));
        }

        int mean(int[] cells, int[] counts) {
            long[] sums = new long[3];
            long pixels = 0;
            for (int i = from; i < to; i++) {
                for (int channel = 0; channel < 3; channel++) {
                    sums[channel] += (long) channel(cells[i], channel) * counts[cells[i]];
                }
                pixels += counts[cells[i]];
            }
            return (int) (sums[0] / pixels) << 16 | (int) (sums[1] / pixels) << 8 | (int) (sums[2] / pixels);
        }
    }
}
