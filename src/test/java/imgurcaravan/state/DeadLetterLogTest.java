package imgurcaravan.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterLogTest {

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("letters/dead.jsonl");
    }

    private static FailedImage image(String id) {
        Instant now = Instant.ofEpochMilli(1);
        String message = "{\"id\":\"" + id + "\",\"postTitle\":\"" + "long ".repeat(2_000) + "\"}";
        return new FailedImage(id, message, "gone", FailureClass.NOT_FOUND, 1, now, now, now, false);
    }

    @Test
    void appendsALineForEach() throws IOException {
        new DeadLetterLog(file()).append(image("abcde"));
        new DeadLetterLog(file()).append(image("fghij"));

        assertThat(file())
                .hasContent(FailedImagePrinter.json(image("abcde")) + "\n" + FailedImagePrinter.json(image("fghij"))
                        + "\n");
    }

    @Test
    void endsALineThatBrokeOff() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "{\"time\":\"20");

        new DeadLetterLog(file()).append(image("abcde"));

        assertThat(Files.readAllLines(file()))
                .containsExactly("{\"time\":\"20", FailedImagePrinter.json(image("abcde")));
    }

    @Test
    void manyMayShareTheFile() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String id = "id" + i;
                DeadLetterLog log = new DeadLetterLog(file());
                log.append(image(id));
                all.add(executor.submit(() -> {
                    for (int n = 1; n < 50; n++) {
                        log.append(image(id));
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            executor.shutdownNow();
        }

        assertThat(Files.readAllLines(file())).hasSize(200).allMatch(line -> line.endsWith("}}"));
    }

    @Test
    void failsWhereItCannotBeWritten() throws IOException {
        Files.writeString(file().getParent(), "a file where the folder would be");

        assertThatIOException().isThrownBy(() -> new DeadLetterLog(file()).append(image("abcde")));
    }
}
