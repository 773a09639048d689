package imgurcaravan.bench;

import java.util.List;

/**
 * One way to fetch the images of the gallery.
 *
 * @param name short, for options
 * @param inTurn whether it is measured in turn with the others, once per round; otherwise one process makes all
 *     measurements
 */
record Way(String name, String title, WayKind kind, boolean inTurn, Measured measured) {

    enum WayKind {
        OURS,
        PEER
    }

    interface Measured {
        /** Measures this many times, and fails unless all images are whole. */
        List<Run> run(int times) throws Exception;
    }
}
