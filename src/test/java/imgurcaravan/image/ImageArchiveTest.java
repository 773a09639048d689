package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.run.Settings;
import imgurcaravan.run.SettingsTest;
import imgurcaravan.state.DownloadedImage;
import imgurcaravan.state.DownloadedImages;
import imgurcaravan.state.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageArchiveTest {

    private static final String DEFAULT = ".caravan/archive.db";

    private final DefaultCamelContext context = new DefaultCamelContext();

    @TempDir
    private Path images;

    private StateFile state;

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
    void adoptsAnImageThatIsThere() throws IOException {
        ImageArchive archive = archive(DEFAULT);
        Path file = write("abcde.png");
        assertThat(archive.contains("abcde")).isTrue();

        Files.delete(file);

        assertThat(archive.contains("abcde")).isTrue();
    }

    @Test
    void adoptsAnImageThatHasLongBeenThere() throws IOException {
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
        state.close();
        assertThat(images.resolve(".caravan/archive.db")).isRegularFile();

        archive = archive(DEFAULT);

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
    void checksAHundredThousandImagesInSeconds() {
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
    void keepsTheDetailsOfTheFileFromTheExchange() {
        ImageArchive archive = archive(DEFAULT);
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setHeader("imageFile", "post/abcde.jpg");
        exchange.setProperty("imgurBytes", 4_711L);
        exchange.setProperty(
                "imgurImage",
                new Image("abcde", "https://i.imgur.com/abcde.jpg", "image/jpeg", 1, false, "post", "T", "poll"));

        archive.add(exchange, "abcde");
        archive.add(new DefaultExchange(context), "fghij");

        state.close();
        try (StateFile state = new StateFile(images.resolve(DEFAULT))) {
            DownloadedImage image = new DownloadedImages(state).find("abcde").orElseThrow();
            assertThat(image.file()).isEqualTo("post/abcde.jpg");
            assertThat(image.bytes()).isEqualTo(4_711);
            assertThat(image.url()).isEqualTo("https://i.imgur.com/abcde.jpg");
            assertThat(image.time()).isBetween(Instant.now().minusSeconds(60), Instant.now());
            assertThat(new DownloadedImages(state).find("fghij"))
                    .hasValueSatisfying(other -> assertThat(other.file()).isNull());
        }
    }

    @Test
    void keepsTheNameAndSizeOfAnAdoptedFile() throws IOException {
        ImageArchive archive = archive(DEFAULT);
        write("abcde.png");
        archive.contains("abcde");
        state.close();

        try (StateFile state = new StateFile(images.resolve(DEFAULT))) {
            assertThat(new DownloadedImages(state).find("abcde")).hasValueSatisfying(image -> {
                assertThat(image.file()).isEqualTo("abcde.png");
                assertThat(image.bytes()).isEqualTo(1);
            });
        }
    }

    private ImageArchive archive(String file) {
        Settings settings = SettingsTest.settings("imgur.archive", file, "imgur.images.dir", images.toString());
        state = new StateFile(settings.state().file());
        return new ImageArchive(context, settings, state);
    }

    private Path write(String name) throws IOException {
        return Files.writeString(images.resolve(name), "x");
    }
}
