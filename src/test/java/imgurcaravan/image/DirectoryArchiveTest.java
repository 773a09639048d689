package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.run.SettingsTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryArchiveTest {

    private static final String DEFAULT = "${header.imageId}.${header.imageExtension}";

    private final DefaultCamelContext context = new DefaultCamelContext();

    @TempDir
    private Path images;

    @AfterEach
    void close() throws IOException {
        context.close();
    }

    @ParameterizedTest
    @EnumSource
    void knowsAnImageUnderEveryExtension(ImageType type) throws IOException {
        // given
        DirectoryArchive archive = archive(DEFAULT);
        assertThat(archive.contains("abcde")).isFalse();

        // when
        write("abcde." + type.extension());

        // then
        assertThat(archive.contains("abcde")).isTrue();
        assertThat(archive.contains("fghij")).isFalse();
        assertThat(archive.contains("ABCDE")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'${header.imageExtension}/${header.imageId}.${header.imageExtension}', png/abcde.png",
        "'by type/${header.imageExtension}/x-${header.imageId}.${header.imageExtension}', by type/jpg/x-abcde.jpg",
        "'imgur_${header.imageId}.${header.imageExtension}', imgur_abcde.mp4",
        "'${header.imageId}/image.${header.imageExtension}', abcde/image.webp",
        "'${header.imageId.substring(0,2)}/${header.imageId}.${header.imageExtension}', ab/abcde.gif"
    })
    void knowsAnImageUnderTheNameThatIsSet(String fileName, String file) throws IOException {
        // given
        DirectoryArchive archive = archive(fileName);
        assertThat(archive.contains("abcde")).isFalse();

        // when
        write(file);

        // then
        assertThat(archive.contains("abcde")).isTrue();
        assertThat(archive.contains("fghij")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abcde",
                "abcde.jpeg",
                "abcde.jpg.part",
                "xabcde.jpg",
                "abcdef.jpg",
                "sub/abcde.jpg",
                ".caravan/abcde.jpg",
                ".caravan/0123456789abcdef-1-abcde.part"
            })
    void knowsNoImageByAnotherFile(String file) throws IOException {
        DirectoryArchive archive = archive(DEFAULT);

        write(file);

        assertThat(archive.contains("abcde")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${header.imageTitle} ${header.imageId}.${header.imageExtension}",
                "${header.imageDate}/${header.imageId}.${header.imageExtension}",
                "${header.imageTitle}.${header.imageExtension}"
            })
    void knowsNoImageByANameThatTheIdDoesNotDetermine(String fileName) throws IOException {
        DirectoryArchive archive = archive(fileName);

        write("abcde.jpg");

        assertThat(archive.contains("abcde")).isFalse();
    }

    @Test
    void knowsNothingWhereThereIsNoDirectory() {
        DirectoryArchive archive = archive(DEFAULT, images.resolve("not/there"));

        assertThat(archive.contains("abcde")).isFalse();
        assertThat(images.resolve("not")).doesNotExist();
    }

    @Test
    void readsTheDirectoryEveryTime() throws IOException {
        DirectoryArchive archive = archive(DEFAULT);
        Path file = write("abcde.jpg");
        assertThat(archive.contains("abcde")).isTrue();

        Files.delete(file);

        assertThat(archive.contains("abcde")).isFalse();
    }

    @Test
    void addsAndConfirmsWhatIsThere() throws IOException {
        DirectoryArchive archive = archive(DEFAULT);

        assertThat(archive.add("abcde")).isTrue();
        assertThat(archive.confirm("abcde")).isFalse();
        write("abcde.jpg");
        assertThat(archive.add("abcde")).isFalse();
        assertThat(archive.confirm("abcde")).isTrue();
    }

    @Test
    void touchesNoFile() throws IOException {
        // given
        DirectoryArchive archive = archive(DEFAULT);
        Path file = write("abcde.jpg");

        // when
        boolean removed = archive.remove("abcde");
        archive.clear();
        archive.stop();

        // then
        assertThat(removed).isFalse();
        assertThat(file).hasContent("x");
    }

    private DirectoryArchive archive(String fileName) {
        return archive(fileName, images);
    }

    private DirectoryArchive archive(String fileName, Path directory) {
        return new DirectoryArchive(
                context,
                SettingsTest.settings("imgur.images.file-name", fileName, "imgur.images.dir", directory.toString())
                        .images());
    }

    private Path write(String name) throws IOException {
        Path file = images.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "x");
    }
}
