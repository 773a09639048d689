package imgurcaravan.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import imgurcaravan.http.FailureReasons;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Collectors;

/** The JSON file beside an image with its metadata from Imgur. */
final class Sidecar {

    private static final String EXTENSION = ".json";
    private static final String ID = "id";
    /** Several times the size that an image message can have. */
    private static final int LONGEST = 65_536;

    private static final JsonMapper JSON = new JsonMapper();

    private Sidecar() {}

    /** The path of the sidecar of an image's file. */
    static Path of(Path file) {
        return file.resolveSibling(file.getFileName() + EXTENSION);
    }

    /** Whether the sidecar of this file may be written: it does not exist, or describes the same image. */
    static boolean isFree(Path file, String imageId) throws IOException {
        Path sidecar = of(file);
        if (!Files.exists(sidecar, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        return Files.isRegularFile(sidecar) && describes(sidecar, imageId);
    }

    private static boolean describes(Path sidecar, String imageId) throws IOException {
        try (InputStream in = Files.newInputStream(sidecar)) {
            return JSON.readTree(in.readNBytes(LONGEST)).path(ID).asText().equals(imageId);
        } catch (JsonProcessingException e) {
            // Not one of our sidecars.
            return false;
        }
    }

    /**
     * Writes it atomically: to a part file first, flushed, and then by rename.
     *
     * @param part where it is written first; no such file exists yet
     */
    static void write(Path file, Image image, ImageType type, long size, Path part) throws IOException {
        ByteBuffer text = ByteBuffer.wrap(JSON.writerWithDefaultPrettyPrinter()
                .writeValueAsString(json(image, type, size))
                .lines()
                .map(FailureReasons::escaped)
                .collect(Collectors.joining("\n", "", "\n"))
                .getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        }
        Files.move(part, of(file), StandardCopyOption.ATOMIC_MOVE);
    }

    private static JsonNode json(Image image, ImageType type, long size) {
        ObjectNode json = JSON.createObjectNode();
        json.put(ID, image.id())
                .put("url", image.url())
                .put("type", type.mediaType())
                .put("size", size);
        json.put("title", image.title()).put("description", image.description());
        json.put("postId", image.postId()).put("postTitle", image.postTitle());
        if (image.position() > 0) {
            json.put("position", image.position());
        }
        if (image.datetime() > 0) {
            json.put("datetime", Instant.ofEpochSecond(image.datetime()).toString());
        }
        json.put("downloaded", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return json;
    }
}
