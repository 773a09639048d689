package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.Application;
import imgurcaravan.state.DownloadedImage;
import imgurcaravan.state.DownloadedImages;
import imgurcaravan.state.StateFile;
import imgurcaravan.testing.AppCommand;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.KillSwitch;
import imgurcaravan.testing.Request;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.jdbc4.JDBC4Connection;

/** The archive of the packaged jar: kills at each step of a download, sharing between processes, and size. */
class ImageArchiveIT {

    private static final Path JAR = Path.of(System.getProperty("imgurcaravan.jar", "target/imgur-caravan.jar"));
    private static final Duration LONG = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    private Path images() {
        return folder.resolve("images");
    }

    private Path file() {
        return images().resolve(".caravan/archive.db");
    }

    private AppCommand app(StandInServer api) {
        String classPath = JAR.toAbsolutePath()
                + File.pathSeparator
                + Path.of("target/test-classes").toAbsolutePath();
        return AppProcess.java(null)
                .mainClass(classPath, Application.class.getName())
                .workDir(folder)
                .env("IMGUR_CLIENT_ID", "test-client-id")
                .env("IMGUR_ONCE", "true")
                .env("IMGUR_API_URL", api.url())
                .env("IMGUR_HOSTS_ALLOW", "127.0.0.1")
                .env("IMGUR_HOSTS_PRIVATE", "true");
    }

    private int run(AppCommand command) {
        try (AppProcess process = command.start()) {
            return process.waitFor(LONG);
        }
    }

    private Set<String> filesInPlace() throws IOException {
        try (Stream<Path> files = Files.list(images())) {
            return files.filter(Files::isRegularFile)
                    .map(path -> path.getFileName().toString().replaceFirst("\\..*", ""))
                    .collect(Collectors.toSet());
        }
    }

