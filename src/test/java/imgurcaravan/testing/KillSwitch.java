package imgurcaravan.testing;

import java.util.concurrent.atomic.AtomicInteger;

/** A step of a route that kills the process at its n-th exchange, as {@code kill -9} does. */
public final class KillSwitch {

    /** The exit code of a process that was killed this way. */
    public static final int EXIT = 137;

    private final AtomicInteger left = new AtomicInteger();

    public void setAfter(int exchanges) {
        left.set(exchanges);
    }

    /** The step. */
    public void pass() {
        if (left.decrementAndGet() == 0) {
            // No shutdown hook runs, and nothing is flushed or closed.
            Runtime.getRuntime().halt(EXIT);
        }
    }
}
