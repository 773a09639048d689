package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import imgurcaravan.run.SettingsException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartFilesTest {

    private static final String DEAD = "0123456789abcdef";

    @TempDir
    private Path images;

    private Path folder;

    @BeforeEach
    void folder() {
        folder = images.resolve(PartFiles.FOLDER);
    }

    @Test
    void givesEveryImageAPartFileOfItsOwn() throws IOException {
        // given
        PartFiles partFiles = started(images);

        // when
        Set<Path> parts = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            parts.add(partFiles.newPart("abcde"));
        }

        // then
        assertThat(parts).hasSize(1_000).allSatisfy(part -> {
            assertThat(part.getParent()).isEqualTo(folder);
            assertThat(part).doesNotExist();
            assertThat(part.getFileName().toString()).matches("[0-9a-f]{16}-\\d+-abcde\\.part");
        });
        partFiles.stop();
    }

    @Test
    void makesTheFoldersItNeeds() {
        PartFiles partFiles = started(images.resolve("not/yet/there"));

        assertThat(images.resolve("not/yet/there/.caravan")).isDirectory();
        partFiles.stop();
    }

    @Test
    void deletesWhatADeadProcessLeft() throws IOException {
        // given
        write(DEAD + ".lock", DEAD + "-1-abcde.part", DEAD + "-2-fghij.whole.part");

        // when
        PartFiles partFiles = started(images);

        // then
        assertThat(names()).hasSize(1).allMatch(name -> name.matches("[0-9a-f]{16}\\.lock"));
        assertThat(names()).doesNotContain(DEAD + ".lock");
        partFiles.stop();
    }

    @Test
    void deletesPartFilesWhoseLockFileIsGone() throws IOException {
        write(DEAD + "-1-abcde.part", "fedcba9876543210-7-abcde.part");

        PartFiles partFiles = started(images);

        assertThat(names()).noneMatch(name -> name.endsWith(".part")).hasSize(1);
        partFiles.stop();
    }

    @Test
    void deletesALockFileWithoutPartFiles() throws IOException {
        write(DEAD + ".lock");

        PartFiles partFiles = started(images);

        assertThat(names()).hasSize(1).doesNotContain(DEAD + ".lock");
        partFiles.stop();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "done.db",
                "notes.txt",
                "abcde.part",
                "x.lock",
                "0123456789ABCDEF-1-abcde.part",
                "0123456789abcde-1-abcde.part",
                "00123456789abcdef-1-abcde.part",
                "0123456789abcdef.part",
                "0123456789abcdef-1-abcde.part.txt",
                "0123456789abcdef.lock.old"
            })
    void leavesFilesAloneThatAreNotItsOwn(String name) throws IOException {
        // given
        write(name);

        // when
        PartFiles partFiles = started(images);
        partFiles.newPart("abcde");
        partFiles.stop();

        // then
        assertThat(names()).containsExactly(name);
        assertThat(folder.resolve(name)).hasContent("x");
    }

    @Test
    void leavesImagesAlone() throws IOException {
        Files.writeString(images.resolve("abcde.jpg"), "image");
        Files.writeString(images.resolve(DEAD + "-1-abcde.part"), "the owner's");

        PartFiles partFiles = started(images);
        partFiles.stop();

        assertThat(images.resolve("abcde.jpg")).hasContent("image");
        assertThat(images.resolve(DEAD + "-1-abcde.part")).hasContent("the owner's");
    }

    @Test
    void deletesItsOwnFilesWhenItStops() throws IOException {
        // given
        PartFiles partFiles = started(images);
        Files.writeString(partFiles.newPart("abcde"), "unfinished");
        Files.writeString(partFiles.newPart("fghij"), "unfinished");
        assertThat(names()).hasSize(3);

        // when
        partFiles.stop();

        // then
        assertThat(names()).isEmpty();
    }

    @Test
    void canBeStartedAgain() throws IOException {
        // given
        PartFiles partFiles = started(images);
        Path before = partFiles.newPart("abcde");
        partFiles.stop();

        // when
        partFiles.start();

        // then
        Path after = partFiles.newPart("abcde");
        Files.writeString(after, "unfinished");
        assertThat(after).isNotEqualTo(before);
        partFiles.stop();
        assertThat(names()).isEmpty();
    }

    @Test
    void leavesAloneWhatAnotherInstanceInTheProcessUses() throws IOException {
        // given
        PartFiles first = started(images);
        Path firstPart = Files.writeString(first.newPart("abcde"), "first");

        // when
        PartFiles second = started(images);
        Path secondPart = Files.writeString(second.newPart("abcde"), "second");
        PartFiles third = started(images);

        // then
        assertThat(firstPart).hasContent("first");
        assertThat(secondPart).hasContent("second");
        third.stop();
        second.stop();
        assertThat(firstPart).hasContent("first");
        assertThat(secondPart).doesNotExist();
        first.stop();
        assertThat(names()).isEmpty();
    }

    @Test
    @Timeout(60)
    void cleansUpAfterAnotherProcessOnlyWhenThatIsDead() throws IOException, InterruptedException {
        Process other = otherProcess();
        try (BufferedReader output = other.inputReader()) {
            // given
            Path otherPart = Path.of(output.readLine());
            assertThat(otherPart).hasParent(folder).hasContent("unfinished");

            // when: it is alive, and several others start and stop meanwhile
            for (int i = 0; i < 3; i++) {
                started(images).stop();
            }

            // then
            assertThat(otherPart).hasContent("unfinished");
            assertThat(names()).hasSize(2);

            // when
            other.destroyForcibly();
            assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(otherPart).exists();
            PartFiles partFiles = started(images);

            // then
            assertThat(otherPart).doesNotExist();
            assertThat(names()).hasSize(1);
            partFiles.stop();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    @Timeout(120)
    void isLeftAloneByOtherProcessesThatStart() throws IOException, InterruptedException {
        // given: an instance in this process that has cleaned up, and has opened its own lock file
        PartFiles here = started(images);
        Path part = Files.writeString(here.newPart("abcde"), "here");
        started(images).stop();

        // when
        Process other = otherProcess();
        try (BufferedReader output = other.inputReader()) {
            assertThat(output.readLine()).endsWith(".part");

            // then
            assertThat(part).hasContent("here");
        } finally {
            other.destroyForcibly();
            assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        here.stop();
    }

    @Test
    void saysWhichSettingIsWrongWhenAFileIsInTheWay() throws IOException {
        Path file = Files.writeString(images.resolve("file"), "x");

        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> started(file))
                .withMessageStartingWith("imgur.images.dir=" + file)
                .withMessageContaining("IMGUR_IMAGES_DIR");
        assertThat(file).hasContent("x");
    }

    @Test
    void saysWhichSettingIsWrongWhenAFileHasTheNameOfItsFolder() throws IOException {
        Files.writeString(folder, "x");

        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> started(images))
                .withMessageStartingWith("imgur.images.dir=" + images);
    }

    @Test
    void saysWhichSettingIsWrongBelowAFile() throws IOException {
        Path below = Files.writeString(images.resolve("file"), "x").resolve("images");

        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> started(below))
                .withMessageStartingWith("imgur.images.dir=" + below);
    }

    private static PartFiles started(Path images) {
        PartFiles partFiles = new PartFiles(images);
        partFiles.start();
        return partFiles;
    }

    private Process otherProcess() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        images.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void write(String... names) throws IOException {
        Files.createDirectories(folder);
        for (String name : names) {
            Files.writeString(folder.resolve(name), "x");
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Begins a part file in a separate process, prints its name, and runs until it is killed. */
    static final class Other {

        private Other() {}

        public static void main(String[] args) throws IOException {
            PartFiles partFiles = started(Path.of(args[0]));
            Path part = Files.writeString(partFiles.newPart("abcde"), "unfinished");
            System.out.println(part);
            // Exits with the test too, however that ends.
            while (System.in.read() >= 0) {
                // Nothing is sent.
            }
        }
    }
}
