package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import imgurcaravan.run.Settings;
import imgurcaravan.run.SettingsException;
import imgurcaravan.run.SettingsTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageArchiveTest {

    private static final String DEFAULT = ".caravan/archive.db";

    private final DefaultCamelContext context = new DefaultCamelContext();

    @TempDir
    private Path images;

    @AfterEach
    void close() throws IOException {
        context.close();
    }

    @Test
    void remembersAnImageThatItsOwnerDeletes() throws IOException {
        ImageArchive archive = archive(DEFAULT);
        Path file = write("abcde.jpg");
        assertThat(archive.add("abcde")).isTrue();

        Files.delete(file);

        assertThat(archive.contains("abcde")).isTrue();
        assertThat(archive.confirm("abcde")).isTrue();
        assertThat(archive.contains("fghij")).isFalse();
    }

    @Test
    void takesInAnImageThatIsThere() throws IOException {
        ImageArchive archive = archive(DEFAULT);
        Path file = write("abcde.png");
        assertThat(archive.contains("abcde")).isTrue();

        Files.delete(file);

        assertThat(archive.contains("abcde")).isTrue();
    }

    @Test
    void takesInAnImageThatHasLongBeenThere() throws IOException {
        ImageArchive archive = archive(DEFAULT);
        Path file = write("abcde.png");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(400))));
        assertThat(archive.contains("abcde")).isTrue();

        Files.delete(file);

        assertThat(archive.contains("abcde")).isTrue();
    }

    @Test
    void livesInTheHiddenFolderAndGoesWithTheDirectory() throws IOException {
        ImageArchive archive = archive(DEFAULT);
        archive.add("abcde");
        archive.stop();
        assertThat(images.resolve(".caravan/archive.db")).isRegularFile();

        archive.start();

        assertThat(archive.contains("abcde")).isTrue();
    }

    @Test
    void forgetsWhatItIsToldToForget() {
        ImageArchive archive = archive(DEFAULT);
        archive.add("abcde");
        archive.add("fghij");

        assertThat(archive.remove("abcde")).isTrue();

        assertThat(archive.contains("abcde")).isFalse();
        archive.clear();
        assertThat(archive.contains("fghij")).isFalse();
    }

    @Test
    void leavesItToTheDirectoryAloneWhereThereIsNoFile() throws IOException {
        ImageArchive archive = archive("none");
        Path file = write("abcde.jpg");
        assertThat(archive.contains("abcde")).isTrue();
        archive.add("abcde");
        assertThat(archive.confirm("abcde")).isTrue();
        assertThat(archive.remove("abcde")).isFalse();
        archive.clear();

        Files.delete(file);

        assertThat(archive.contains("abcde")).isFalse();
        assertThat(images).isEmptyDirectory();
    }

    @Test
    void answersForAHundredThousandImagesInSeconds() {
        ImageArchive archive = archive(DEFAULT);
        IntStream.range(0, 2_000).forEach(i -> archive.add("id" + i));
        long start = System.nanoTime();

        long known = IntStream.range(0, 100_000)
                .filter(i -> archive.contains("id" + i % 2_100))
                .count();

        assertThat(known).isEqualTo(47L * 2_000 + 1_300);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void namesTheSettingOfAFileThatCannotBeUsed() throws Exception {
        Files.createDirectories(images.resolve(".caravan"));
        Files.writeString(images.resolve(DEFAULT), "no database ".repeat(50));
        ImageArchive archive = archive(DEFAULT);

        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> archive.onCamelContextStarted(context, false))
                .withMessageStartingWith("imgur.archive=" + images.resolve(DEFAULT) + " cannot be used: ")
                .withMessageContaining("not a database");
        archive.stop();
    }

    private ImageArchive archive(String file) {
        context.getPropertiesComponent()
                .setInitialProperties(
                        SettingsTest.defaultsWith("imgur.archive", file, "imgur.images.dir", images.toString()));
        Settings settings = new Settings();
        settings.setCamelContext(context);
        ImageArchive archive = new ImageArchive();
        archive.setCamelContext(context);
        archive.setSettings(settings);
        archive.start();
        return archive;
    }

    private Path write(String name) throws IOException {
        return Files.writeString(images.resolve(name), "x");
    }
}
