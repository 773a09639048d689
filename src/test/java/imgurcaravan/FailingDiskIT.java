package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.state.FailedImage;
import imgurcaravan.state.FailedImages;
import imgurcaravan.state.StateFile;
import imgurcaravan.testing.AppCommand;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import imgurcaravan.testing.Strace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged jar on a disk whose flushes fail: each image is a whole file, or its failure is told and counted. */
class FailingDiskIT {

    private static final Path JAR = Path.of(System.getProperty("imgurcaravan.jar", "target/imgur-caravan.jar"));
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int COUNT = 60;

    @TempDir
    private Path folder;

    private Path archive() {
        return folder.resolve("images/.caravan/archive.db").toAbsolutePath();
    }

    /** From an earlier start: a state file that cannot be created stops the start. */
    @BeforeEach
    void createStateFile() throws Exception {
        try (StateFile state = new StateFile(archive())) {
            state.open();
        }
    }

    private AppCommand once(StandInServer api, String... strace) {
        return AppProcess.java(null)
                .jar(JAR.toAbsolutePath())
                .under(strace)
                .workDir(folder)
                .env("IMGUR_CLIENT_ID", "test-client-id")
                .env("IMGUR_ONCE", "true")
                .env("IMGUR_DOWNLOAD_BACKOFF", "10ms")
                .env("IMGUR_API_URL", api.url())
                .env("IMGUR_HOSTS_ALLOW", "127.0.0.1")
                .env("IMGUR_HOSTS_PRIVATE", "true");
    }

    /** Images with every fourth gone, and every tenth broken off. */
    private static StandInImgur imgur(StandInServer server) {
        StandInImgur imgur = StandInImgur.ofSize(server, server, COUNT, 1_000, 3_000, 11);
        int number = 0;
        for (String id : imgur.images().keySet()) {
            if (number % 4 == 0) {
                imgur.override(imgur.path(id), Reply.text(404, "gone"));
            } else if (number % 10 == 1) {
                imgur.override(imgur.path(id), Reply.reset());
            }
            number++;
        }
        return imgur;
    }

    private Map<String, FailedImage> letters() {
        Map<String, FailedImage> letters = new LinkedHashMap<>();
        try (StateFile state = new StateFile(archive())) {
            new FailedImages(state, Duration.ofDays(7), Clock.systemUTC())
                    .list("")
                    .forEachRemaining(letter -> letters.put(letter.imageId(), letter));
        }
        return letters;
    }

    private Set<String> wholeFiles(StandInImgur imgur) throws Exception {
        Set<String> whole = new HashSet<>();
        try (Stream<Path> files = Files.list(folder.resolve("images"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String id = file.getFileName().toString().replaceFirst("\\..*", "");
                assertThat(file).hasBinaryContent(imgur.images().get(id));
                whole.add(id);
            }
        }
        return whole;
    }

    private static Set<String> told(AppProcess process) {
        return process.lines().stream()
                .map(Pattern.compile(" Failed (\\w+)[ :]")::matcher)
                .filter(matcher -> matcher.find())
                .map(matcher -> matcher.group(1))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1+3", "2+5"})
    void someFlushesFail(String when) throws Exception {
        try (StandInServer server = StandInServer.plain();
                StandInImgur imgur = imgur(server);
                AppProcess process = once(server, Strace.failingFlushes(when)).start()) {

            int exit = process.waitFor(LONG);

            Set<String> whole = wholeFiles(imgur);
            Map<String, FailedImage> letters = letters();
            Set<String> told = told(process);
            assertThat(exit).as(process.output()).isEqualTo(1);
            assertThat(whole).doesNotContainAnyElementsOf(told);
            assertThat(whole.size() + told.size()).as(process.output()).isEqualTo(COUNT);
            assertThat(told).as(process.output()).containsAll(letters.keySet());
            if (letters.size() < told.size()) {
                // The last flush of all may have failed as well.
                assertThat(process.output())
                        .contains("ERROR " + (told.size() - letters.size()) + " failures are not recorded yet: ");
            }
            assertThat(process.output()).contains(COUNT + " listed, " + whole.size() + " downloaded");
            assertThat(process.output()).contains(" known, " + told.size() + " failed");
            assertThat(process.output()).doesNotContain("\tat ");
            assertThat(letters.values()).allSatisfy(letter -> assertThat(letter.attempts())
                    .as(letter.toString())
                    .isEqualTo(server.count(imgur.path(letter.imageId()))));
        }
    }

    @Test
    void aFailureThatCannotBeRecordedIsToldAndCounted() throws Exception {
        try (StandInServer server = StandInServer.plain();
                StandInImgur imgur = imgur(server);
                AppProcess process = once(server, Strace.failingFlushes("1+", "-P", archive() + "-wal"))
                        .start()) {

            assertThat(process.waitFor(LONG)).as(process.output()).isEqualTo(1);

            Set<String> whole = wholeFiles(imgur);
            Set<String> told = told(process);
            assertThat(whole).doesNotContainAnyElementsOf(told);
            assertThat(whole.size() + told.size()).as(process.output()).isEqualTo(COUNT);
            assertThat(letters()).isEmpty();
            assertThat(process.output())
                    .contains(" known, " + told.size() + " failed")
                    .contains("ERROR " + told.size() + " failures are not recorded yet: ")
                    .doesNotContain("\tat ");
        }
    }
}
