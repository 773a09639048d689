package imgurcaravan.state;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.LogLines;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterImportTest {

    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

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

    private static FailedImages failedImages(StateFile file) {
        return new FailedImages(file, Duration.ofDays(7), Clock.systemUTC());
    }

    private Path file() {
        return folder.resolve("dead-letters.jsonl");
    }

    private Path sibling(String ending) {
        return folder.resolve("dead-letters.jsonl" + ending);
    }

    private void run() {
        new DeadLetterImport(failedImages).run(file());
    }

    /** A line of version 0.1.0. */
    private static String letter(String id, int second, String reason, int attempts) {
        return ("{\"time\":\"%s\",\"reason\":\"%s\",\"attempts\":%d,\"image\":{\"id\":\"%s\","
                        + "\"url\":\"https://i.imgur.com/%s.jpg\",\"type\":\"image/jpeg\",\"size\":7,\"animated\":false,"
                        + "\"postId\":\"p\",\"postTitle\":\"T\",\"pollId\":\"q\"}}")
                .formatted(TIME.plusSeconds(second), reason, attempts, id, id);
    }

    private List<FailedImage> all() {
        List<FailedImage> all = new ArrayList<>();
        failedImages.list("").forEachRemaining(all::add);
        return all;
    }

    @Test
    void importsTheFileThatVersion010Wrote() throws IOException {
        Files.copy(Path.of("src/test/resources/imgurcaravan/state/dead-letters-0.1.0.jsonl"), file());
        byte[] before = Files.readAllBytes(file());

        run();

        assertThat(file()).doesNotExist();
        assertThat(sibling(".imported")).hasBinaryContent(before);
        assertThat(failedImages.count()).isEqualTo(11);
        assertThat(failedImages.find("image00")).hasValueSatisfying(image -> {
            assertThat(image.reason()).isEqualTo("the server answered 410");
            assertThat(image.failureClass()).isEqualTo(FailureClass.NOT_FOUND);
            assertThat(image.attempts()).isEqualTo(3);
            assertThat(image.first()).isBefore(image.last());
            assertThat(image.retryAt()).isEqualTo(image.last().plus(Duration.ofDays(7)));
            assertThat(image.message()).contains("\"pollId\":\"poll2\"");
        });
        assertThat(failedImages.find("image03")).hasValueSatisfying(image -> {
            assertThat(image.failureClass()).isEqualTo(FailureClass.SERVER_ERROR);
            assertThat(image.retryAt()).isEqualTo(image.last().plus(Duration.ofHours(1)));
            assertThat(image.message()).contains("A tïtle\\n\\\"quoted\\\"");
        });
        assertThat(all())
                .filteredOn(image -> image.imageId() == null)
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.message()).isEqualTo("{\"id\":\"../../etc/passwd\"}");
                    assertThat(entry.failureClass()).isEqualTo(FailureClass.BAD_MESSAGE);
                });
    }

    @Test
    void importsThatOfAnUnfinishedRequeueToo() throws IOException {
        String both = letter("image01", 1, "gone", 2);
        Files.write(sibling(".requeued"), List.of(both, letter("image02", 2, "gone", 1)));
        Files.write(file(), List.of(both, letter("image02", 3, "busy", 1)));

        run();

        assertThat(sibling(".requeued.imported")).exists();
        assertThat(sibling(".imported")).exists();
        assertThat(failedImages.count()).isEqualTo(2);
        assertThat(failedImages.find("image01").orElseThrow().attempts()).isEqualTo(2);
        assertThat(failedImages.find("image02").orElseThrow().attempts()).isEqualTo(2);
        assertThat(failedImages.find("image02").orElseThrow().reason()).isEqualTo("busy");
    }

    @Test
    void ignoresWhatWasDownloadedSince() throws IOException {
        new DownloadedImages(state).add(DownloadedImage.ofId("image01"));
        Files.write(file(), List.of(letter("image01", 1, "gone", 2), letter("image02", 2, "gone", 1)));

        run();

        assertThat(all()).extracting(FailedImage::imageId).containsExactly("image02");
    }

    @Test
    void ignoresInvalidLinesWithOneWarning() throws IOException {
        List<String> lines = List.of(
                letter("image01", 1, "gone", 2).substring(0, 60),
                "not even JSON",
                "",
                "[]",
                "7",
                letter("image02", 2, "gone", 1),
                "{\"reason\":7}",
                letter("../../x", 3, "gone", 1),
                letter("image03", 3, "gone", 1).replace("2026", "someday"));
        Files.write(file(), lines);
        try (LogLines log = new LogLines()) {
            run();

            assertThat(log.with("WARN")).singleElement().asString().contains("Ignored 7 lines in");
        }
        assertThat(all()).extracting(FailedImage::imageId).containsExactly("image02");
        assertThat(sibling(".imported")).content(StandardCharsets.UTF_8).hasLineCount(lines.size());
        assertThat(Files.readAllLines(sibling(".imported"))).isEqualTo(lines);
    }

    @Test
    void leavesAFileAloneThatIsSomethingElse() throws IOException {
        for (byte[] content :
                List.of(new byte[0], new byte[300_000], "To do\n\nMilk\n".getBytes(StandardCharsets.UTF_8))) {
            Files.write(file(), content);

            run();

            assertThat(file()).hasBinaryContent(content);
        }
        assertThat(failedImages.count()).isZero();
    }

    @Test
    void leavesTheLogOfThisVersionAlone() throws IOException {
        FailedImage image = failedImages
                .record("image01", "{\"id\":\"image01\"}", "gone", FailureClass.NOT_FOUND, 1)
                .image();
        new DeadLetterLog(file()).append(image);
        failedImages.succeeded("image01");

        run();

        assertThat(file()).exists();
        assertThat(failedImages.count()).isZero();
    }

    @Test
    void neverReplacesAFileThatWasImportedBefore() throws IOException {
        for (int i = 1; i <= 3; i++) {
            Files.writeString(file(), letter("image0" + i, i, "gone", 1) + "\n");
            run();
        }

        assertThat(failedImages.count()).isEqualTo(3);
        assertThat(sibling(".imported")).content().contains("image01");
        assertThat(sibling(".imported.2")).content().contains("image02");
        assertThat(sibling(".imported.3")).content().contains("image03");
    }

    @Test
    void doesNothingWhereThereIsNone() {
        run();

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void kill9InTheMiddleLosesAndDoublesNothing() throws Exception {
        int count = 60_000;
        state.close();
        Path killed = folder.resolve("killed.db");
        try (BufferedWriter out = Files.newBufferedWriter(file())) {
            for (int i = 0; i < count; i++) {
                // Two letters per image.
                out.write(letter("image" + i % (count / 2), i, "gone", 2));
                out.newLine();
            }
        }
        int kills = 0;
        try (StateFile seen = new StateFile(killed)) {
            seen.open();
            for (int i = 1; i <= 3 && Files.exists(file()); i++) {
                long before = failedImages(seen).count();
                try (AppProcess process = AppProcess.java(null)
                        .mainClass(System.getProperty("java.class.path"), Importer.class.getName())
                        .args(killed.toString(), file().toString())
                        .start()) {
                    assertThat(process.waitForLine("importing", Duration.ofSeconds(60)))
                            .isTrue();
                    while (process.isAlive() && failedImages(seen).count() < Math.min(before + 1_000, count / 2)) {
                        Thread.onSpinWait();
                    }
                    process.kill();
                    process.waitFor(Duration.ofSeconds(10));
                    kills += Files.exists(file()) ? 1 : 0;
                }
            }
            assertThat(kills).isPositive();

            new DeadLetterImport(failedImages(seen)).run(file());

            assertThat(failedImages(seen).count()).isEqualTo(count / 2);
            failedImages(seen).list("").forEachRemaining(image -> assertThat(image.attempts())
                    .isEqualTo(4));
        }
        assertThat(sibling(".imported")).exists();
    }

    /** Imports dead letters in a separate process. */
    static final class Importer {

        private Importer() {}

        public static void main(String[] args) {
            try (StateFile file = new StateFile(Path.of(args[0]))) {
                PrintStream out = System.out;
                out.println("importing");
                new DeadLetterImport(failedImages(file)).run(Path.of(args[1]));
            }
        }
    }
}
