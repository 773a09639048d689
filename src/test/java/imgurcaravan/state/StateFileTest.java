package imgurcaravan.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.AppProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.jdbc4.JDBC4Connection;

class StateFileTest {

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("hidden/archive.db");
    }

    /** A state file that was opened, with its downloaded images. */
    private record OpenState(StateFile file, DownloadedImages images) implements AutoCloseable {

        static OpenState open(Path file) throws IOException {
            StateFile state = new StateFile(file);
            state.open();
            return new OpenState(state, new DownloadedImages(state));
        }

        boolean contains(String id) {
            return images.contains(id);
        }

        boolean add(String id) {
            return images.add(DownloadedImage.ofId(id));
        }

        boolean remove(String id) {
            return images.remove(id);
        }

        void clear() {
            images.clear();
        }

        @Override
        public void close() {
            file.close();
        }
    }

    private void sql(String... statements) throws SQLException {
        try (JDBC4Connection connection = new JDBC4Connection("", file().toString(), new Properties());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Test
    void remembersWhatIsAdded() throws IOException {
        try (OpenState archive = OpenState.open(file())) {
            assertThat(archive.contains("abcde")).isFalse();

            assertThat(archive.add("abcde")).isTrue();
            assertThat(archive.add("abcde")).isFalse();

            assertThat(archive.contains("abcde")).isTrue();
            assertThat(archive.contains("ABCDE")).isFalse();
            assertThat(archive.contains("abcd")).isFalse();
            assertThat(archive.contains("a' OR ''='")).isFalse();
        }
    }

    @Test
    void remembersOverTheEndOfTheProcess() throws IOException {
        try (OpenState archive = OpenState.open(file())) {
            IntStream.range(0, 3_000).forEach(i -> archive.add("id" + i));
        }
        try (OpenState archive = OpenState.open(file())) {
            assertThat(IntStream.range(0, 3_000)).allMatch(i -> archive.contains("id" + i));
            assertThat(archive.contains("id3000")).isFalse();
        }
        try (Stream<Path> left = Files.list(file().getParent())) {
            assertThat(left).containsExactlyInAnyOrder(file(), file().resolveSibling("archive.db-lock"));
        }
    }

    @Test
    void forgetsWhatIsRemovedAndAllThatIsCleared() throws IOException {
        try (OpenState archive = OpenState.open(file())) {
            archive.add("abcde");
            archive.add("fghij");

            assertThat(archive.remove("abcde")).isTrue();
            assertThat(archive.remove("abcde")).isFalse();

            assertThat(archive.contains("abcde")).isFalse();
            assertThat(archive.contains("fghij")).isTrue();
            archive.clear();
            assertThat(archive.contains("fghij")).isFalse();
        }
    }

    @Test
    void isOpenedAtItsFirstUseAndMayBeOpenedAgain() throws IOException {
        StateFile state = new StateFile(file());
        DownloadedImages images = new DownloadedImages(state);
        assertThat(file()).doesNotExist();
        images.add(DownloadedImage.ofId("abcde"));
        state.close();

        state.open();

        assertThat(images.contains("abcde")).isTrue();
        state.close();
    }

    @Test
    void keepsWhatIsKnownOfAnImage() {
        DownloadedImage image = new DownloadedImage(
                "abcde", "Tïtle/abcde.jpg", 4_711, "https://i.imgur.com/abcde.jpg", Instant.ofEpochMilli(12_345));
        try (StateFile state = new StateFile(file())) {
            DownloadedImages images = new DownloadedImages(state);
            images.add(image);
            images.add(DownloadedImage.ofId("fghij"));

            assertThat(images.add(DownloadedImage.ofId("abcde"))).isFalse();
            assertThat(images.find("abcde")).contains(image);
            assertThat(images.find("fghij")).contains(DownloadedImage.ofId("fghij"));
            assertThat(images.find("klmno")).isEmpty();
            assertThat(images.count()).isEqualTo(2);
        }
    }

    /** The tables and their content as left by version 0.1.0. */
    private void version1(int images) throws Exception {
        Files.createDirectories(file().getParent());
        sql(
                "PRAGMA journal_mode=WAL",
                "CREATE TABLE image (id TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID",
                "PRAGMA application_id=1130459766",
                "PRAGMA user_version=1",
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < " + images
                        + ") INSERT INTO image (id) SELECT 'id' || i FROM n");
    }

    @Test
    void importsTheArchiveOfAnEarlierVersion() throws Exception {
        version1(3_000);

        try (OpenState archive = OpenState.open(file())) {
            assertThat(IntStream.range(0, 3_000)).allMatch(i -> archive.contains("id" + i));
            assertThat(archive.images().count()).isEqualTo(3_000);
            assertThat(archive.images().find("id7")).contains(DownloadedImage.ofId("id7"));
            assertThat(archive.add("id3000")).isTrue();
        }
    }

    @Test
    void takesUpAFileOfVersion2() throws Exception {
        try (OpenState archive = OpenState.open(file())) {
            IntStream.range(0, 3_000).forEach(i -> archive.add("id" + i));
        }
        sql(
                "DROP TABLE attempt",
                "PRAGMA user_version=2",
                "INSERT INTO failed_image VALUES ('gone', 'gone', '{}', 'removed', 'REMOVED', 1, 1, 1, 1, NULL, 9, 0)");

        try (OpenState archive = OpenState.open(file())) {
            assertThat(IntStream.range(0, 3_000)).allMatch(i -> archive.contains("id" + i));
            FailedImages failed = new FailedImages(archive.file(), Duration.ofDays(7), Clock.systemUTC());
            assertThat(failed.find("gone")).isPresent();
            RunningAttempts attempts = new RunningAttempts(archive.file(), Duration.ofMinutes(1), Clock.systemUTC());
            assertThat(attempts.begin("id1", false, false)).isEqualTo(RunningAttempts.Start.BEGUN);
        }
    }

    @Test
    void opensTheArchiveThatVersion010Wrote() throws Exception {
        Files.createDirectories(file().getParent());
        Files.copy(Path.of("src/test/resources/imgurcaravan/state/archive-0.1.0.db"), file());

        try (OpenState archive = OpenState.open(file())) {
            assertThat(archive.images().count()).isEqualTo(20);
            assertThat(archive.contains("old0007")).isTrue();
            assertThat(archive.add("new0001")).isTrue();
        }
    }

    @Test
    void aProcessOfTheEarlierVersionGoesOnWithTheFile() throws Exception {
        version1(10);
        try (JDBC4Connection old = new JDBC4Connection("", file().toString(), new Properties());
                PreparedStatement insert = old.prepareStatement("INSERT OR IGNORE INTO image (id) VALUES (?)")) {
            insert.setString(1, "before");
            insert.executeUpdate();
            try (OpenState archive = OpenState.open(file())) {
                insert.setString(1, "after");
                assertThat(insert.executeUpdate()).isEqualTo(1);

                assertThat(archive.contains("before")).isTrue();
                assertThat(archive.contains("after")).isTrue();
            }
        }
    }

    @Test
    void aKillDuringTheMigrationLeavesOneOfTheTwoVersions() throws Exception {
        for (int millis : new int[] {0, 20, 40, 60, 80, 120, 160, 240}) {
            version1(2_000);
            try (AppProcess process = AppProcess.java(null)
                    .mainClass(System.getProperty("java.class.path"), Adder.class.getName())
                    .args(file().toString(), "x")
                    .start()) {
                assertThat(process.waitForLine("opening", Duration.ofSeconds(60)))
                        .isTrue();
                await().pollDelay(Duration.ofMillis(millis))
                        .atMost(Duration.ofSeconds(10))
                        .until(() -> true);
                process.kill();
                process.waitFor(Duration.ofSeconds(10));
            }
            try (OpenState archive = OpenState.open(file())) {
                assertThat(IntStream.range(0, 2_000)).allMatch(i -> archive.contains("id" + i));
            }
            for (String suffix : List.of("", "-wal", "-shm")) {
                Files.deleteIfExists(file().resolveSibling("archive.db" + suffix));
            }
        }
    }

    @Test
    void workThatFailsChangesNothing() {
        try (StateFile state = new StateFile(file())) {
            DownloadedImages images = new DownloadedImages(state);
            assertThatExceptionOfType(StateException.class)
                    .isThrownBy(() -> state.write(sql -> {
                        sql.update("INSERT INTO image (id) VALUES ('abcde')");
                        return sql.update("INSERT INTO nothing VALUES (1)");
                    }));

            assertThat(images.contains("abcde")).isFalse();
            assertThat(images.add(DownloadedImage.ofId("abcde"))).isTrue();
        }
    }

    @Test
    void durableWorkIsFlushedAndOtherWorkIsNot() {
        try (StateFile state = new StateFile(file())) {
            StateConnection.Work<Long> synchronous = sql -> sql.number("PRAGMA synchronous");

            assertThat(state.<Long>writeDurably(synchronous)).isEqualTo(2);
            assertThat(state.<Long>write(synchronous)).isEqualTo(1);
        }
    }

    @Test
    void additionsAreVisibleToOthersAtOnce() throws IOException {
        try (OpenState one = OpenState.open(file());
                OpenState other = OpenState.open(file())) {
            one.add("abcde");

            assertThat(other.contains("abcde")).isTrue();
            assertThat(other.add("abcde")).isFalse();
        }
    }

    @Test
    void threadsThatOpenItAtTheSameMomentAllGetIt() throws Exception {
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<OpenState>> opened = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                String id = "id" + i;
                opened.add(executor.submit(() -> {
                    start.await();
                    OpenState archive = OpenState.open(file());
                    archive.add(id);
                    return archive;
                }));
            }
            for (Future<OpenState> future : opened) {
                try (OpenState archive = future.get()) {
                    assertThat(archive.add("last")).isEqualTo(future == opened.get(0));
                }
            }
        } finally {
            executor.shutdownNow();
        }
        try (OpenState archive = OpenState.open(file())) {
            assertThat(IntStream.range(0, threads)).allMatch(i -> archive.contains("id" + i));
        }
    }

    @Test
    void processesThatStartAtTheSameMomentShareIt() throws IOException {
        int processes = 3;
        List<AppProcess> running = new ArrayList<>();
        try {
            for (int i = 0; i < processes; i++) {
                running.add(AppProcess.java(null)
                        .mainClass(System.getProperty("java.class.path"), Adder.class.getName())
                        .args(file().toString(), "p" + i + "x")
                        .start());
            }
            for (AppProcess process : running) {
                assertThat(process.waitFor(Duration.ofSeconds(60)))
                        .as(process.output())
                        .isZero();
            }
        } finally {
            running.forEach(AppProcess::close);
        }
        try (OpenState archive = OpenState.open(file())) {
            for (int i = 0; i < processes; i++) {
                String prefix = "p" + i + "x";
                assertThat(IntStream.range(0, Adder.COUNT)).allMatch(n -> archive.contains(prefix + n));
            }
        }
    }

    /** Adds unique ids to an archive, in a separate process. */
    static final class Adder {

        static final int COUNT = 500;

        private Adder() {}

        public static void main(String[] args) throws IOException {
            PrintStream out = System.out;
            out.println("opening");
            try (OpenState archive = OpenState.open(Path.of(args[0]))) {
                IntStream.range(0, COUNT).forEach(n -> archive.add(args[1] + n));
            }
        }
    }

    @Test
    void isRecreatedWhenItsFolderIsBackAfterBeingRemovedInUse() throws IOException {
        try (OpenState archive = OpenState.open(file());
                OpenState other = OpenState.open(file())) {
            archive.add("abcde");
            try (Stream<Path> all = Files.list(file().getParent())) {
                for (Path path : all.toList()) {
                    Files.delete(path);
                }
            }
            Files.delete(file().getParent());

            assertThatExceptionOfType(StateException.class)
                    .isThrownBy(() -> archive.contains("abcde"))
                    .withMessageContaining("its folder is not there");
            assertThat(file().getParent()).doesNotExist();

            Files.createDirectory(file().getParent());
            assertThat(archive.contains("abcde")).isFalse();
            assertThat(archive.add("fghij")).isTrue();
            assertThat(other.contains("fghij")).isTrue();
        }
        try (OpenState archive = OpenState.open(file())) {
            assertThat(archive.contains("abcde")).isFalse();
            assertThat(archive.contains("fghij")).isTrue();
        }
    }

    @Test
    void isRecreatedWhenOnlyTheFileWasDeletedInUse() throws IOException {
        try (OpenState archive = OpenState.open(file());
                OpenState other = OpenState.open(file())) {
            archive.add("abcde");
            Files.delete(file());

            assertThat(archive.add("fghij")).isTrue();
            // The other has not accessed it since, and closes.
            assertThat(archive.contains("abcde")).isFalse();
            assertThat(other.contains("fghij")).isTrue();
        }
        try (OpenState archive = OpenState.open(file())) {
            assertThat(archive.contains("fghij")).isTrue();
        }
    }

    @Test
    void doesNotHarmTheNewFileByClosingTheOld() throws IOException {
        OpenState old = OpenState.open(file());
        old.add("abcde");
        Files.delete(file());
        try (OpenState archive = OpenState.open(file())) {
            archive.add("fghij");

            old.close();

            assertThat(file().resolveSibling("archive.db-wal")).exists();
            archive.add("klmno");
        }
        try (OpenState archive = OpenState.open(file())) {
            assertThat(archive.contains("abcde")).isFalse();
            assertThat(archive.contains("fghij")).isTrue();
            assertThat(archive.contains("klmno")).isTrue();
        }
    }

    @Test
    void treatsAnEmptyFileAsNew() throws IOException {
        Files.createDirectories(file().getParent());
        Files.createFile(file());

        try (OpenState archive = OpenState.open(file())) {
            assertThat(archive.add("abcde")).isTrue();
        }
    }

    @Test
    void refusesWhatIsNoDatabase() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "abcde\nfghij\n".repeat(100));

        assertThatIOException()
                .isThrownBy(() -> OpenState.open(file()))
                .withMessageContaining("not a database")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
        assertThat(file()).hasContent("abcde\nfghij\n".repeat(100));
    }

    @Test
    void refusesTheDatabaseOfAnotherProgramAndLeavesItAlone() throws Exception {
        Files.createDirectories(file().getParent());
        sql("CREATE TABLE bookmarks (url TEXT)");
        byte[] before = Files.readAllBytes(file());

        assertThatIOException()
                .isThrownBy(() -> OpenState.open(file()))
                .withMessage("it is the database of another program");
        assertThat(file()).hasBinaryContent(before);
    }

    @Test
    void refusesTheFileOfALaterVersionAndLeavesItAlone() throws Exception {
        OpenState.open(file()).close();
        sql("PRAGMA user_version=7");
        byte[] before = Files.readAllBytes(file());

        assertThatIOException()
                .isThrownBy(() -> OpenState.open(file()))
                .withMessage("it has version 7 of the layout, and this program knows those up to 3");
        assertThat(file()).hasBinaryContent(before);
    }

    @Test
    void refusesAFileThatWasCutShort() throws IOException {
        try (OpenState archive = OpenState.open(file())) {
            IntStream.range(0, 3_000).forEach(i -> archive.add("id" + i));
        }
        Files.write(file(), Arrays.copyOf(Files.readAllBytes(file()), 9_000));

        assertThatIOException().isThrownBy(() -> OpenState.open(file())).withMessageContaining("malformed");
    }

    @Test
    void refusesAFolder() throws IOException {
        Files.createDirectories(file());

        assertThatIOException().isThrownBy(() -> OpenState.open(file()));
    }

    @Test
    void saysWhyItCannotBeUsedAndNamesItself() throws Exception {
        try (OpenState archive = OpenState.open(file())) {
            sql("DROP TABLE image");

            assertThatExceptionOfType(StateException.class)
                    .isThrownBy(() -> archive.contains("abcde"))
                    .withMessageContaining("the state file " + file() + " cannot be used: ")
                    .withMessageContaining("no such table");
            assertThatExceptionOfType(StateException.class).isThrownBy(() -> archive.add("abcde"));
        }
    }

    @Test
    void saysSoWhenItIsClosed() throws IOException {
        OpenState archive = OpenState.open(file());
        archive.close();

        assertThatExceptionOfType(StateException.class).isThrownBy(() -> archive.contains("abcde"));
        assertThatExceptionOfType(StateException.class).isThrownBy(() -> archive.add("abcde"));
    }
}
