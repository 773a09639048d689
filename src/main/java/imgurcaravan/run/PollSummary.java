package imgurcaravan.run;

import java.time.Duration;
import java.util.Locale;

/**
 * What one poll came to.
 *
 * @param pollId names the poll
 * @param took from the timer's fire to the end of the last image
 * @param listed images of a kept type in the listing, each as often as it is listed
 * @param downloaded images that this poll brought into place
 * @param known images that were in place, queued or in flight already
 * @param failed images that could not be had; each has a line of its own in the log
 * @param ignored items of the listing that were unusable; each has a line of its own in the log
 * @param left images that a stop left undone
 * @param postponed albums whose rest has to wait for a later poll
 * @param bytes size of the downloaded images
 * @param readable whether every page of the gallery could be read
 * @param cutShort whether a stop ended the listing before its end
 */
public record PollSummary(
        String pollId,
        Duration took,
        int listed,
        int downloaded,
        int known,
        int failed,
        int ignored,
        int left,
        int postponed,
        long bytes,
        boolean readable,
        boolean cutShort) {

    /** How a process that makes only this poll ends. */
    public ExitCode exitCode() {
        if (!readable) {
            return ExitCode.UNAVAILABLE;
        }
        return failed > 0 || left > 0 || postponed > 0 || cutShort ? ExitCode.SOME_FAILED : ExitCode.OK;
    }

    /** The line that ends every poll: {@code Took 0.84 s: 120 listed, 118 downloaded, 2 known, 0 failed, 46.8 MB}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "Took %.2f s: %d listed, %d downloaded, %d known, %d failed, %s",
                took.toNanos() / 1e9,
                listed,
                downloaded,
                known,
                failed,
                Quantity.formatBytes(bytes));
    }
}
