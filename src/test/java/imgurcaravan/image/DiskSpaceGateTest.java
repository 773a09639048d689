package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.Caravan;
import imgurcaravan.Caravan.Download;
import imgurcaravan.run.Outcome;
import imgurcaravan.run.PollSummary;
import imgurcaravan.testing.LogLines;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.SmallDisk;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real disk that is full, read-only or gone: every image has one attempt, and none is lost. */
@Timeout(120)
class DiskSpaceGateTest {

    private static final int COUNT = 20;
    private static final int SIZE = 300_000;
    private static final String PAUSE = "WARN Downloads paused: ";
    private static final String GO_ON = "INFO Downloads resumed: ";

    @TempDir
    private Path folder;

    private final LogLines log = new LogLines();
    private StandInServer server;
    private StandInImgur imgur;
    private Path mounted;
    private Path images;

    @BeforeEach
    void open() throws Exception {
        mounted = Files.createDirectory(folder.resolve("disk"));
        images = mounted.resolve("images");
        server = StandInServer.plain();
        imgur = StandInImgur.ofSize(server, server, COUNT, SIZE, SIZE, 7);
    }

    @AfterEach
    void close() {
        imgur.close();
        log.close();
    }

    private Caravan caravan() {
        return new Caravan(images).with("imgur.api.url", server.url()).with("imgur.download.concurrency", "4");
    }

    private void awaitPause() {
        await().atMost(Duration.ofSeconds(30)).until(() -> !log.with(PAUSE).isEmpty());
    }

    private void assertAllArrive(Caravan caravan) throws Exception {
        PollSummary poll = caravan.poll();
        assertThat(poll.failed()).isZero();
        assertThat(poll.left()).isZero();
        assertThat(poll.downloaded() + poll.known()).isEqualTo(COUNT);
        assertWhole(COUNT);
        assertThat(caravan.leftovers()).isEmpty();
        assertThat(log.with("WARN Failed")).isEmpty();
        assertThat(log.with(GO_ON)).hasSameSizeAs(log.with(PAUSE));
    }

