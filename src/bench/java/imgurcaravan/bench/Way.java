package imgurcaravan.bench;

import java.util.List;

/**
 * One way to fetch the images of the gallery.
 *
 * @param name short, for options
 * @param inTurn whether it is measured in turn with the others, once a round; otherwise as often as wanted by one process
 */
record Way(String name, String title, WayKind kind, boolean inTurn, Measured measured) {

    enum WayKind {
        OURS,
        PEER
    }

    interface Measured {
        /** Measures this often, and only when all images came whole. */
        List<Run> run(int times) throws Exception;
    }
}
