package imgurcaravan.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.http.RateLimitHeaders;
import imgurcaravan.testing.VirtualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetTest {

    private static final Duration DAY = Duration.ofDays(1);

    private final VirtualClock clock = new VirtualClock();

    @TempDir
    private Path folder;

    private Budget budget(int daily, int pages) {
        Budget budget = new Budget();
        budget.configure(daily, pages, folder.resolve(".caravan/api-requests"), clock);
        return budget;
    }

    /**
     * Twenty-five hours of polls every 15 minutes, each of which lists new albums only, every one of ten images and so to be
     * asked for: 96 polls × (1 page + albums) requests a day.
     */
    @ParameterizedTest
    @CsvSource({
        // 96 × 99 = 9,504 fits: nothing is ever put off.
        "98, 0",
        // 96 × 186 = 17,856 does not: what is over waits, and the pages still come each time.
        "185, 100000"
    })
    void aDayOfAlbumsStaysInside(int albums, int mostWaiting) {
        Budget budget = budget(10_000, 1);
        Deque<Instant> within24Hours = new ArrayDeque<>();
        long waiting = 0;
        long asked = 0;
        int pages = 0;
        for (int poll = 0; poll < 100; poll++) {
            assertThat(budget.take()).as("page of poll %d", poll).isNull();
            within24Hours.add(clock.instant());
            pages++;
            waiting += albums;
            while (waiting > 0 && budget.allowsAlbum()) {
                assertThat(budget.take()).isNull();
                within24Hours.add(clock.instant());
                waiting--;
                asked++;
            }
            while (within24Hours.peek().isBefore(clock.instant().minus(DAY).plusMillis(1))) {
                within24Hours.remove();
            }
            assertThat(within24Hours).as("requests in 24 h").hasSizeLessThanOrEqualTo(10_000);
            assertThat(waiting).as("albums put off").isLessThanOrEqualTo(mostWaiting);
            clock.pass(Duration.ofMinutes(15));
        }
        assertThat(pages).isEqualTo(100);
        assertThat(asked + waiting).isEqualTo(100L * albums);
        if (mostWaiting > 0) {
            // Not less than it may, either.
            assertThat(asked).isGreaterThan(9_000);
        }
    }

    @Test
    void saysWhenTheNextPageMayBeAskedFor() {
        Budget budget = budget(24, 1);
        assertThat(budget.take()).isNull();

        Instant next = budget.take();

        assertThat(Duration.between(clock.instant(), next)).isBetween(Duration.ofMinutes(45), Duration.ofMinutes(66));
        clock.pass(Duration.between(clock.instant(), next));
        assertThat(budget.take()).isNull();
        assertThat(budget.take()).isNotNull();
    }

    @Test
    void leavesAlbumsWhatPagesDoNotNeed() {
        Budget budget = budget(400, 5);
        int albums = 0;
        while (budget.allowsAlbum()) {
            assertThat(budget.take()).isNull();
            albums++;
        }

        assertThat(albums).isEqualTo(15);
        for (int page = 0; page < 5; page++) {
            assertThat(budget.take()).isNull();
        }
    }

    @Test
    void outlastsTheProcess() {
        Budget first = budget(1_000, 1);
        while (first.allowsAlbum()) {
            assertThat(first.take()).isNull();
        }

        Budget second = budget(1_000, 1);

        assertThat(second.allowsAlbum()).isFalse();
        clock.pass(DAY);
        assertThat(second.allowsAlbum()).isTrue();
    }

    @Test
    void beginsAnewWhereTheCountIsUnreadable() throws Exception {
        for (String text :
                new String[] {"", "nonsense", "NaN 2026-01-01T00:00:00Z", "-5 2026-01-01T00:00:00Z", "1 2"}) {
            Files.createDirectories(folder.resolve(".caravan"));
            Files.writeString(folder.resolve(".caravan/api-requests"), text);

            assertThat(budget(1_000, 1).allowsAlbum()).as(text).isTrue();
        }
    }

    @Test
    void heedsWhatTheApiSaysIsLeft() {
        Budget budget = budget(10_000, 1);
        assertThat(budget.allowsAlbum()).isTrue();

        budget.note(new RateLimitHeaders(null, clock.instant().plusSeconds(600), 1, -1));
        assertThat(budget.allowsAlbum()).isFalse();
        clock.pass(Duration.ofSeconds(601));
        assertThat(budget.allowsAlbum()).isTrue();

        budget.note(new RateLimitHeaders(null, null, -1, 1));
        assertThat(budget.allowsAlbum()).isFalse();
    }

    @Test
    void leavesNothingOfACountThatCannotBeKept() throws Exception {
        // No file can be put in the place of this one.
        Path count = Files.createDirectories(folder.resolve(".caravan/api-requests/taken"));

        assertThat(budget(10_000, 1).take()).isNull();

        assertThat(count).isDirectory();
        assertThat(folder.resolve(".caravan/api-requests.next")).doesNotExist();
    }
}
