package imgurcaravan.run;

import java.time.Duration;
import java.util.Locale;

/**
 * The result of one poll.
 *
 * @param pollId names the poll
 * @param took from its beginning to the end of the last image
 * @param listed images of a kept type in the listing, counted every time they are listed
 * @param downloaded images that this poll put in place
 * @param known images that were in place, queued, in flight or failed already
 * @param failed images that failed; each has its own line in the log
 * @param ignored unusable items of the listing; each has its own line in the log
 * @param left images that were not finished because of a stop
 * @param postponed albums whose rest was postponed to a later poll
 * @param bytes size of the downloaded images
 * @param readable whether every page of the gallery could be read
 * @param cutShort whether a stop ended the reading of the listing early
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

    /** The exit code of a process that makes only this poll. */
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
