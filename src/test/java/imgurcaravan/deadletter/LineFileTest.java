package imgurcaravan.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import imgurcaravan.testing.AppProcess;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineFileTest {

    private static final int LINES = 150;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("lines");
    }

    private void append(String... lines) throws IOException {
        for (String line : lines) {
            try (LineFile shared = LineFile.shared(file)) {
                shared.append(line.getBytes(UTF_8));
            }
        }
    }

    private List<String> read() throws IOException {
        List<String> lines = new ArrayList<>();
        try (LineFile shared = LineFile.shared(file)) {
            LineFile.Reader reader = shared.reader();
            for (byte[] line = reader.next(); line != null; line = reader.next()) {
                lines.add(new String(line, UTF_8));
            }
        }
        return lines;
    }

    @Test
    void keepsLinesInTheirOrderAndMakesFoldersThatAreMissing() throws Exception {
        file = folder.resolve("a/b/lines");

        append("one", "zwö", "three");

        assertThat(file).hasContent("one\nzwö\nthree\n");
        assertThat(read()).containsExactly("one", "zwö", "three");
    }

    @Test
    void beginsOnAFreshLineBehindOneThatBrokeOff() throws Exception {
        Files.writeString(file, "one\n{\"tor");

        append("two");

        assertThat(file).hasContent("one\n{\"tor\ntwo\n");
    }

    @ParameterizedTest
    @CsvSource({"65536, 1", "65535, 2", "65537, 0", "200000, 0"})
    void readsNoLinesThatAreTooLong(int length, int more) throws Exception {
        Files.writeString(file, "short\n" + "x".repeat(length) + "\nlast".repeat(more));

        if (more > 0) {
            assertThat(read()).hasSize(2 + more).contains("short", "x".repeat(length), "last");
        } else {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(this::read)
                    .withMessageContaining("more than 65536 bytes");
        }
    }

    @Test
    void leavesBlankLinesOut() throws Exception {
        Files.writeString(file, "\n\none\n \r\n\t\ntwo");

        assertThat(read()).containsExactly("one", "two");
    }

    @Test
    void takesBackWhatItCannotAddInFull() throws Exception {
        append("one");

        try (LineFile shared = LineFile.shared(file)) {
            LineFile.Appender appender = shared.appender();
            IntStream.range(0, 10).forEach(i -> add(appender, "x".repeat(30_000)));
            appender.undo();
            appender.close();
        }

        assertThat(read()).containsExactly("one");
    }

    private static void add(LineFile.Appender appender, String line) {
        assertThat(line).isNotEmpty();
        try {
            appender.add(line.getBytes(UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void threadsAndProcessesAppendWholeLines() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (AppProcess other = AppProcess.java(null)
                .mainClass(System.getProperty("java.class.path"), Appending.class.getName())
                .args(file.toString(), "other")
                .start()) {
            List<Future<Void>> done = new ArrayList<>();
            assertThat(other.waitForLine("begins", Duration.ofSeconds(30))).isTrue();
            for (int i = 0; i < 3; i++) {
                String name = "thread" + i;
                done.add(threads.submit((Callable<Void>) () -> {
                    Appending.main(file.toString(), name);
                    return null;
                }));
            }
            for (Future<Void> each : done) {
                each.get();
            }
            assertThat(other.waitFor(Duration.ofSeconds(60))).as(other.output()).isZero();
        } finally {
            threads.shutdownNow();
        }

        List<String> expected = new ArrayList<>();
        for (String name : List.of("other", "thread0", "thread1", "thread2")) {
            IntStream.range(0, LINES).forEach(i -> expected.add(Appending.line(name, i)));
        }
        assertThat(read()).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Appends lines of various lengths, in this process or in one of its own. */
    static final class Appending {

        private Appending() {}

        public static void main(String... args) throws IOException {
            System.out.println("begins");
            for (int i = 0; i < LINES; i++) {
                try (LineFile shared = LineFile.shared(Path.of(args[0]))) {
                    shared.append(line(args[1], i).getBytes(UTF_8));
                }
            }
        }

        static String line(String name, int i) {
            return name + "-" + i + "-" + name.repeat(i);
        }
    }

    @Test
    void isOwnedByOneAtATime() throws Exception {
        try (LineFile first = LineFile.owned(file).orElseThrow()) {
            first.append("mine".getBytes(UTF_8));

            assertThat(LineFile.owned(file)).isEmpty();
            assertThat(LineFile.owned(folder.resolve("./lines"))).isEmpty();
        }
        LineFile.owned(file).orElseThrow().close();
        assertThat(file).hasContent("mine\n");
    }

    @Test
    void anOwnedFileStaysLockedWhileOthersAskForIt() throws Exception {
        try (LineFile mine = LineFile.owned(file).orElseThrow();
                FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
            mine.append("x".getBytes(UTF_8));

            assertThat(LineFile.owned(file)).isEmpty();

            assertThatThrownBy(() -> {
                        try (FileLock lock = other.tryLock()) {
                            assertThat(lock).isNull();
                        }
                    })
                    .isInstanceOf(java.nio.channels.OverlappingFileLockException.class);
        }
    }

    @Test
    void aFailedOpeningLeavesNothingLocked() throws Exception {
        Path below = file.resolve("below");
        Files.writeString(file, "");
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> LineFile.shared(below));
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> LineFile.owned(below));
        }
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            thread.submit((Callable<Void>) () -> {
                        append("by another thread");
                        return null;
                    })
                    .get();
        } finally {
            thread.shutdownNow();
        }
        assertThat(read()).containsExactly("by another thread");
    }
}
