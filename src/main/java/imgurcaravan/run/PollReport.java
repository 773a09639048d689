package imgurcaravan.run;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lines of the log at the end of a poll. */
final class PollReport {

    /** How many unusable items of one poll are named in the log. */
    static final int MAX_NAMED = 100;

    private static final Logger LOG = LoggerFactory.getLogger(PollReport.class);

    private PollReport() {}

    /** Logs the result of a poll, after what else there is to say about it. */
    static void log(PollSummary summary, String kind) {
        if (summary.ignored() > 0) {
            String named = summary.ignored() <= MAX_NAMED ? "each" : "the first " + MAX_NAMED + " of them";
            LOG.warn("Ignored {} unusable items of the gallery, {} named above", summary.ignored(), named);
        }
        if (summary.postponed() > 0) {
            LOG.warn(
                    "Postponed the rest of {} albums, to stay within imgur.api.daily-requests; later polls request it",
                    summary.postponed());
        }
        if (summary.left() > 0) {
            LOG.warn(
                    "Stopped with {} listed images still to download; the next {} lists them again",
                    summary.left(),
                    kind);
        } else if (summary.cutShort()) {
            LOG.warn("Stopped before the end of the listing; the next {} lists the rest", kind);
        }
        LOG.info("{}", summary);
    }
}
