package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.Caravan;
import imgurcaravan.Caravan.Download;
import imgurcaravan.run.Outcome;
import imgurcaravan.testing.LogLines;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.SmallDisk;
import imgurcaravan.testing.StandInServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What has the name of an image or of its folder, and is none: it stays, and the image is written all the same. */
@Timeout(60)
class NameTakenTest {

    private static final String ID = "abcde12";
    private static final String BY_ID = "${header.imageId}.${header.imageExtension}";
    private static final String BY_TITLE_AND_ID = "${header.imageTitle} ${header.imageId}.${header.imageExtension}";
    private static final String BY_TITLE = "${header.postTitle}/${header.imageTitle}.${header.imageExtension}";
    private static final byte[] JPEG = Samples.jpeg(1, 5_000);

    @TempDir
    private Path folder;

    private Path images;
    private Path elsewhere;
    private StandInServer server;
    private final LogLines log = new LogLines();

    @BeforeEach
    void open() throws IOException {
        images = Files.createDirectory(folder.resolve("images"));
        elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        server = StandInServer.plain();
        server.handle(request -> Reply.bytes(200, "image/jpeg", JPEG));
    }

    @AfterEach
    void close() {
        server.close();
        log.close();
    }

    /** What can have the name of an image without being one. */
    enum NoImage {
        FOLDER,
        EMPTY_FOLDER,
        EMPTY_FILE,
        PIPE,
        LINK_TO_NULL,
        LINK_TO_NOWHERE,
        LINK_TO_ITSELF,
        LINK_TO_FOLDER,
        LINK_TO_EMPTY_FILE
    }

    private void make(NoImage kind, Path path) throws Exception {
        Files.createDirectories(path.getParent());
        switch (kind) {
            case FOLDER -> Files.writeString(Files.createDirectory(path).resolve("notes"), "of the owner");
            case EMPTY_FOLDER -> Files.createDirectory(path);
            case EMPTY_FILE -> Files.createFile(path);
            case PIPE ->
                assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                        .isZero();
            case LINK_TO_NULL -> Files.createSymbolicLink(path, Path.of("/dev/null"));
            case LINK_TO_NOWHERE -> Files.createSymbolicLink(path, folder.resolve("nowhere"));
            case LINK_TO_ITSELF -> Files.createSymbolicLink(path, path);
            case LINK_TO_FOLDER -> Files.createSymbolicLink(path, elsewhere);
            case LINK_TO_EMPTY_FILE -> Files.createSymbolicLink(path, Files.createFile(elsewhere.resolve("empty")));
        }
    }

    /** What it is, and what is in it. */
    private static String describe(Path path) throws IOException {
        BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (is.isDirectory()) {
            try (Stream<Path> files = Files.list(path)) {
                return "folder with " + files.map(Path::getFileName).toList();
            }
        }
        return is.isSymbolicLink()
                ? "link to " + Files.readSymbolicLink(path)
                : (is.isRegularFile() ? "file" : "other") + " of " + is.size();
    }

    private Caravan caravan(String fileName, String archive) {
        return new Caravan(images).with("imgur.images.file-name", fileName).with("imgur.archive", archive);
    }

    private Download download(Caravan caravan) throws IOException {
        return download(caravan, ID);
    }

    private Download download(Caravan caravan, String id) throws IOException {
        String url = server.url() + "/" + id + ".jpg";
        return caravan.send(new Image(
                        id, url, "image/jpeg", 0, false, "pOst123", "Desert", "test", "Sunset", null, 1, 1_760_000_000L)
                .toJson());
    }

    static Stream<Arguments> namesWithTheId() {
        return Stream.of(NoImage.values())
                .flatMap(kind -> Stream.of(
                        Arguments.of(kind, BY_ID, ".caravan/archive.db", ID + ".jpg"),
                        Arguments.of(kind, BY_ID, "none", ID + ".jpg"),
                        Arguments.of(kind, BY_TITLE_AND_ID, ".caravan/archive.db", "Sunset " + ID + ".jpg")));
    }

