package imgurcaravan.state;

import imgurcaravan.run.PollSummary;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The last 10,000 finished polls. Thread-safe; every method throws {@link StateException}. */
public final class PollHistory {

    private static final int KEPT = 10_000;

    private final StateFile state;

    /** A poll and when it started. */
    public record FinishedPoll(Instant start, PollSummary summary) {}

    public PollHistory(StateFile state) {
        this.state = state;
    }

    public void add(Instant start, PollSummary summary) {
        state.write(sql -> {
            sql.update(
                    "INSERT INTO poll (id, start_time, millis, listed, downloaded, known, failed, skipped, unfinished,"
                            + " postponed, bytes, readable, cut_short) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    summary.pollId(),
                    start.toEpochMilli(),
                    summary.took().toMillis(),
                    summary.listed(),
                    summary.downloaded(),
                    summary.known(),
                    summary.failed(),
                    summary.ignored(),
                    summary.left(),
                    summary.postponed(),
                    summary.bytes(),
                    summary.readable() ? 1 : 0,
                    summary.cutShort() ? 1 : 0);
            return sql.update("DELETE FROM poll WHERE number <= (SELECT max(number) FROM poll) - ?", KEPT);
        });
    }

    /** The latest polls, the last one first. */
    public List<FinishedPoll> latest(int count) {
        return state.read(sql -> sql.all("SELECT * FROM poll ORDER BY number DESC LIMIT ?", PollHistory::read, count));
    }

    private static FinishedPoll read(ResultSet row) throws SQLException {
        return new FinishedPoll(
                Instant.ofEpochMilli(row.getLong("start_time")),
                new PollSummary(
                        row.getString("id"),
                        Duration.ofMillis(row.getLong("millis")),
                        row.getInt("listed"),
                        row.getInt("downloaded"),
                        row.getInt("known"),
                        row.getInt("failed"),
                        row.getInt("skipped"),
                        row.getInt("unfinished"),
                        row.getInt("postponed"),
                        row.getLong("bytes"),
                        row.getInt("readable") != 0,
                        row.getInt("cut_short") != 0));
    }
}
