package imgurcaravan.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import imgurcaravan.state.FailedImages.News;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.VirtualClock;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailedImagesTest {

    private static final Duration DAY = Duration.ofDays(1);

    private final VirtualClock clock = new VirtualClock();

    @TempDir
    private Path folder;

    private StateFile state;
    private FailedImages failedImages;

    @BeforeEach
    void open() {
        state = new StateFile(folder.resolve("archive.db"));
        failedImages = failedImages(state);
    }

    @AfterEach
    void close() {
        state.close();
    }

    private FailedImages failedImages(StateFile file) {
        return new FailedImages(file, Duration.ofDays(7), clock);
    }

    private static String message(String id) {
        return "{\"id\":\"" + id + "\",\"url\":\"https://i.imgur.com/" + id + ".jpg\"}";
    }

    private News refuse(String id) {
        return failedImages
                .record(id, message(id), "the server responded 404", FailureClass.NOT_FOUND, 1)
                .news();
    }

    private News fail(String id) {
        return failedImages
                .record(id, message(id), "the server responded 503", FailureClass.SERVER_ERROR, 3)
                .news();
    }

    private List<String> ids(String text) {
        List<String> ids = new ArrayList<>();
        failedImages.list(text).forEachRemaining(image -> ids.add(image.imageId()));
        return ids;
    }

    @Test
    void recordsTheDetailsOfAFailure() {
        FailedImages.Recorded recorded =
                failedImages.record("abcde", message("abcde"), "the server responded 404", FailureClass.NOT_FOUND, 1);

        assertThat(recorded.news()).isEqualTo(News.FIRST);
        assertThat(recorded.image())
                .isEqualTo(new FailedImage(
                        "abcde",
                        message("abcde"),
                        "the server responded 404",
                        FailureClass.NOT_FOUND,
                        1,
                        clock.instant(),
                        clock.instant(),
                        clock.instant().plus(Duration.ofDays(7)),
                        false));
        assertThat(failedImages.find("abcde")).contains(recorded.image());
        assertThat(failedImages.find("fghij")).isEmpty();
        assertThat(failedImages.count()).isEqualTo(1);
    }

    @Test
    void aRefusedImageIsIgnoredForAWeekAndReportedOnce() {
        assertThat(failedImages.isPostponed("abcde")).isFalse();
        Instant first = clock.instant();
        assertThat(refuse("abcde")).isEqualTo(News.FIRST);
        for (int week = 1; week < 5; week++) {
            clock.pass(DAY.multipliedBy(7).minusSeconds(1));
            assertThat(failedImages.isPostponed("abcde")).isTrue();
            clock.pass(Duration.ofSeconds(1));
            assertThat(failedImages.isPostponed("abcde")).isFalse();

            assertThat(refuse("abcde")).isEqualTo(News.AGAIN);
        }

        assertThat(failedImages.find("abcde")).hasValueSatisfying(image -> {
            assertThat(image.attempts()).isEqualTo(5);
            assertThat(image.first()).isEqualTo(first);
            assertThat(image.last()).isEqualTo(clock.instant());
            assertThat(image.givenUp()).isFalse();
        });
    }

    @Test
    void fewFailuresFarApartAreNotAWeekOfFailures() {
        assertThat(fail("abcde")).isEqualTo(News.FIRST);
        for (int n = 2; n < 5; n++) {
            clock.pass(DAY.multipliedBy(8));
            assertThat(fail("abcde")).isEqualTo(News.AGAIN);
        }
        clock.pass(DAY);
        assertThat(fail("abcde")).isEqualTo(News.GIVEN_UP);
    }

    @Test
    void aTemporaryFailureIsRetriedAtGrowingIntervalsAndGivenUpAfterAWeek() {
        List<Duration> distances = new ArrayList<>();
        Instant first = clock.instant();
        News news = fail("abcde");
        assertThat(news).isEqualTo(News.FIRST);
        while (news != News.GIVEN_UP) {
            Instant retryAt = failedImages.find("abcde").orElseThrow().retryAt();
            distances.add(Duration.between(clock.instant(), retryAt));
            clock.pass(distances.get(distances.size() - 1).minusMillis(1));
            assertThat(failedImages.isPostponed("abcde")).isTrue();
            clock.pass(Duration.ofMillis(1));
            assertThat(failedImages.isPostponed("abcde")).isFalse();
            news = fail("abcde");
        }

        assertThat(distances.stream().map(Duration::toHours))
                .containsExactly(1L, 2L, 4L, 8L, 16L, 24L, 24L, 24L, 24L, 24L, 24L);
        assertThat(Duration.between(first, clock.instant())).isBetween(DAY.multipliedBy(7), DAY.multipliedBy(8));
        assertThat(failedImages.find("abcde").orElseThrow().givenUp()).isTrue();
        // Like a refused image.
        clock.pass(DAY.multipliedBy(7).minusMillis(1));
        assertThat(failedImages.isPostponed("abcde")).isTrue();
        clock.pass(Duration.ofMillis(1));
        assertThat(failedImages.isPostponed("abcde")).isFalse();
        assertThat(fail("abcde")).isEqualTo(News.AGAIN);
        assertThat(failedImages.isPostponed("abcde")).isTrue();
        assertThat(failedImages.find("abcde").orElseThrow().givenUp()).isTrue();
    }

    @Test
    void anImageThatIsRefusedInTheEndIsNotReportedAgain() {
        fail("abcde");
        clock.pass(Duration.ofHours(2));

        assertThat(refuse("abcde")).isEqualTo(News.AGAIN);

        FailedImage image = failedImages.find("abcde").orElseThrow();
        assertThat(image.attempts()).isEqualTo(4);
        assertThat(image.failureClass()).isEqualTo(FailureClass.NOT_FOUND);
        assertThat(image.retryAt()).isEqualTo(clock.instant().plus(Duration.ofDays(7)));
    }

    @Test
    void aTemporaryFailureAfterARefusalHasItsOwnWeek() {
        refuse("abcde");
        clock.pass(Duration.ofDays(8));

        assertThat(fail("abcde")).isEqualTo(News.AGAIN);

        FailedImage image = failedImages.find("abcde").orElseThrow();
        assertThat(image.givenUp()).isFalse();
        assertThat(image.retryAt()).isEqualTo(clock.instant().plus(Duration.ofHours(1)));
    }

    @Test
    void anImageThatSucceedsIsForgottenAndReportedAgainIfItFailsAgain() {
        refuse("abcde");
        refuse("fghij");

        failedImages.succeeded("abcde");
        new DownloadedImages(state).add(DownloadedImage.ofId("fghij"));
        failedImages.succeeded("klmno");

        assertThat(failedImages.count()).isZero();
        assertThat(failedImages.isPostponed("abcde")).isFalse();
        assertThat(refuse("abcde")).isEqualTo(News.FIRST);
    }

    @Test
    void anEntryWithoutAnImageIsKeptUnchangedAndOnce() {
        String entry = "{\"id\":\"../../etc/passwd\"}" + " ".repeat(5_000);
        for (int i = 0; i < 3; i++) {
            failedImages.record(null, entry, "a queue entry that is no image message", FailureClass.BAD_MESSAGE, 0);
        }
        failedImages.record(null, null, "a queue entry that is no image message", FailureClass.BAD_MESSAGE, 0);

        assertThat(failedImages.count()).isEqualTo(2);
        List<FailedImage> all = new ArrayList<>();
        failedImages.list("").forEachRemaining(all::add);
        assertThat(all).extracting(FailedImage::message).containsExactlyInAnyOrder(entry.substring(0, 2_000), null);
        assertThat(all).extracting(FailedImage::imageId).containsOnlyNulls();
    }

    @ParameterizedTest
    @EnumSource
    void ignoresPermanentFailuresForLonger(FailureClass failureClass) {
        failedImages.record("abcde", message("abcde"), "a reason", failureClass, 1);

        clock.pass(Duration.ofHours(2));

        assertThat(failedImages.isPostponed("abcde")).isEqualTo(failureClass.isPermanent());
        assertThat(failedImages.find("abcde").orElseThrow().failureClass()).isEqualTo(failureClass);
    }

    @Test
    void listsTheOldestFirstAndThoseOfAReason() {
        refuse("zzzzz");
        clock.pass(Duration.ofMinutes(1));
        fail("mmmmm");
        refuse("aaaaa");
        clock.pass(Duration.ofMinutes(1));
        refuse("zzzzz");

        assertThat(ids("")).containsExactly("zzzzz", "aaaaa", "mmmmm");
        assertThat(ids("RESPONDED 404")).containsExactly("zzzzz", "aaaaa");
        assertThat(ids("503")).containsExactly("mmmmm");
        assertThat(ids("%")).isEmpty();
        Iterator<FailedImage> none = failedImages.list("%");
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(none::next);
    }

    @Test
    void aListEndsAlthoughItsImagesAreRecordedAndForgottenMeanwhile() {
        int count = 1_000;
        for (int i = 0; i < count; i++) {
            refuse("id" + i);
            clock.pass(Duration.ofMillis(i % 3));
        }
        clock.pass(Duration.ofMillis(1));
        List<String> listed = new ArrayList<>();
        for (Iterator<FailedImage> all = failedImages.list(""); all.hasNext(); ) {
            String id = all.next().imageId();
            listed.add(id);
            if (listed.size() % 2 == 0) {
                refuse(id);
            } else {
                failedImages.succeeded(id);
            }
            refuse("new" + id);
        }

        assertThat(listed).hasSize(count).doesNotHaveDuplicates().noneMatch(id -> id.startsWith("new"));
        assertThat(failedImages.count()).isEqualTo(count + count / 2);
    }

    /** 20,000 of 2 kB each, which do not fit into a heap of 24 MB. */
    @Test
    void listsAnyNumberInLittleMemory() {
        try (AppProcess process = AppProcess.java(null)
                .mainClass(System.getProperty("java.class.path"), Lister.class.getName())
                .args(folder.resolve("many.db").toString())
                .jvm("-Xmx24m")
                .start()) {
            assertThat(process.waitFor(Duration.ofSeconds(60)))
                    .as(process.output())
                    .isZero();
            assertThat(process.output()).contains("20000 listed");
        }
    }

    /** Lists many failed images, in a separate process. */
    static final class Lister {

        private Lister() {}

        public static void main(String[] args) throws IOException {
            try (StateFile state = new StateFile(Path.of(args[0]))) {
                state.write(sql -> sql.update("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE"
                        + " i < 20000) INSERT INTO failed_image SELECT 'id' || i, 'id' || i,"
                        + " replace(printf('%2000s', 'x'), ' ', 'x'), 'gone', 'NOT_FOUND', 1, 1, i / 3, i, NULL, 0, 0"
                        + " FROM n"));
                FailedImages failed = new FailedImages(state, DAY, Clock.systemUTC());
                long listed = FailedImagePrinter.print(failed.list(""), true, Writer.nullWriter());
                PrintStream out = System.out;
                out.println(listed + " listed");
            }
        }
    }

    @Test
    void processesShareThem() {
        try (StateFile other = new StateFile(folder.resolve("archive.db"))) {
            assertThat(refuse("abcde")).isEqualTo(News.FIRST);

            assertThat(failedImages(other).isPostponed("abcde")).isTrue();
            assertThat(failedImages(other)
                            .record("abcde", message("abcde"), "gone", FailureClass.NOT_FOUND, 1)
                            .news())
                    .isEqualTo(News.AGAIN);
        }
    }

    @Test
    void kill9LosesNoneThatWasRecorded() throws Exception {
        Path file = folder.resolve("killed.db");
        int recorded;
        try (AppProcess process = AppProcess.java(null)
                .mainClass(System.getProperty("java.class.path"), Recorder.class.getName())
                .args(file.toString())
                .start()) {
            assertThat(process.waitForLine("id50 ", Duration.ofSeconds(60)))
                    .as(process.output())
                    .isTrue();
            process.kill();
            process.waitFor(Duration.ofSeconds(10));
            recorded = (int) process.lines().stream()
                    .filter(line -> line.matches("id\\d+ "))
                    .count();
        }

        assertThat(recorded).isGreaterThan(50);
        try (StateFile killed = new StateFile(file)) {
            // The last one may be recorded although its line was no longer printed.
            assertThat(failedImages(killed).count()).isBetween((long) recorded, recorded + 1L);
            for (int i = 0; i < recorded; i++) {
                assertThat(failedImages(killed).find("id" + i)).isPresent();
            }
        }
    }

    /** Records failures until it is killed, in a separate process. */
    static final class Recorder {

        private Recorder() {}

        public static void main(String[] args) throws IOException {
            try (StateFile state = new StateFile(Path.of(args[0]))) {
                state.open();
                FailedImages failed = new FailedImages(state, DAY, Clock.systemUTC());
                PrintStream out = System.out;
                for (int i = 0; i < 1_000_000; i++) {
                    failed.record("id" + i, message("id" + i), "gone", FailureClass.NOT_FOUND, 1);
                    out.println("id" + i + " ");
                }
            }
        }
    }
}