    private static Map<String, Long> requests(StandInImgur imgur) {
        return imgur.imageRequests().stream()
                .map(Request::path)
                .map(path -> path.replaceFirst(".*/", "").replaceFirst("\\..*", ""))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private void assertWhole(StandInImgur imgur, Set<String> ids) throws IOException {
        try (Stream<Path> files = Files.list(images())) {
            for (Path path : files.filter(Files::isRegularFile).toList()) {
                String id = path.getFileName().toString().replaceFirst("\\..*", "");
                assertThat(ids).contains(id);
                assertThat(path).hasBinaryContent(imgur.images().get(id));
            }
        }
    }

    /** Puts a kill switch before or after a step of the download, in a copy of the routes in the working folder. */
    private void killAt(String step, boolean behind, int after) throws IOException {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("routes/image-download.camel.yaml")));
        int line = lines.indexOf(lines.stream()
                .filter(text -> text.matches(" +id: " + step))
                .findFirst()
                .orElseThrow());
        String indent = " ".repeat(lines.get(line - 1).indexOf('-'));
        int at = line - 1;
        if (behind) {
            at = line + 1;
            while (lines.get(at).startsWith(indent + " ")) {
                at++;
            }
        }
        lines.addAll(
                at,
                List.of(
                        indent + "- bean:",
                        indent + "    id: kill",
                        indent + "    ref: kill-switch",
                        indent + "    method: pass"));
        lines.addAll(List.of(
                "- beans:",
                "    - name: kill-switch",
                "      type: " + KillSwitch.class.getName(),
                "      properties:",
                "        after: " + after));
        Files.write(routes.resolve("image-download.camel.yaml"), lines);
    }

    private void mendRoutes() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("routes"))) {
            for (Path path : files.toList()) {
                Files.delete(path);
            }
        }
    }

    /** One image at a time, so that it is clear which one was in flight. */
    @ParameterizedTest(name = "{0}, after it {1}")
    @CsvSource({
        // the part file is written
        "settle, false, 1",
        // it is flushed
        "write-image, false, 1",
        // it has its final name
        "remember-image, false, 0",
        // it is in the archive
        "remember-image, true, 0"
    })
    void aKillAtAnyStepCostsAtMostTheImageInFlight(String step, boolean behind, int again) throws Exception {
        int count = 12;
        int before = 5;
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, api, count, 2_000, 20_000, 3)) {
            killAt(step, behind, before + 1);
            assertThat(run(app(api).env("IMGUR_QUEUE", "direct"))).isEqualTo(KillSwitch.EXIT);
            assertThat(imgur.imageRequests()).hasSize(before + 1);
            Set<String> inPlace = filesInPlace();
            assertThat(inPlace).hasSize(before + 1 - again);
            mendRoutes();

            assertThat(run(app(api).env("IMGUR_QUEUE", "direct"))).isZero();

            assertThat(filesInPlace()).isEqualTo(imgur.images().keySet());
            assertWhole(imgur, imgur.images().keySet());
            Map<String, Long> requests = requests(imgur);
            assertThat(imgur.imageRequests()).hasSize(count + again);
            assertThat(inPlace).allSatisfy(id -> assertThat(requests.get(id)).isEqualTo(1));
            try (StateFile state = new StateFile(file())) {
                DownloadedImages archive = new DownloadedImages(state);
                assertThat(imgur.images().keySet()).allMatch(archive::contains);
            }
        }
    }

    @Test
    void aKillAmidManyCostsAtMostTheImagesInFlight() throws Exception {
        int count = 80;
        // Eight being fetched and four being written to disk.
        int inFlight = 12;
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, api, count, 2_000, 20_000, 4)) {
            killAt("remember-image", false, 40);
            assertThat(run(app(api))).isEqualTo(KillSwitch.EXIT);
            Set<String> inPlace = filesInPlace();
            mendRoutes();

            assertThat(run(app(api))).isZero();

            assertThat(filesInPlace()).isEqualTo(imgur.images().keySet());
            assertWhole(imgur, imgur.images().keySet());
            Map<String, Long> requests = requests(imgur);
            assertThat(imgur.imageRequests()).hasSizeBetween(count, count + inFlight);
            assertThat(inPlace).allSatisfy(id -> assertThat(requests.get(id)).isEqualTo(1));
        }
    }

    @Test
    void whatItsOwnerMovedOrDeletedIsNotFetchedAgainUntilTheArchiveIsDeleted() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, api, 10, 2_000, 5_000, 5)) {
            assertThat(run(app(api))).isZero();
            List<Path> all;
            try (Stream<Path> files = Files.list(images())) {
                all = files.filter(Files::isRegularFile).sorted().toList();
            }
            Files.delete(all.get(0));
            Files.move(all.get(1), folder.resolve("mine"));

            try (AppProcess process = app(api).start()) {
                assertThat(process.waitFor(LONG)).isZero();
                assertThat(process.output()).contains("10 listed, 0 downloaded, 10 known, 0 failed");
            }
            assertThat(imgur.imageRequests()).hasSize(10);

            try (AppProcess process = app(api).env("IMGUR_ARCHIVE", "none").start()) {
                assertThat(process.waitFor(LONG)).isZero();
                assertThat(process.output()).contains("10 listed, 2 downloaded, 8 known, 0 failed");
            }
            Files.delete(all.get(0));
            Files.delete(file());
            try (AppProcess process = app(api).start()) {
                assertThat(process.waitFor(LONG)).isZero();
                assertThat(process.output()).contains("10 listed, 1 downloaded, 9 known, 0 failed");
            }
        }
    }

    @Test
    void anArchiveThatCannotBeUsedEndsInOneLine() throws Exception {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "no database ".repeat(50));
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, api, 1, 2_000, 5_000, 6);
                AppProcess process = app(api).start()) {
            assertThat(process.waitFor(LONG)).isEqualTo(78);
            assertThat(process.lines())
                    .filteredOn(line -> line.contains("ERROR"))
                    .singleElement()
                    .asString()
                    .contains("imgur.archive=images/.caravan/archive.db cannot be used: ")
                    .contains("IMGUR_ARCHIVE");
            assertThat(process.output()).doesNotContain("\tat ");
            assertThat(imgur.apiRequests()).isEmpty();
        }
    }

    @Test
    void processesThatStartTogetherShareOneArchive() throws Exception {
        try (StandInServer api = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(api, api, 60, 2_000, 5_000, 7);
                AppProcess first = app(api).start();
                AppProcess second = app(api).start()) {
            assertThat(first.waitFor(LONG)).as(first.output()).isZero();
            assertThat(second.waitFor(LONG)).as(second.output()).isZero();

            assertThat(filesInPlace()).isEqualTo(imgur.images().keySet());
            try (StateFile state = new StateFile(file())) {
                DownloadedImages archive = new DownloadedImages(state);
                assertThat(imgur.images().keySet()).allMatch(archive::contains);
            }
        }
    }

    @Test
    void aMillionIdsNeedLittleMemory() throws Exception {
        String classPath = JAR.toAbsolutePath()
                + File.pathSeparator
                + Path.of("target/test-classes").toAbsolutePath();
        try (AppProcess process = AppProcess.java(null)
                .mainClass(classPath, Million.class.getName())
                .args(folder.resolve("archive.db").toString())
                .jvm("-Xmx64m")
                .start()) {
            assertThat(process.waitFor(LONG)).as(process.output()).isZero();
            assertThat(process.output()).contains("hits 10000, misses 10000");
            assertThat(Files.size(folder.resolve("archive.db"))).isLessThan(100_000_000);
        }
    }

    /** Fills an archive with a million ids and queries it, in a separate process. */
    static final class Million {

        private Million() {}

        static String id(int number) {
            return String.format("%07x", number * 97);
        }

        public static void main(String[] args) throws IOException, SQLException {
            Path file = Path.of(args[0]);
            try (StateFile state = new StateFile(file)) {
                state.open();
            }
            try (JDBC4Connection connection = new JDBC4Connection("", file.toString(), new Properties());
                    Statement statement = connection.createStatement()) {
                statement.execute("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999999),"
                        + " ids(i, id) AS (SELECT i, printf('%07x', i * 97) FROM n)"
                        + " INSERT INTO image (id, file, bytes, url, time) SELECT id, id || '.jpg', 1000000 + i,"
                        + " 'https://i.imgur.com/' || id || '.jpg', 1790000000000 + i FROM ids");
            }
            try (StateFile state = new StateFile(file)) {
                DownloadedImages archive = new DownloadedImages(state);
                int hits = 0;
                int misses = 0;
                for (int i = 0; i < 10_000; i++) {
                    hits += archive.contains(id(i * 97)) ? 1 : 0;
                    misses += archive.contains("x" + i) ? 0 : 1;
                    archive.add(DownloadedImage.ofId("y" + i));
                }
                PrintStream out = System.out;
                out.println("hits " + hits + ", misses " + misses);
            }
        }
    }
}
