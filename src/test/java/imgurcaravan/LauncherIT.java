package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.testing.AppCommand;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The built launcher: which JVM it selects, what it passes on, and its class archive. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherIT {

    private static final Path JAR = Path.of(System.getProperty("imgurcaravan.jar", "target/imgur-caravan.jar"))
            .toAbsolutePath();
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final Duration LONG = Duration.ofMinutes(5);

    /** Shows that an argument with a blank arrives as one; it is reported before anything is started. */
    private static final String BAD_QUEUE = "-Dimgur.queue=no such";

    @TempDir
    private Path folder;

    private Path install;
    private Path launcher;

    /** The jar and its libraries, in a separate folder with a blank in its name, without a class archive. */
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
        return AppProcess.program(words).workDir(folder).env("JAVA_HOME", JAVA_HOME.toString());
    }

    /** A java that prints its version, or else its arguments, and exits with 42. */
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

    private Path archive(Path place) {
        return place.resolve("lib/imgur-caravan-" + Runtime.version().feature() + ".jsa");
    }

    private void prepare() {
        try (AppProcess prepare = launch(launcher.toString(), "prepare").start()) {
            assertThat(prepare.waitFor(LONG)).as(prepare.output()).isZero();
            assertThat(prepare.lines()).isEmpty();
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
                    .contains("-XX:+UseSerialGC", "-Xmx96m")
                    .noneMatch(option -> option.startsWith("-XX:SharedArchiveFile"))
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

    // --- the archive of classes ---

    @Test
    void theBuildHasMadeAnArchive() {
        assertThat(archive(JAR.getParent())).isRegularFile();
    }

    @Test
    void startsUseTheArchiveAndSayNothingOfOneThatTheyCannotUse() throws Exception {
        // Under a path with a blank Java 17 loads its own classes from the archive, but not those of the jars.
        installIn(folder.resolve("place"));
        prepare();
        Path archive = archive(install);
        try (Stream<Path> files = Files.list(install.resolve("lib"))) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.endsWith(".jar")))
                    .containsExactlyInAnyOrder(archive.getFileName().toString(), archive.getFileName() + ".size");
        }
        Path log = folder.resolve("classes.log");
        AppCommand command = launch(launcher.toString(), BAD_QUEUE)
                .env("IMGUR_CLIENT_ID", "abc")
                .env("JAVA_OPTS", "-Xlog:class+load:file=" + log.getFileName());

        assertOneLine(command, "no such");
        assertThat(log).content().containsPattern("imgurcaravan\\.Application source: shared objects file");

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
        Files.write(archive, whole);
        Path library = install.resolve("lib").resolve(sqlite());
        Files.setLastModifiedTime(library, FileTime.from(Instant.EPOCH));
        assertOneLine(command, "no such");
        assertThat(log).content().containsPattern("imgurcaravan\\.Application source: (file|jar):");
    }

    private String sqlite() throws IOException {
        try (Stream<Path> files = Files.list(install.resolve("lib"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("sqlite-jdbc"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aRunWithTheArchiveWarnsOfNothing() throws Exception {
        installIn(folder.resolve("place"));
        prepare();
        try (StandInServer server = StandInServer.plain();
                StandInImgur imgur = StandInImgur.ofSize(server, server, 4, 1_000, 3_000, 1);
                AppProcess run = launch(launcher.toString())
                        .env("IMGUR_CLIENT_ID", "abc")
                        .env("IMGUR_ONCE", "true")
                        .env("IMGUR_API_URL", imgur.apiUrl())
                        .env("IMGUR_HOSTS_ALLOW", "127.0.0.1")
                        .env("IMGUR_HOSTS_PRIVATE", "true")
                        .start()) {
            assertThat(run.waitFor(LONG)).as(run.output()).isZero();
            assertThat(run.output()).contains("Took").doesNotContain("ERROR").doesNotContainIgnoringCase("WARN");
        }
    }

    @Test
    void anArchiveThatCannotBeMadeFailsPrepare() throws Exception {
        Path bin = folder.resolve("jdk/bin");
        fakeJava(bin, "21");

        try (AppProcess prepare = launch(launcher.toString(), "prepare")
                .env("JAVA_HOME", bin.getParent().toString())
                .start()) {
            assertThat(prepare.waitFor(LONG)).as(prepare.output()).isEqualTo(78);
            assertThat(prepare.output()).contains("cannot make", "imgur-caravan-21.jsa");
        }
    }
}
