package imgurcaravan.testing;

import org.opentest4j.TestAbortedException;

/** What a test needs of the machine. */
final class Requirement {

    private Requirement() {}

    /** What to throw to skip the test for this reason; where {@code CI} is set, this fails. */
    static TestAbortedException missing(String reason) {
        if (System.getenv("CI") != null) {
            throw new AssertionError(reason);
        }
        return new TestAbortedException(reason);
    }
}
