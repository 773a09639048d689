package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.AppCommand;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The launcher as it is built: which JVM it takes, what it passes on, and the archive that it makes for that JVM. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherIT {

    private static final Path JAR = Path.of(System.getProperty("imgurcaravan.jar", "target/imgur-caravan.jar"))
            .toAbsolutePath();
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final Duration LONG = Duration.ofMinutes(5);

    /** It shows that a word with a blank arrives as one, and is told before anything is started. */
    private static final String BAD_QUEUE = "-Dimgur.queue=no such";

    @TempDir
    private Path folder;

    private Path install;
    private Path launcher;

    /** The jar and its libraries, in a folder of their own with a blank in its name. */
    @BeforeEach
    void install() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        installIn(folder.resolve("a place/caravan"));
    }

    private void installIn(Path place) throws IOException {
        install = Files.createDirectories(place);
        Path lib = Files.createDirectories(install.resolve("lib"));
        Path target = JAR.getParent();
        launcher = install.resolve("imgur-caravan");
        Files.copy(target.resolve("imgur-caravan"), launcher);
        Files.copy(JAR, install.resolve("imgur-caravan.jar"));
        try (Stream<Path> jars = Files.list(target.resolve("lib"))) {
            for (Path jar :
                    jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
                Files.copy(jar, lib.resolve(jar.getFileName()));
            }
        }
        launcher.toFile().setExecutable(true, false);
    }

    private AppCommand launch(String... words) {
        return AppProcess.program(words)
                .workDir(folder)
                .env("JAVA_HOME", JAVA_HOME.toString())
                .env("XDG_CACHE_HOME", folder.resolve("cache").toString())
                .env("CARAVAN_ARCHIVE", "off");
    }

    /** A java that says what version it is, and otherwise what it was given, and ends with 42. */
    private Path fakeJava(Path bin, String version) throws IOException {
        Path java = Files.createDirectories(bin).resolve("java");
        Files.writeString(
                java,
                "#!/bin/sh\nif [ \"$1\" = -version ]; then echo 'openjdk version \"" + version
                        + "\" 2024-01-16' >&2; exit; fi\nprintf '%s\\n' \"$@\"\nexit 42\n");
        java.toFile().setExecutable(true);
        return java;
    }

    private void assertOneLine(AppCommand command, String... parts) {
        try (AppProcess process = command.start()) {
            assertThat(process.waitFor(LONG)).as(process.output()).isEqualTo(78);
            assertThat(process.lines()).singleElement().asString().contains(parts);
        }
    }

    private List<Path> archives(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.filter(file -> file.toString().matches(".*/imgur-caravan-\\d+\\.(jsa|aot)"))
                    .toList();
        }
    }

    // --- the script ---

    static Stream<List<String>> shells() {
        return Stream.of(List.of("sh"), List.of("dash"), List.of("busybox", "sh"), List.of("bash", "--posix"))
                .filter(shell -> Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(bin -> Files.isExecutable(Path.of(bin, shell.get(0)))));
    }

    @ParameterizedTest
    @MethodSource("shells")
    void everyShellPassesArgumentsAndTheExitCodeThrough(List<String> shell) {
        String[] words = Stream.concat(shell.stream(), Stream.of(launcher.toString(), BAD_QUEUE))
                .toArray(String[]::new);

        assertOneLine(launch(words).env("IMGUR_CLIENT_ID", "abc"), "imgur.queue=no such cannot be used");
    }

    @Test
    void itIsFoundThroughSymbolicLinksFromAnywhere() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("absolute"), launcher);
        Files.createSymbolicLink(bin.resolve("caravan"), Path.of("absolute"));
        Files.createSymbolicLink(folder.resolve("relative"), Path.of("a place/caravan/imgur-caravan"));

        assertOneLine(launch(bin.resolve("caravan").toString(), BAD_QUEUE).env("IMGUR_CLIENT_ID", "abc"), "no such");
        assertOneLine(launch("sh", "relative", BAD_QUEUE).env("IMGUR_CLIENT_ID", "abc"), "no such");
    }

    @Test
    void withoutItsJarItSaysSo() throws Exception {
        Files.delete(install.resolve("imgur-caravan.jar"));

        assertOneLine(launch(launcher.toString()), install.toRealPath() + "/imgur-caravan.jar");
    }

    @Test
    void itBecomesTheJvmSoThatSignalsReachIt() throws Exception {
        try (StandInServer server = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(server, server, 3, 1_000, 3_000, 1);
                AppProcess process = launch(launcher.toString())
                        .env("IMGUR_CLIENT_ID", "abc")
                        .env("IMGUR_API_URL", imgur.apiUrl())
                        .env("IMGUR_HOSTS_ALLOW", "127.0.0.1")
                        .env("IMGUR_HOSTS_PRIVATE", "true")
                        .start()) {
            assertThat(process.waitForLine("3 downloaded", LONG))
                    .as(process.output())
                    .isTrue();
            assertThat(ProcessHandle.of(process.pid())
                            .flatMap(handle -> handle.info().command()))
                    .hasValueSatisfying(command -> assertThat(Path.of(command)).hasFileName("java"));

            process.terminate();

            assertThat(process.waitFor(Duration.ofSeconds(10))).isEqualTo(143);
        }
    }

    // --- the JVM ---

    @Test
    void withoutJavaItSaysSo() throws Exception {
        Path empty = Files.createDirectories(folder.resolve("empty"));

        assertOneLine(
                launch("/bin/sh", launcher.toString()).env("JAVA_HOME", "").env("PATH", empty.toString()),
                "there is no Java",
                "JAVA_HOME");
        assertOneLine(
                launch("/bin/sh", launcher.toString()).env("JAVA_HOME", empty.toString()), "JAVA_HOME is " + empty);
    }

    @Test
    void anOldJavaIsNotTaken() throws Exception {
        Path bin = folder.resolve("old/bin");
        String path = bin + ":" + System.getenv("PATH");
        AppCommand command =
                launch("/bin/sh", launcher.toString()).env("JAVA_HOME", "").env("PATH", path);

        fakeJava(bin, "1.8.0_402");
        assertOneLine(command, "is Java 8");
        fakeJava(bin, "16.0.2");
        assertOneLine(command, "is Java 16");
        fakeJava(bin, "what");
        assertOneLine(command, "of no known version");
        fakeJava(bin, "21");
        Files.writeString(folder.resolve("old/release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"11.0.22\"\n");
        assertOneLine(command, "is Java 11");
    }

    @Test
    void optionsComeAfterTheDefaultsAndArgumentsAreLeftAsTheyAre() throws Exception {
        Path bin = folder.resolve("new jdk/bin");
        fakeJava(bin, "21.0.2");
        AppCommand command = launch(launcher.toString(), "a b", "*", "", "$HOME")
                .env("JAVA_HOME", bin.getParent().toString())
                .env("JAVA_OPTS", "-Xmx1g  -Dglob=*");
        try (AppProcess process = command.start()) {
            assertThat(process.waitFor(LONG)).isEqualTo(42);
            assertThat(process.lines())
                    .startsWith("-XX:+IgnoreUnrecognizedVMOptions", "-XX:+UseSerialGC")
                    .endsWith(
                            "-Xmx1g",
                            "-Dglob=*",
                            "-jar",
                            install.toRealPath() + "/imgur-caravan.jar",
                            "a b",
                            "*",
                            "",
                            "$HOME");
        }
    }

    // --- the archive ---

    @Test
    void theFirstStartsHaveAnArchiveMadeAndLaterOnesUseIt() throws Exception {
        // Below a name with a blank Java 17 takes its own classes from the archive, and none of the jars'.
        installIn(folder.resolve("place"));
        AppCommand command = launch(launcher.toString(), BAD_QUEUE)
                .env("IMGUR_CLIENT_ID", "abc")
                .env("CARAVAN_ARCHIVE", "");
        try (AppProcess first = command.start();
                AppProcess second = command.start()) {
            assertThat(first.waitFor(LONG)).as(first.output()).isEqualTo(78);
            assertThat(second.waitFor(LONG)).as(second.output()).isEqualTo(78);
        }
        Path lib = install.resolve("lib");
        await().atMost(LONG).untilAsserted(() -> assertThat(archives(lib))
                .singleElement()
                .satisfies(file -> assertThat(file).isRegularFile().isReadable()));
        Path archive = archives(lib).get(0);
        Path log = folder.resolve("classes.log");
        command.env("JAVA_OPTS", "-Xlog:class+load:file=" + log.getFileName());

        assertOneLine(command, "no such");
        assertThat(log).content().containsPattern("imgurcaravan\\.Application source: shared objects file");

        await().atMost(LONG).until(() -> Files.notExists(lib.resolve(archive.getFileName() + ".work")));
        // As if another start were making it anew.
        Files.createDirectory(lib.resolve(archive.getFileName() + ".work"));
        // Whatever has happened to it, it makes no start fail, and says nothing.
        byte[] whole = Files.readAllBytes(archive);
        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-r--r--"));
        for (int length : new int[] {0, 100, whole.length / 2}) {
            Files.write(archive, Arrays.copyOf(whole, length));
            assertOneLine(command, "no such");
        }
        byte[] garbage = whole.clone();
        Arrays.fill(garbage, 0, 4_096, (byte) 0x5a);
        Files.write(archive, garbage);
        assertOneLine(command, "no such");
        assertThat(log).content().containsPattern("imgurcaravan\\.Application source: (file|jar):");
    }

    static Stream<Arguments> controlGroups() {
        String unified = "5:pids:/a/b\n0::/a/b\n";
        String legacy = "5:pids:/\n4:memory:/a/b\n0::/\n";
        return Stream.of(
                Arguments.of("none", "", Map.of(), true),
                Arguments.of("its own, small", unified, Map.of("a/b/memory.max", "134217728"), false),
                Arguments.of("its own, large", unified, Map.of("a/b/memory.max", "1073741824"), true),
                Arguments.of("its own, with no limit", unified, Map.of("a/b/memory.max", "max"), true),
                Arguments.of(
                        "one around it, small",
                        unified,
                        Map.of("a/memory.max", "134217728", "a/b/memory.max", "max"),
                        false),
                Arguments.of("a container's", unified, Map.of("memory.max", "134217728"), false),
                Arguments.of("another's, small", unified, Map.of("c/memory.max", "134217728"), true),
                Arguments.of(
                        "of the old kind, small",
                        legacy,
                        Map.of("memory/a/b/memory.limit_in_bytes", "134217728"),
                        false),
                Arguments.of(
                        "of the old kind, with no limit",
                        legacy,
                        Map.of("memory/a/b/memory.limit_in_bytes", "9223372036854771712"),
                        true));
    }

    /** With control groups of the test's own, and with a Java that shows only whether it was asked for an archive. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("controlGroups")
    void anArchiveIsMadeBesideAStartOnlyWhereThereIsMemoryForBoth(
            String kind, String groups, Map<String, String> limits, boolean roomy) throws Exception {
        Path bin = folder.resolve("jdk/bin");
        fakeJava(bin, "21");
        Files.createFile(Files.createDirectories(folder.resolve("jdk/lib")).resolve("modules"));
        Path mine = Files.writeString(folder.resolve("cgroup"), groups);
        Path tree = folder.resolve("groups");
        for (Map.Entry<String, String> limit : limits.entrySet()) {
            Path file = tree.resolve(limit.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, limit.getValue() + "\n");
        }
        String script = Files.readString(launcher);
        assertThat(script).contains("/proc/self/cgroup", "/sys/fs/cgroup");
        Files.writeString(
                launcher,
                script.replace("/proc/self/cgroup", mine.toString()).replace("/sys/fs/cgroup", tree.toString()));

        try (AppProcess start = launch(launcher.toString())
                .env("JAVA_HOME", bin.getParent().toString())
                .env("CARAVAN_ARCHIVE", "")
                .start()) {
            assertThat(start.waitFor(LONG)).as(start.output()).isEqualTo(42);
        }

        if (roomy) {
            await().atMost(LONG).until(this::askedForArchive);
        } else {
            await().during(Duration.ofMillis(500)).until(() -> !askedForArchive());
        }
    }

    private boolean askedForArchive() throws IOException {
        try (Stream<Path> files = Files.walk(install.resolve("lib"))) {
            for (Path log : files.filter(file -> file.endsWith("log")).toList()) {
                if (Files.readString(log).contains("TrainingRun")) {
                    return true;
                }
            }
            return false;
        }
    }

    @Test
    void aRunNeedsNothingOfWhatComesWithTheArchive() throws Exception {
        installIn(folder.resolve("place"));
        try (AppProcess prepare = launch(launcher.toString(), "prepare")
                .env("CARAVAN_ARCHIVE", "")
                .start()) {
            assertThat(prepare.waitFor(LONG)).as(prepare.output()).isZero();
        }
        Path archive = archives(install.resolve("lib")).get(0);
        Path library;
        try (Stream<Path> files = Files.list(archive.resolveSibling(archive.getFileName() + ".lib"))) {
            library = files.findFirst().orElseThrow();
        }
        byte[] whole = Files.readAllBytes(library);
        // As if another start were making it anew.
        Files.createDirectory(archive.resolveSibling(archive.getFileName() + ".work"));
        try (StandInServer server = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(server, server, 4, 1_000, 3_000, 1)) {
            for (byte[] left :
                    List.of(whole, new byte[0], Arrays.copyOf(whole, whole.length / 2), new byte[whole.length])) {
                Files.write(library, left);
                assertRuns(imgur);
            }
            Files.delete(library);
            assertRuns(imgur);
        }
    }

    private void assertRuns(StandInImgur imgur) {
        try (AppProcess run = launch(launcher.toString())
                .env("CARAVAN_ARCHIVE", "")
                .env("IMGUR_CLIENT_ID", "abc")
                .env("IMGUR_ONCE", "true")
                .env("IMGUR_API_URL", imgur.apiUrl())
                .env("IMGUR_HOSTS_ALLOW", "127.0.0.1")
                .env("IMGUR_HOSTS_PRIVATE", "true")
                .start()) {
            assertThat(run.waitFor(LONG)).as(run.output()).isZero();
            assertThat(run.output()).contains("Took").doesNotContain("ERROR").doesNotContain("WARN");
        }
    }

    @Test
    void whereItMayNotWriteBesideTheJarTheArchiveGoesToTheCache() throws Exception {
        boolean root = Integer.valueOf(0).equals(Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS));
        Assumptions.assumeTrue(!root || Files.isExecutable(Path.of("/usr/bin/setpriv")));
        Path lib = install.resolve("lib");
        Files.setPosixFilePermissions(lib, PosixFilePermissions.fromString("r-xr-xr-x"));
        List<String> nobody = root ? List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups") : List.of();
        String[] words = Stream.concat(nobody.stream(), Stream.of(launcher.toString(), BAD_QUEUE))
                .toArray(String[]::new);
        AppCommand command = launch(words).env("IMGUR_CLIENT_ID", "abc").env("CARAVAN_ARCHIVE", "");
        Path closed = Files.createDirectories(folder.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));

        assertOneLine(command.env("XDG_CACHE_HOME", closed.toString()), "no such");

        Path cache = Files.createDirectories(folder.resolve("cache"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertOneLine(command.env("XDG_CACHE_HOME", cache.toString()), "no such");
        await().atMost(LONG).untilAsserted(() -> assertThat(archives(cache.resolve("imgur-caravan")))
                .singleElement()
                .satisfies(file -> assertThat(file).isRegularFile()));
        assertThat(archives(lib)).isEmpty();
        assertThat(closed).isEmptyDirectory();
    }
}
