package imgurcaravan.state;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.http.RateLimitHeaders;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.LogLines;
import imgurcaravan.testing.VirtualClock;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiBudgetTest {

    private static final Duration DAY = Duration.ofDays(1);

    private final VirtualClock clock = new VirtualClock();
    private final List<StateFile> opened = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        opened.forEach(StateFile::close);
    }

    private Path file() {
        return folder.resolve(".caravan/archive.db");
    }

    private Path oldFile() {
        return folder.resolve(".caravan/api-requests");
    }

    /** The budget of another process. */
    private ApiBudget budget(int daily, int pages) {
        StateFile state = new StateFile(file());
        opened.add(state);
        return new ApiBudget(state, oldFile(), daily, pages, clock);
    }

    /**
     * Twenty-five hours of polls every 15 minutes, each of which lists only new albums of ten images, which have to be
     * requested: 96 polls × (1 page + albums) requests a day.
     */
    @ParameterizedTest
    @CsvSource({
        // 96 × 99 = 9,504 fits: nothing is ever postponed.
        "98, 0",
        // 96 × 186 = 17,856 does not: the excess is postponed, and the pages are still read each time.
        "185, 100000"
    })
    void aDayOfAlbumsStaysInside(int albums, int mostWaiting) {
        ApiBudget budget = budget(10_000, 1);
        Deque<Instant> within24Hours = new ArrayDeque<>();
        long waiting = 0;
        long requested = 0;
        int pages = 0;
        for (int poll = 0; poll < 100; poll++) {
            assertThat(budget.take()).as("page of poll %d", poll).isEmpty();
            within24Hours.add(clock.instant());
            pages++;
            waiting += albums;
            while (waiting > 0 && budget.allowsAlbum()) {
                assertThat(budget.take()).isEmpty();
                within24Hours.add(clock.instant());
                waiting--;
                requested++;
            }
            while (within24Hours.peek().isBefore(clock.instant().minus(DAY).plusMillis(1))) {
                within24Hours.remove();
            }
            assertThat(within24Hours).as("requests in 24 h").hasSizeLessThanOrEqualTo(10_000);
            assertThat(waiting).as("albums postponed").isLessThanOrEqualTo(mostWaiting);
            clock.pass(Duration.ofMinutes(15));
        }
        assertThat(pages).isEqualTo(100);
        assertThat(requested + waiting).isEqualTo(100L * albums);
        if (mostWaiting > 0) {
            // Nor fewer than allowed.
            assertThat(requested).isGreaterThan(9_000);
        }
    }

    @Test
    void saysWhenTheNextPageMayBeRequested() {
        ApiBudget budget = budget(24, 1);
        assertThat(budget.take()).isEmpty();

        Instant next = budget.take().orElseThrow();

        assertThat(Duration.between(clock.instant(), next)).isBetween(Duration.ofMinutes(45), Duration.ofMinutes(66));
        clock.pass(Duration.between(clock.instant(), next));
        assertThat(budget.take()).isEmpty();
        assertThat(budget.take()).isPresent();
    }

    @Test
    void leavesAlbumsWhatPagesDoNotNeed() {
        ApiBudget budget = budget(400, 5);
        int albums = 0;
        while (budget.allowsAlbum()) {
            assertThat(budget.take()).isEmpty();
            albums++;
        }

        assertThat(albums).isEqualTo(15);
        for (int page = 0; page < 5; page++) {
            assertThat(budget.take()).isEmpty();
        }
    }

    @Test
    void outlastsTheProcess() {
        ApiBudget first = budget(1_000, 1);
        while (first.allowsAlbum()) {
            assertThat(first.take()).isEmpty();
        }

        ApiBudget second = budget(1_000, 1);

        assertThat(second.allowsAlbum()).isFalse();
        clock.pass(DAY);
        assertThat(second.allowsAlbum()).isTrue();
    }

    @Test
    void heedsWhatTheApiSaysIsLeft() {
        ApiBudget budget = budget(10_000, 1);
        assertThat(budget.allowsAlbum()).isTrue();

        budget.note(new RateLimitHeaders(null, clock.instant().plusSeconds(600), 1, -1));
        assertThat(budget.allowsAlbum()).isFalse();
        clock.pass(Duration.ofSeconds(601));
        assertThat(budget.allowsAlbum()).isTrue();

        budget.note(new RateLimitHeaders(null, null, -1, 1));
        assertThat(budget.allowsAlbum()).isFalse();
        assertThat(budget(10_000, 1).allowsAlbum()).isFalse();
    }

    @Test
    void aClockThatIsSetBackNeitherBlocksItNorAddsRequests() {
        ApiBudget budget = budget(1_000, 1);
        clock.pass(DAY.multipliedBy(365));
        for (int i = 0; i < 50; i++) {
            assertThat(budget.take()).isEmpty();
        }
        clock.pass(DAY.multipliedBy(-365));

        assertThat(budget.take()).isPresent();
        clock.pass(Duration.ofHours(1));
        assertThat(budget.take()).isEmpty();
        assertThat(budget(1_000, 1).take()).isEmpty();
    }

    @Test
    void threadsOfSeveralProcessesNeverSpendMoreThanIsAllowed() throws Exception {
        int threads = 6;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Integer>> spent = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                ApiBudget budget = budget(6_000, 1);
                spent.add(executor.submit(() -> spendAll(budget)));
            }
            int sum = 0;
            for (Future<Integer> one : spent) {
                sum += one.get();
            }
            assertThat(sum).isEqualTo(300);
        } finally {
            executor.shutdownNow();
        }
    }

    private static int spendAll(ApiBudget budget) {
        int spent = 0;
        while (budget.take().isEmpty()) {
            spent++;
        }
        return spent;
    }

    @Test
    void processesTogetherNeverSpendMoreThanIsAllowed() {
        Instant start = Instant.now();
        int sum = 0;
        try (AppProcess first = spender();
                AppProcess second = spender()) {
            for (AppProcess process : List.of(first, second)) {
                assertThat(process.waitFor(Duration.ofSeconds(60)))
                        .as(process.output())
                        .isZero();
                sum += Integer.parseInt(process.lines().get(process.lines().size() - 1));
            }
        }

        // Requests replenished meanwhile: 19,000 a day.
        long more = Duration.between(start, Instant.now()).toMillis() * 19_000 / DAY.toMillis() + 1;
        assertThat(sum).isBetween(1_000, 1_000 + (int) more);
    }

    private AppProcess spender() {
        return AppProcess.java(null)
                .mainClass(System.getProperty("java.class.path"), Spender.class.getName())
                .args(file().toString())
                .start();
    }

    /** Spends requests until there are none left, in a separate process. */
    static final class Spender {

        private Spender() {}

        public static void main(String[] args) {
            Path file = Path.of(args[0]);
            PrintStream out = System.out;
            try (StateFile state = new StateFile(file)) {
                Path old = file.resolveSibling("api-requests");
                out.println(spendAll(new ApiBudget(state, old, 20_000, 1, Clock.systemUTC())));
            }
        }
    }

    @Test
    void goesOnWithoutTheStateFileAndSaysSoOnce() throws IOException {
        Files.createDirectories(file());
        try (LogLines log = new LogLines()) {
            ApiBudget budget = budget(400, 1);

            assertThat(spendAll(budget)).isEqualTo(20);

            assertThat(log.with("WARN")).singleElement().asString().contains("API requests are counted", "archive.db");
            Files.delete(file());
            assertThat(budget.take()).as("what was spent meanwhile counts").isPresent();
            assertThat(budget(400, 1).take()).isPresent();
        }
    }

    @Test
    void importsTheCountOfVersion010OnceAndDeletesIt() throws IOException {
        Files.createDirectories(oldFile().getParent());
        Files.writeString(oldFile(), "7.25 " + clock.instant() + "\n");

        assertThat(spendAll(budget(1_000, 1))).isEqualTo(7);
        assertThat(oldFile()).doesNotExist();

        // Left by a kill before it was deleted.
        Files.writeString(oldFile(), "7.25 " + clock.instant() + "\n");
        assertThat(spendAll(budget(1_000, 1))).isZero();
        assertThat(oldFile()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "NaN 2026-01-01T00:00:00Z", "-5 2026-01-01T00:00:00Z", "1 2"})
    void startsOverIfTheCountOfVersion010IsUnreadable(String text) throws Exception {
        Files.createDirectories(oldFile().getParent());
        Files.writeString(oldFile(), text);

        assertThat(budget(1_000, 1).allowsAlbum()).isTrue();
        assertThat(oldFile()).doesNotExist();
    }

    @Test
    void leavesAFolderOfThatNameAlone() throws Exception {
        Path inside = Files.createDirectories(oldFile().resolve("taken"));

        assertThat(budget(10_000, 1).take()).isEmpty();

        assertThat(inside).isDirectory();
    }
}
