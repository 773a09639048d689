package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FoldersTest {

    @TempDir
    private Path top;

    @Test
    void flushesTheFoldersOfAFile() throws IOException {
        Path file =
                Files.writeString(Files.createDirectories(top.resolve("a/b")).resolve("c.jpg"), "x");

        assertThatCode(() -> new Folders(top).flush(file)).doesNotThrowAnyException();
    }

    @Test
    void failsWhereAFolderIsGone() throws IOException {
        Folders folders = new Folders(top);
        folders.flush(top.resolve("there.jpg"));

        assertThatIOException()
                .isThrownBy(() -> folders.flush(top.resolve("gone/a.jpg")))
                .withMessageContaining("gone");
        assertThatIOException().isThrownBy(() -> folders.flush(top.resolve("gone/b.jpg")));
    }

    @Test
    void servesManyCallersAtOnce() throws Exception {
        Folders folders = new Folders(top);
        int callers = 16;
        ExecutorService executor = Executors.newFixedThreadPool(callers);
        try {
            List<Future<Integer>> done = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                done.add(executor.submit(() -> {
                    for (int i = 0; i < 200; i++) {
                        folders.flush(top.resolve("a.jpg"));
                    }
                    return 200;
                }));
            }
            for (Future<Integer> future : done) {
                assertThat(future.get(20, TimeUnit.SECONDS)).isEqualTo(200);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void tellsEveryCallerOfAFailure() throws Exception {
        Folders folders = new Folders(top);
        folders.flush(top.resolve("there.jpg"));
        int callers = 8;
        ExecutorService executor = Executors.newFixedThreadPool(callers);
        try {
            List<Future<Boolean>> failed = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                failed.add(executor.submit(() -> {
                    try {
                        folders.flush(top.resolve("gone/a.jpg"));
                        return false;
                    } catch (IOException e) {
                        return true;
                    }
                }));
            }
            for (Future<Boolean> future : failed) {
                assertThat(future.get(20, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            executor.shutdownNow();
        }
    }
}
