package imgurcaravan.image;

import imgurcaravan.state.DownloadedImage;
import imgurcaravan.state.DownloadedImages;
import imgurcaravan.state.FailedImages;
import imgurcaravan.state.FailureClass;
import imgurcaravan.state.StateFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * Measures the archive with a million ids, in a heap of 64 MB: look-ups, insertions, and the flush of a folder before
 * an insertion. The files are under {@code target/}, because a disk should be measured and {@code /tmp} may be in
 * memory.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgs = "-Xmx64m")
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 2)
public class ArchiveBenchmark {

    private static final int MILLION = 1_000_000;

    /** Seven characters, unordered, like Imgur's. */
    private static String id(long number) {
        return Long.toString(2_200_000_000L + number * 1_000_003L % 70_000_000_000L, 36);
    }

    private static DownloadedImage image(String id) {
        return new DownloadedImage(
                id,
                id + ".jpg",
                1_234_567,
                "https://i.imgur.com/" + id + ".jpg",
                Instant.ofEpochMilli(1_790_000_000_000L));
    }

    @State(Scope.Benchmark)
    public static class Archive {

        private final AtomicLong added = new AtomicLong(2L * MILLION);
        private Path folder;
        private StateFile state;
        private DownloadedImages images;
        private FailedImages failedImages;
        private Folders folders;

        @Setup
        public void fill() throws IOException, SQLException {
            folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "bench");
            folders = new Folders(folder);
            Path path = folder.resolve("archive.db");
            state = new StateFile(path);
            state.open();
            try (JDBC4Connection connection = new JDBC4Connection("", path.toString(), new Properties());
                    Statement statement = connection.createStatement();
                    PreparedStatement insert = connection.prepareStatement(
                            "INSERT INTO image (id, file, bytes, url, time) VALUES (?, ?, ?, ?, ?)")) {
                statement.execute("PRAGMA cache_size=-200000");
                statement.execute("BEGIN");
                for (int i = 0; i < MILLION; i++) {
                    DownloadedImage image = image(id(i));
                    insert.setString(1, image.id());
                    insert.setString(2, image.file());
                    insert.setLong(3, image.bytes());
                    insert.setString(4, image.url());
                    insert.setLong(5, image.time().toEpochMilli());
                    insert.executeUpdate();
                }
                statement.execute("COMMIT");
            }
            images = new DownloadedImages(state);
            failedImages = new FailedImages(state, Duration.ofDays(7), Clock.systemUTC());
            System.out.printf("[%,d bytes for %,d ids] ", Files.size(path), MILLION);
        }

        @TearDown
        public void delete() throws IOException {
            state.close();
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            System.out.printf(
                    "[%,d bytes of heap in use of %,d] ",
                    runtime.totalMemory() - runtime.freeMemory(), runtime.maxMemory());
            try (Stream<Path> all = Files.list(folder)) {
                all.forEach(path -> {
                    try {
                        Files.delete(path);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
            Files.delete(folder);
        }
    }

    @Benchmark
    public boolean hit(Archive archive) {
        return archive.images.contains(id(ThreadLocalRandom.current().nextInt(MILLION)));
    }

    @Benchmark
    public boolean miss(Archive archive) {
        return archive.images.contains(id(MILLION + ThreadLocalRandom.current().nextInt(MILLION)));
    }

    @Benchmark
    public boolean insert(Archive archive) {
        return archive.images.add(image(id(archive.added.incrementAndGet())));
    }

    /** A dead letter is flushed to disk. */
    @Benchmark
    public boolean fail(Archive archive) {
        String id = id(archive.added.incrementAndGet());
        return archive.failedImages
                .record(id, "{\"id\":\"" + id + "\"}", "the server responded 404", FailureClass.NOT_FOUND, 1)
                .image()
                .givenUp();
    }

    @Benchmark
    public boolean isPostponed(Archive archive) {
        return archive.failedImages.isPostponed(id(ThreadLocalRandom.current().nextInt(MILLION)));
    }

    /** The work of the four settle threads for each image: a new name, the flush of its folder, the entry. */
    @Benchmark
    @Threads(4)
    public boolean settle(Archive archive) throws IOException {
        String id = id(archive.added.incrementAndGet());
        Path file = Files.createFile(archive.folder.resolve(id));
        archive.folders.flush(file);
        return archive.images.add(image(id));
    }
}
