package imgurcaravan.run;

/**
 * Called at the end of every poll, on the thread that ends it; all listeners in the registry of the Camel context are
 * called.
 */
@FunctionalInterface
public interface PollListener {

    void pollEnded(PollSummary summary);
}
