package imgurcaravan.state;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.run.PollSummary;
import imgurcaravan.state.PollHistory.FinishedPoll;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PollHistoryTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    private static PollSummary summary(String id) {
        return new PollSummary(id, Duration.ofMillis(840), 120, 110, 2, 3, 4, 5, 6, 46_800_000_000L, true, false);
    }

    @Test
    void keepsPollsOverTheEndOfTheProcess() {
        try (StateFile state = new StateFile(folder.resolve("archive.db"))) {
            PollHistory history = new PollHistory(state);
            assertThat(history.latest(5)).isEmpty();
            history.add(START, summary("one"));
            history.add(START.plusSeconds(900), summary("two"));
        }
        try (StateFile state = new StateFile(folder.resolve("archive.db"))) {
            PollHistory history = new PollHistory(state);

            assertThat(history.latest(5))
                    .containsExactly(
                            new FinishedPoll(START.plusSeconds(900), summary("two")),
                            new FinishedPoll(START, summary("one")));
            assertThat(history.latest(1))
                    .extracting(poll -> poll.summary().pollId())
                    .containsExactly("two");
        }
    }

    @Test
    void keepsTheLastTenThousand() {
        try (StateFile state = new StateFile(folder.resolve("archive.db"))) {
            PollHistory history = new PollHistory(state);
            for (int i = 0; i < 10_050; i++) {
                history.add(START, summary("poll" + i));
            }

            List<FinishedPoll> all = history.latest(20_000);

            assertThat(all).hasSize(10_000);
            assertThat(all.get(0).summary().pollId()).isEqualTo("poll10049");
            assertThat(all.get(9_999).summary().pollId()).isEqualTo("poll50");
        }
    }
}
