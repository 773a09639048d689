package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import imgurcaravan.testing.AppProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
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

class ArchiveFileTest {

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("hidden/archive.db");
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
        try (ArchiveFile archive = ArchiveFile.open(file())) {
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
        try (ArchiveFile archive = ArchiveFile.open(file())) {
            IntStream.range(0, 3_000).forEach(i -> archive.add("id" + i));
        }
        try (ArchiveFile archive = ArchiveFile.open(file())) {
            assertThat(IntStream.range(0, 3_000)).allMatch(i -> archive.contains("id" + i));
            assertThat(archive.contains("id3000")).isFalse();
        }
        try (Stream<Path> left = Files.list(file().getParent())) {
            assertThat(left).containsExactlyInAnyOrder(file(), file().resolveSibling("archive.db-lock"));
        }
    }

    @Test
    void forgetsWhatIsRemovedAndAllThatIsCleared() throws IOException {
        try (ArchiveFile archive = ArchiveFile.open(file())) {
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
    void whoeverSharesItSeesWhatIsAddedAtOnce() throws IOException {
        try (ArchiveFile one = ArchiveFile.open(file());
                ArchiveFile other = ArchiveFile.open(file())) {
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
            List<Future<ArchiveFile>> opened = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                String id = "id" + i;
                opened.add(executor.submit(() -> {
                    start.await();
                    ArchiveFile archive = ArchiveFile.open(file());
                    archive.add(id);
                    return archive;
                }));
            }
            for (Future<ArchiveFile> future : opened) {
                try (ArchiveFile archive = future.get()) {
                    assertThat(archive.add("last")).isEqualTo(future == opened.get(0));
                }
            }
        } finally {
            executor.shutdownNow();
        }
        try (ArchiveFile archive = ArchiveFile.open(file())) {
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
        try (ArchiveFile archive = ArchiveFile.open(file())) {
            for (int i = 0; i < processes; i++) {
                String prefix = "p" + i + "x";
                assertThat(IntStream.range(0, Adder.COUNT)).allMatch(n -> archive.contains(prefix + n));
            }
        }
    }

    /** Adds ids of its own to an archive, in a process of its own. */
    static final class Adder {

        static final int COUNT = 500;

        private Adder() {}

        public static void main(String[] args) throws IOException {
            try (ArchiveFile archive = ArchiveFile.open(Path.of(args[0]))) {
                IntStream.range(0, COUNT).forEach(n -> archive.add(args[1] + n));
            }
        }
    }

    @Test
    void isMadeAnewWhereItsFolderWasRemovedInUseAndCameBack() throws IOException {
        try (ArchiveFile archive = ArchiveFile.open(file());
                ArchiveFile other = ArchiveFile.open(file())) {
            archive.add("abcde");
            try (Stream<Path> all = Files.list(file().getParent())) {
                for (Path path : all.toList()) {
                    Files.delete(path);
                }
            }
            Files.delete(file().getParent());

            assertThatExceptionOfType(ArchiveException.class)
                    .isThrownBy(() -> archive.contains("abcde"))
                    .withMessageContaining("its folder is not there");
            assertThat(file().getParent()).doesNotExist();

            Files.createDirectory(file().getParent());
            assertThat(archive.contains("abcde")).isFalse();
            assertThat(archive.add("fghij")).isTrue();
            assertThat(other.contains("fghij")).isTrue();
        }
        try (ArchiveFile archive = ArchiveFile.open(file())) {
            assertThat(archive.contains("abcde")).isFalse();
            assertThat(archive.contains("fghij")).isTrue();
        }
    }

    @Test
    void isMadeAnewWhereTheFileAloneWasDeletedInUse() throws IOException {
        try (ArchiveFile archive = ArchiveFile.open(file());
                ArchiveFile other = ArchiveFile.open(file())) {
            archive.add("abcde");
            Files.delete(file());

            assertThat(archive.add("fghij")).isTrue();
            // The other has not looked at it since, and ends.
            assertThat(archive.contains("abcde")).isFalse();
            assertThat(other.contains("fghij")).isTrue();
        }
        try (ArchiveFile archive = ArchiveFile.open(file())) {
            assertThat(archive.contains("fghij")).isTrue();
        }
    }

    @Test
    void doesNotHarmTheNewFileByClosingTheOld() throws IOException {
        ArchiveFile old = ArchiveFile.open(file());
        old.add("abcde");
        Files.delete(file());
        try (ArchiveFile archive = ArchiveFile.open(file())) {
            archive.add("fghij");

            old.close();

            assertThat(file().resolveSibling("archive.db-wal")).exists();
            archive.add("klmno");
        }
        try (ArchiveFile archive = ArchiveFile.open(file())) {
            assertThat(archive.contains("abcde")).isFalse();
            assertThat(archive.contains("fghij")).isTrue();
            assertThat(archive.contains("klmno")).isTrue();
        }
    }

    @Test
    void takesAnEmptyFileForANewOne() throws IOException {
        Files.createDirectories(file().getParent());
        Files.createFile(file());

        try (ArchiveFile archive = ArchiveFile.open(file())) {
            assertThat(archive.add("abcde")).isTrue();
        }
    }

    @Test
    void refusesWhatIsNoDatabase() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "abcde\nfghij\n".repeat(100));

        assertThatIOException()
                .isThrownBy(() -> ArchiveFile.open(file()))
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
                .isThrownBy(() -> ArchiveFile.open(file()))
                .withMessage("it is the database of another program");
        assertThat(file()).hasBinaryContent(before);
    }

    @Test
    void refusesALayoutThatItDoesNotKnow() throws Exception {
        ArchiveFile.open(file()).close();
        sql("PRAGMA user_version=7");

        assertThatIOException().isThrownBy(() -> ArchiveFile.open(file())).withMessageContaining("layout 7");
    }

    @Test
    void refusesAFileThatWasCutShort() throws IOException {
        try (ArchiveFile archive = ArchiveFile.open(file())) {
            IntStream.range(0, 3_000).forEach(i -> archive.add("id" + i));
        }
        Files.write(file(), Arrays.copyOf(Files.readAllBytes(file()), 9_000));

        assertThatIOException().isThrownBy(() -> ArchiveFile.open(file())).withMessageContaining("malformed");
    }

    @Test
    void refusesAFolder() throws IOException {
        Files.createDirectories(file());

        assertThatIOException().isThrownBy(() -> ArchiveFile.open(file()));
    }

    @Test
    void saysWhyItCannotBeUsedAndNamesItself() throws Exception {
        try (ArchiveFile archive = ArchiveFile.open(file())) {
            sql("DROP TABLE image");

            assertThatExceptionOfType(ArchiveException.class)
                    .isThrownBy(() -> archive.contains("abcde"))
                    .withMessageContaining("the archive " + file() + " cannot be used: ")
                    .withMessageContaining("no such table");
            assertThatExceptionOfType(ArchiveException.class).isThrownBy(() -> archive.add("abcde"));
        }
    }

    @Test
    void saysSoWhenItIsClosed() throws IOException {
        ArchiveFile archive = ArchiveFile.open(file());
        archive.close();

        assertThatExceptionOfType(ArchiveException.class).isThrownBy(() -> archive.contains("abcde"));
        assertThatExceptionOfType(ArchiveException.class).isThrownBy(() -> archive.add("abcde"));
    }
}
