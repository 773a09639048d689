package imgurcaravan.run;

/** Hears of the end of every poll, on the thread that ends it; any in the registry of the Camel context is told. */
@FunctionalInterface
public interface PollListener {

    void pollEnded(PollSummary summary);
}