    /** Every file with a final name is whole. */
    private void assertWhole(int count) throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            assertThat(files.filter(Files::isRegularFile).toList())
                    .hasSize(count)
                    .allSatisfy(file -> assertThat(file)
                            .hasBinaryContent(imgur.images()
                                    .get(file.getFileName().toString().replaceFirst("\\..*", ""))));
        }
    }

    private int inPlace() throws IOException {
        try (Stream<Path> files = Files.list(images)) {
            return (int) files.filter(Files::isRegularFile).count();
        }
    }

    private static Path fill(Path file, int bytes) throws IOException {
        return Files.write(file, new byte[bytes]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"seda", "direct"})
    void pausesOnceBelowTheFreeSpaceThatIsToStay(String queue) throws Exception {
        try (SmallDisk disk = SmallDisk.mount(mounted, "size=16m");
                Caravan caravan = caravan()
                        .with("imgur.queue", queue)
                        .with("imgur.download.concurrency", "2")
                        .with("imgur.images.min-free", "3MB")) {
            // Space for 20 images, ten before the pause; at most eight more arrive in the second between two checks.
            Path filler = fill(mounted.resolve("filler"), 10_700_000);
            imgur.images().keySet().forEach(id -> slow(imgur.path(id), Duration.ofMillis(300)));
            caravan.start();
            awaitPause();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> caravan.leftovers().isEmpty());

            assertThat(caravan.polls()).isEmpty();
            int before = inPlace();
            assertThat(before).isLessThan(COUNT);
            assertWhole(before);
            assertThat(log.with(PAUSE))
                    .singleElement()
                    .asString()
                    .matches(".* [\\d.]+ [kM]B free in " + images
                            + ", less than imgur\\.images\\.min-free \\(3\\.0 MB\\)");

            Files.delete(filler);

            assertAllArrive(caravan);
            assertThat(log.with(PAUSE)).hasSize(1);
            assertThat(imgur.imageRequests()).hasSize(COUNT);
            assertThat(disk).isNotNull();
        }
    }

    private void slow(String path, Duration wait) {
        imgur.override(path, request -> Reply.slow(wait, imgur.respond(request)));
    }

    @Test
    void resumesWhenAFullDiskHasSpaceAgain() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(mounted, "size=10m");
                Caravan caravan = caravan().start()) {
            Path filler = fill(mounted.resolve("filler"), 7_000_000);
            awaitPause();
            await().atMost(Duration.ofSeconds(20)).until(() -> inPlace() >= 8);
            assertThat(caravan.polls()).isEmpty();

            Files.delete(filler);

            assertAllArrive(caravan);
            assertThat(disk).isNotNull();
        }
    }

    @Test
    void anImageLargerThanTheFreeSpaceWaitsForMore() throws Exception {
        byte[] big = Samples.jpeg(5, 3_000_000);
        server.on("/bigbig1.jpg", Reply.bytes(200, "image/jpeg", big));
        try (SmallDisk disk = SmallDisk.mount(mounted, "size=4m");
                Caravan caravan = caravan().startWithoutPoll()) {
            Path filler = fill(mounted.resolve("filler"), 2_000_000);

            CompletableFuture<Download> download = download(caravan, "bigbig1");
            awaitPause();
            assertThat(log.with(PAUSE)).singleElement().asString().contains("less than the 3.0 MB of an image");
            assertThat(caravan.leftovers()).isEmpty();
            Files.delete(filler);

            assertThat(download.get(30, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.DOWNLOADED);
            assertThat(images.resolve("bigbig1.jpg")).hasBinaryContent(big);
            assertThat(server.count("/bigbig1.jpg")).isEqualTo(2);
            assertThat(disk).isNotNull();
        }
    }

    private CompletableFuture<Download> download(Caravan caravan, String id) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return caravan.download(id, server.url() + "/" + id + ".jpg");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void resumesWhenThereAreInodesAgain() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(mounted, "size=20m,nr_inodes=40")) {
            Path fillers = Files.createDirectory(mounted.resolve("fillers"));
            for (int i = 0; i < 22; i++) {
                Files.createFile(fillers.resolve("filler" + i));
            }
            try (Caravan caravan = caravan().start()) {
                awaitPause();
                assertThat(log.with(PAUSE).get(0)).contains(images + " cannot be written (");
                assertThat(caravan.polls()).isEmpty();

                for (int i = 0; i < 22; i++) {
                    Files.delete(fillers.resolve("filler" + i));
                }

                assertAllArrive(caravan);
                assertThat(disk).isNotNull();
            }
        }
    }

    @Test
    void resumesWhenTheDiskIsNoLongerReadOnly() throws Exception {
        try (Caravan caravan = caravan()) {
            imgur.images().keySet().forEach(id -> slow(imgur.path(id), Duration.ofMillis(300)));
            caravan.start();
            await().atMost(Duration.ofSeconds(20)).until(() -> inPlace() > 0);
            try (SmallDisk readOnly = SmallDisk.mount(images.resolve(PartFiles.FOLDER), "ro")) {
                awaitPause();
                assertThat(log.with(PAUSE)).singleElement().asString().contains("ead-only");
                assertThat(caravan.polls()).isEmpty();
                assertThat(readOnly).isNotNull();
            }

            assertAllArrive(caravan);
        }
    }

    @Test
    void waitsForAFolderThatIsGoneAndFetchesNothingTwice() throws Exception {
        try (Caravan caravan = caravan()) {
            imgur.images().keySet().forEach(id -> slow(imgur.path(id), Duration.ofMillis(300)));
            caravan.start();
            await().atMost(Duration.ofSeconds(20)).until(() -> inPlace() > 0);
            Path away = mounted.resolve("away");
            Files.move(images, away);
            awaitPause();
            assertThat(images).doesNotExist();
            String waiting = imgur.images().keySet().stream()
                    .filter(id -> server.count(imgur.path(id)) == 0)
                    .findFirst()
                    .orElseThrow();
            String name = imgur.path(waiting).substring(1);
            Files.write(away.resolve(name), imgur.images().get(waiting));

            Files.move(away, images);

            assertAllArrive(caravan);
            assertThat(server.count("/" + name)).isZero();
        }
    }

    @Test
    void writesNothingBelowTheMountPointOfADiskThatIsGone() throws Exception {
        images = mounted;
        SmallDisk disk = SmallDisk.mount(mounted, "size=20m");
        imgur.images().keySet().forEach(id -> slow(imgur.path(id), Duration.ofMillis(300)));
        Caravan caravan = caravan();
        long start;
        try (caravan) {
            caravan.start();
            await().atMost(Duration.ofSeconds(20)).until(() -> inPlace() > 0);
            disk.close();
            awaitPause();

            assertThat(log.with(PAUSE)).singleElement().asString().contains("another file system than at the start");
            assertThat(mounted).isEmptyDirectory();
            start = System.nanoTime();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(mounted).isEmptyDirectory();
        assertThat(caravan.polls()).singleElement().satisfies(poll -> {
            assertThat(poll.failed()).isZero();
            assertThat(poll.downloaded() + poll.left()).isEqualTo(poll.listed());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"seda", "direct"})
    void aStopEndsAPauseAndLeavesTheImages(String queue) throws Exception {
        Caravan caravan = caravan().with("imgur.queue", queue).with("imgur.images.min-free", "9000TB");
        long start;
        try (caravan) {
            caravan.start();
            awaitPause();
            start = System.nanoTime();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        assertThat(caravan.polls()).singleElement().satisfies(poll -> {
            assertThat(poll.failed()).isZero();
            assertThat(poll.downloaded()).isZero();
            assertThat(poll.left()).isPositive().isEqualTo(poll.listed());
        });
        assertThat(log.with(PAUSE)).hasSize(1);
        assertThat(log.with(GO_ON)).isEmpty();
        assertThat(imgur.imageRequests()).isEmpty();
    }

    @Test
    void aFolderThatCannotBeCreatedIsNotADiskFault() throws Exception {
        server.on("/abcde12.jpg", Reply.bytes(200, "image/jpeg", Samples.jpeg(1, 5_000)));
        server.on("/fghij34.jpg", Reply.bytes(200, "image/png", Samples.png(1, 5_000)));
        Files.createDirectories(images);
        Files.writeString(images.resolve("jpg"), "in the way");
        try (Caravan caravan = caravan()
                .with("imgur.images.file-name", "${header.imageExtension}/${header.imageId}.${header.imageExtension}")
                .startWithoutPoll()) {

            Download failed = caravan.download("abcde12", server.url() + "/abcde12.jpg");
            Download other = caravan.download("fghij34", server.url() + "/fghij34.jpg");

            assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(failed.reason()).startsWith("its folder cannot be created: a file has the name ");
            assertThat(other.outcome()).isEqualTo(Outcome.DOWNLOADED);
            assertThat(caravan.files()).containsExactly("jpg", "png/fghij34.png");
            assertThat(caravan.leftovers()).isEmpty();
            assertThat(log.with(PAUSE)).isEmpty();
        }
    }
}
