package imgurcaravan.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import imgurcaravan.Caravan;
import imgurcaravan.Caravan.Download;
import imgurcaravan.run.Outcome;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.StandInServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.spi.IdempotentRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images whose names may collide: none is lost, none is written twice, and no other file is touched. */
class NamedImagesTest {

    private static final String BY_TITLE = "${header.postTitle}/${header.imageTitle}.${header.imageExtension}";
    private static final long WHEN = 1_760_000_000L;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path images;

    private StandInServer server;

    @BeforeEach
    void open() throws Exception {
        server = StandInServer.plain();
        server.handle(request -> Reply.bytes(200, "image/jpeg", jpeg(request.path())));
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    private static byte[] jpeg(String path) {
        return Samples.jpeg(path.hashCode(), 3_000);
    }

    private static byte[] jpegOf(String id) {
        return jpeg("/" + id + ".jpg");
    }

    @Test
    void anImageThatAnotherProcessHasJustPutInPlaceIsKnown() throws Exception {
        try (Caravan caravan = new Caravan(images).startWithoutPoll()) {
            AdviceWith.adviceWith(caravan.context(), "image-attempt", advice -> advice.weaveById("write-image")
                    .before()
                    .process(exchange -> Files.write(images.resolve("abcde12.jpg"), jpegOf("abcde12"))));

            Download download = caravan.download("abcde12", server.url() + "/abcde12.jpg");

            assertThat(download.outcome()).as(download.reason()).isEqualTo(Outcome.KNOWN);
            assertThat(server.requests()).hasSize(1);
            assertThat(caravan.files()).containsExactly("abcde12.jpg");
            assertThat(caravan.leftovers()).isEmpty();
        }
    }

    private Caravan caravan(String template) {
        return new Caravan(images).with("imgur.images.file-name", template);
    }

    private String message(String id, String title, String postTitle) {
        return new Image(
                        id,
                        server.url() + "/" + id + ".jpg",
                        "image/jpeg",
                        1,
                        false,
                        "pOst123",
                        postTitle,
                        "test",
                        title,
                        "What it\nshows",
                        3,
                        WHEN)
                .toJson();
    }

    @Test
    void ofOneNameEachIsWrittenOnce() throws Exception {
        try (Caravan caravan = caravan(BY_TITLE).startWithoutPoll()) {
            for (String id : List.of("first01", "second1", "third01")) {
                assertThat(caravan.send(message(id, "Sunset", "Desert")).outcome())
                        .isEqualTo(Outcome.DOWNLOADED);
            }

            assertThat(caravan.files())
                    .containsExactly("Desert/Sunset-second1.jpg", "Desert/Sunset-third01.jpg", "Desert/Sunset.jpg");
            assertThat(images.resolve("Desert/Sunset.jpg")).hasBinaryContent(jpegOf("first01"));
            assertThat(images.resolve("Desert/Sunset-second1.jpg")).hasBinaryContent(jpegOf("second1"));

            // And each image finds its own file again.
            for (String id : List.of("third01", "first01", "second1")) {
                assertThat(caravan.send(message(id, "Sunset", "Desert")).outcome())
                        .isEqualTo(Outcome.KNOWN);
            }
            assertThat(caravan.files()).hasSize(3);
            assertThat(caravan.leftovers()).isEmpty();
        }
    }

    @Test
    void ofOneNameAtTheSameMomentEachIsWrittenOnce() throws Exception {
        int count = 40;
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try (Caravan one = caravan(BY_TITLE).startWithoutPoll();
                Caravan two = caravan(BY_TITLE).startWithoutPoll()) {
            List<Future<Download>> downloads = new ArrayList<>();
            for (int i = 0; i < 2 * count; i++) {
                String message = message("image" + (10 + i / 2), i % 4 < 2 ? "Sunset" : "SUNSET", "Desert");
                Caravan caravan = i % 2 == 0 ? one : two;
                downloads.add(threads.submit(() -> caravan.send(message)));
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Download> download : downloads) {
                Download ended = download.get();
                // One that waited for the other process has the reason of its wait.
                assertThat(ended.outcome()).as(ended.reason()).isIn(Outcome.DOWNLOADED, Outcome.KNOWN);
                outcomes.add(ended.outcome());
            }

            assertThat(outcomes).containsOnly(Outcome.DOWNLOADED, Outcome.KNOWN);
            assertThat(outcomes.stream().filter(Outcome.DOWNLOADED::equals)).hasSize(count);
            assertThat(contents(one.files())).hasSize(count);
            assertThat(one.leftovers()).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    /** The different images among these files. */
    private List<String> contents(List<String> files) throws Exception {
        List<String> contents = new ArrayList<>();
        for (String file : files) {
            contents.add(Samples.sha256(Files.readAllBytes(images.resolve(file))));
        }
        assertThat(contents).doesNotHaveDuplicates();
        return contents;
    }

    @Test
    void leavesTheFilesOfTheOwnerAlone() throws Exception {
        Path folder = Files.createDirectories(images.resolve("Desert"));
        Files.writeString(folder.resolve("Sunset.jpg"), "of the owner");
        Files.createDirectory(folder.resolve("Sunset-first01.jpg"));
        Files.createSymbolicLink(folder.resolve("Sunset-first01 (2).jpg"), Path.of("nowhere"));
        try (Caravan caravan = caravan(BY_TITLE).startWithoutPoll()) {

            Download download = caravan.send(message("first01", "Sunset", "Desert"));

            assertThat(download.outcome()).isEqualTo(Outcome.DOWNLOADED);
            assertThat(folder.resolve("Sunset.jpg")).hasContent("of the owner");
            assertThat(folder.resolve("Sunset-first01 (2).jpg")).isSymbolicLink();
            assertThat(folder.resolve("Sunset-first01 (3).jpg")).hasBinaryContent(jpegOf("first01"));
        }
    }

    @Test
    void anotherFileOfTheSameSizeIsAnother() throws Exception {
        byte[] almost = jpegOf("first01").clone();
        almost[almost.length / 2] ^= 1;
        Files.createDirectories(images.resolve("Desert"));
        Files.write(images.resolve("Desert/Sunset.jpg"), almost);
        try (Caravan caravan = caravan(BY_TITLE).startWithoutPoll()) {

            caravan.send(message("first01", "Sunset", "Desert"));

            assertThat(images.resolve("Desert/Sunset.jpg")).hasBinaryContent(almost);
            assertThat(images.resolve("Desert/Sunset-first01.jpg")).hasBinaryContent(jpegOf("first01"));
        }
    }

    @Test
    void aFileUnderANameWithTheIdIsTheImage() throws Exception {
        Files.createDirectories(images);
        Files.writeString(images.resolve("Sunset first01.jpg"), "edited by the owner");
        try (Caravan caravan = caravan("${header.imageTitle} ${header.imageId}.${header.imageExtension}")
                .startWithoutPoll()) {

            Download download = caravan.send(message("first01", "Sunset", null));

            assertThat(download.outcome()).isEqualTo(Outcome.KNOWN);
            assertThat(images.resolve("Sunset first01.jpg")).hasContent("edited by the owner");
            assertThat(caravan.files()).hasSize(1);
        }
    }

    @Test
    void whatATitleSaysIsNeverEvaluated() throws Exception {
        try (Caravan caravan = caravan(BY_TITLE).startWithoutPoll()) {

            Download download = caravan.send(message(
                    "first01", "${camelContext} $simple{header.imageId} {{imgur.client-id}}", "../../${body}/x%2e%2e"));

            assertThat(download.reason()).isEmpty();
            assertThat(caravan.files())
                    .containsExactly("$(body)-x%2e%2e/$(camelContext) $simple(header.imageId) ((imgur.client-id)).jpg");
        }
    }

    @Test
    void writesWhatIsKnownOfAnImageBesideIt() throws Exception {
        try (Caravan caravan =
                caravan(BY_TITLE).with("imgur.images.metadata", "true").startWithoutPoll()) {
            Instant before = Instant.now().minusSeconds(1);

            assertThat(caravan.send(message("first01", "Sun/set", "Desert")).outcome())
                    .isEqualTo(Outcome.DOWNLOADED);

            assertThat(caravan.files()).containsExactly("Desert/Sun-set.jpg", "Desert/Sun-set.jpg.json");
            String text = Files.readString(images.resolve("Desert/Sun-set.jpg.json"));
            assertThat(text).hasLineCount(13).endsWith("}\n");
            JsonNode json = JSON.readTree(text);
            assertThat(Instant.parse(json.get("downloaded").asText())).isBetween(before, Instant.now());
            ((ObjectNode) json).remove("downloaded");
            assertThat((Object) json).isEqualTo(JSON.readTree("""
                            {"id": "first01", "url": "%s/first01.jpg", "type": "image/jpeg", "size": 3000,
                             "title": "Sun/set", "description": "What it\\nshows", "postId": "pOst123",
                             "postTitle": "Desert", "position": 3, "datetime": "2025-10-09T08:53:20Z"}
                            """.formatted(server.url())));
            assertThat(caravan.leftovers()).isEmpty();
        }
    }

    @Test
    void aSidecarHasNoCharacterThatATerminalWouldObey() throws Exception {
        String title = "a\u0007\u001b[31m\u007f\u0085\u009b\u061c\u200b\u200e\u202e\u2066\u2028\ufeff\udb40\udc41"
                + "é\ud83d\udc2a\n\"\\";
        try (Caravan caravan =
                caravan(BY_TITLE).with("imgur.images.metadata", "true").startWithoutPoll()) {

            caravan.send(message("first01", title, "Desert" + title));

            Path sidecar;
            try (Stream<Path> files = Files.walk(images)) {
                sidecar = files.filter(file -> file.toString().endsWith(".json"))
                        .findFirst()
                        .orElseThrow();
            }
            String text = Files.readString(sidecar);
            assertThat(text)
                    .hasLineCount(13)
                    .doesNotContainPattern("[\\p{C}\\p{Zl}\\p{Zp}&&[^\n]]")
                    .contains("\\u009b", "\\u202e", "é\ud83d\udc2a");
            assertThat(JSON.readTree(text).path("title").textValue()).isEqualTo(title);
            assertThat(JSON.readTree(text).path("postTitle").textValue()).isEqualTo("Desert" + title);
        }
    }

    private static void forget(Caravan caravan, String id) {
        assertThat(caravan.bean("imgur-archive", IdempotentRepository.class).remove(id))
                .isTrue();
    }

    @Test
    void addsTheSidecarOfAFileThatHasNone() throws Exception {
        try (Caravan caravan = caravan(BY_TITLE).startWithoutPoll()) {
            caravan.send(message("first01", "Sunset", "Desert"));
        }
        try (Caravan caravan =
                caravan(BY_TITLE).with("imgur.images.metadata", "true").startWithoutPoll()) {
            forget(caravan, "first01");

            Download download = caravan.send(message("first01", "Sunset", "Desert"));

            assertThat(download.outcome()).isEqualTo(Outcome.KNOWN);
            assertThat(caravan.files()).containsExactly("Desert/Sunset.jpg", "Desert/Sunset.jpg.json");
        }
    }

    @Test
    void neverOverwritesWhatHasTheNameOfASidecar() throws Exception {
        Path folder = Files.createDirectories(images.resolve("Desert"));
        Files.writeString(folder.resolve("Sunset.jpg.json"), "notes of the owner");
        Files.writeString(folder.resolve("Sunset-first01.jpg.json"), "{\"id\":\"another\"}");
        try (Caravan caravan =
                caravan(BY_TITLE).with("imgur.images.metadata", "true").startWithoutPoll()) {

            Download download = caravan.send(message("first01", "Sunset", "Desert"));

            assertThat(download.outcome()).isEqualTo(Outcome.DOWNLOADED);
            assertThat(folder.resolve("Sunset.jpg.json")).hasContent("notes of the owner");
            assertThat(folder.resolve("Sunset-first01.jpg.json")).hasContent("{\"id\":\"another\"}");
            assertThat(folder.resolve("Sunset-first01 (2).jpg")).exists();
            assertThat(folder.resolve("Sunset-first01 (2).jpg.json")).exists();
        }
    }

    @Test
    void takesItsOwnSidecarThatWasLeft() throws Exception {
        try (Caravan caravan =
                caravan(BY_TITLE).with("imgur.images.metadata", "true").startWithoutPoll()) {
            caravan.send(message("first01", "Sunset", "Desert"));
            Files.delete(images.resolve("Desert/Sunset.jpg"));
            forget(caravan, "first01");

            Download download = caravan.send(message("first01", "Sunset", "Desert"));

            assertThat(download.outcome()).isEqualTo(Outcome.DOWNLOADED);
            assertThat(caravan.files()).containsExactly("Desert/Sunset.jpg", "Desert/Sunset.jpg.json");
        }
    }

    @Test
    void aFileHasTheTimeOfItsUpload() throws Exception {
        try (Caravan caravan =
                caravan(BY_TITLE).with("imgur.images.mtime", "true").startWithoutPoll()) {
            Instant before = Instant.now().minusSeconds(1);

            caravan.send(message("first01", "Sunset", "Desert"));
            caravan.download("noTime1", server.url() + "/noTime1.jpg");

            FileTime modified = Files.getLastModifiedTime(images.resolve("Desert/Sunset.jpg"));
            assertThat(modified.toInstant()).isEqualTo(Instant.ofEpochSecond(WHEN));
            FileTime untold = Files.getLastModifiedTime(images.resolve("noTime1/noTime1.jpg"));
            assertThat(untold.toInstant()).isAfter(before);
        }
    }

    @Test
    void withoutTheseSettingsAFileIsAsItWas() throws Exception {
        try (Caravan caravan = caravan(BY_TITLE).startWithoutPoll()) {
            Instant before = Instant.now().minusSeconds(1);

            caravan.send(message("first01", "Sunset", "Desert"));

            assertThat(caravan.files()).containsExactly("Desert/Sunset.jpg");
            assertThat(Files.getLastModifiedTime(images.resolve("Desert/Sunset.jpg"))
                            .toInstant())
                    .isAfter(before);
        }
    }
}