    @ParameterizedTest(name = "{0}, {3}, archive {2}")
    @MethodSource("namesWithTheId")
    void whatIsNoImageIsSetAside(NoImage kind, String fileName, String archive, String name) throws Exception {
        make(kind, images.resolve(name));
        String before = describe(images.resolve(name));
        try (Caravan caravan = caravan(fileName, archive).startWithoutPoll()) {

            Download download = download(caravan);
            Download again = download(caravan);

            assertThat(download.reason()).isEmpty();
            assertThat(download.outcome()).isEqualTo(Outcome.DOWNLOADED);
            assertThat(again.outcome()).isEqualTo(Outcome.KNOWN);
            assertThat(server.requests()).hasSize(1);
            assertThat(describe(images.resolve(name))).isEqualTo("file of 5000");
            assertThat(images.resolve(name)).hasBinaryContent(JPEG);
            assertThat(describe(images.resolve(name + ".broken"))).isEqualTo(before);
            assertThat(log.with("WARN"))
                    .singleElement()
                    .asString()
                    .endsWith(images.resolve(name) + " was no image: it is now " + name + ".broken");
            assertThat(elsewhere.toFile().list()).isSubsetOf("empty");
            assertThat(caravan.leftovers()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theNameForItMayBeTakenToo(NoImage kind) throws Exception {
        String name = ID + ".jpg";
        Files.createDirectory(images.resolve(name));
        make(kind, images.resolve(name + ".broken"));
        Files.writeString(images.resolve(name + ".broken (2)"), "of the owner");
        String before = describe(images.resolve(name + ".broken"));
        try (Caravan caravan = caravan(BY_ID, "none").startWithoutPoll()) {

            assertThat(download(caravan).outcome()).isEqualTo(Outcome.DOWNLOADED);

            assertThat(images.resolve(name)).hasBinaryContent(JPEG);
            assertThat(describe(images.resolve(name + ".broken"))).isEqualTo(before);
            assertThat(images.resolve(name + ".broken (2)")).hasContent("of the owner");
            assertThat(images.resolve(name + ".broken (3)")).isDirectory();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNameWithoutTheIdIsLeftToWhatHasIt(NoImage kind) throws Exception {
        Path file = images.resolve("Desert/Sunset.jpg");
        make(kind, file);
        String before = describe(file);
        try (Caravan caravan = caravan(BY_TITLE, ".caravan/archive.db").startWithoutPoll()) {

            assertThat(download(caravan).outcome()).isEqualTo(Outcome.DOWNLOADED);

            assertThat(describe(file)).isEqualTo(before);
            assertThat(images.resolve("Desert/Sunset-" + ID + ".jpg")).hasBinaryContent(JPEG);
            assertThat(log.with("WARN")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"file, none", "file, .caravan/archive.db", "link, none", "link, .caravan/archive.db"})
    void aFileWithContentIsTheImageAndSoIsALinkToOne(String kind, String archive) throws Exception {
        Path file = images.resolve(ID + ".png");
        if (kind.equals("link")) {
            Files.createSymbolicLink(file, Files.writeString(elsewhere.resolve("moved"), "x"));
        } else {
            Files.writeString(file, "x");
        }
        try (Caravan caravan = caravan(BY_ID, archive).startWithoutPoll()) {

            assertThat(download(caravan).outcome()).isEqualTo(Outcome.KNOWN);

            assertThat(server.requests()).isEmpty();
            assertThat(caravan.files()).containsExactly(ID + ".png");
            assertThat(file).hasContent("x");
        }
    }

    @Test
    void aFolderThatCannotBeRenamedKeepsTheName() throws Exception {
        Path mounted = Files.createDirectory(images.resolve(ID + ".jpg"));
        try (SmallDisk disk = SmallDisk.mount(mounted, "size=1m");
                Caravan caravan = caravan(BY_ID, ".caravan/archive.db").startWithoutPoll()) {
            assertThat(disk).isNotNull();

            assertThat(download(caravan).outcome()).isEqualTo(Outcome.DOWNLOADED);

            assertThat(caravan.files()).containsExactly(ID + " (2).jpg");
        }
    }

    /** What can have the name of a folder without being one inside the images directory. */
    enum NoFolder {
        FILE,
        PIPE,
        LINK_TO_NOWHERE,
        LINK_TO_ITSELF,
        LINK_TO_FILE,
        LINK_ELSEWHERE,
        LINK_ABOVE
    }

    private void make(NoFolder kind, Path path) throws Exception {
        switch (kind) {
            case FILE -> Files.writeString(path, "of the owner");
            case PIPE -> make(NoImage.PIPE, path);
            case LINK_TO_NOWHERE -> make(NoImage.LINK_TO_NOWHERE, path);
            case LINK_TO_ITSELF -> make(NoImage.LINK_TO_ITSELF, path);
            case LINK_TO_FILE -> Files.createSymbolicLink(path, Files.writeString(folder.resolve("file"), "x"));
            case LINK_ELSEWHERE -> make(NoImage.LINK_TO_FOLDER, path);
            case LINK_ABOVE -> Files.createSymbolicLink(path, Path.of(".."));
        }
    }

    static Stream<Arguments> foldersWithTitles() {
        return Stream.of(NoFolder.values())
                .flatMap(kind -> Stream.of(
                        Arguments.of(kind, BY_TITLE, "Desert (2)/Sunset.jpg", "Desert (2)/Sunset-fghij34.jpg"),
                        Arguments.of(
                                kind,
                                "${header.postTitle}/${header.imageDate}/${header.imageId}.${header.imageExtension}",
                                "Desert (2)/2025-10-09/" + ID + ".jpg",
                                "Desert (2)/2025-10-09/fghij34.jpg")));
    }

    @ParameterizedTest(name = "{0}, {2}")
    @MethodSource("foldersWithTitles")
    void aTitleLeadsToNoOtherPlace(NoFolder kind, String fileName, String first, String second) throws Exception {
        make(kind, images.resolve("Desert"));
        String before = describe(images.resolve("Desert"));
        server.on("/fghij34.jpg", Reply.bytes(200, "image/jpeg", Samples.jpeg(2, 5_000)));
        try (Caravan caravan = caravan(fileName, ".caravan/archive.db").startWithoutPoll()) {

            assertThat(download(caravan).reason()).isEmpty();
            assertThat(download(caravan, "fghij34").reason()).isEmpty();

            assertThat(images.resolve(first)).hasBinaryContent(JPEG);
            assertThat(images.resolve(second)).isRegularFile();
            assertThat(describe(images.resolve("Desert"))).isEqualTo(before);
            assertThat(elsewhere).isEmptyDirectory();
            assertThat(folder.toFile().list()).isSubsetOf("images", "elsewhere", "file");
            assertThat(caravan.leftovers()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLinkedFolderInsideTheImagesDirectoryIsUsed(boolean linkedItself) throws Exception {
        Path deep = Files.createDirectories(images.resolve("kept/deep"));
        Files.createSymbolicLink(images.resolve("Desert"), deep);
        if (linkedItself) {
            images = Files.createSymbolicLink(folder.resolve("link"), images);
        }
        try (Caravan caravan = caravan(BY_TITLE, ".caravan/archive.db").startWithoutPoll()) {

            assertThat(download(caravan).reason()).isEmpty();

            assertThat(deep.resolve("Sunset.jpg")).hasBinaryContent(JPEG);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "${header.imageDate}/${header.imageId}.${header.imageExtension}, 2025-10-09",
        "${header.imageExtension}/${header.imageId}.${header.imageExtension}, jpg"
    })
    void theOwnerMayLinkAFolderWithoutATitleToAnotherDisk(String fileName, String link) throws Exception {
        Files.createSymbolicLink(images.resolve(link), elsewhere);
        try (Caravan caravan = caravan(fileName, ".caravan/archive.db").startWithoutPoll()) {

            assertThat(download(caravan).reason()).isEmpty();

            assertThat(elsewhere.resolve(ID + ".jpg")).hasBinaryContent(JPEG);
        }
    }
}
