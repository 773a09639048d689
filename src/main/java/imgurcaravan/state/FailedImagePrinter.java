package imgurcaravan.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import imgurcaravan.http.FailureReasons;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;

/**
 * Prints failed images, one line each, from the state file or a queue.
 *
 * <p>Characters that a terminal would interpret or not show are printed as {@code \}{@code uXXXX}.
 */
public final class FailedImagePrinter {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private FailedImagePrinter() {}

    /**
     * Prints one line for each image.
     *
     * @param json whether to print JSON rather than text
     * @return the number of images
     */
    public static long print(Iterator<FailedImage> images, boolean json, Appendable out) throws IOException {
        long count = 0;
        while (images.hasNext()) {
            FailedImage image = images.next();
            out.append(json ? json(image) : text(image)).append('\n');
            count++;
        }
        return count;
    }

    /** A dead letter as JSON, in one line without a line end. */
    public static String json(FailedImage image) {
        ObjectNode letter = JSON.createObjectNode();
        letter.put("time", image.last().toString());
        letter.put("first", image.first().toString());
        letter.put("last", image.last().toString());
        letter.put("reason", image.reason());
        letter.put("class", image.failureClass().name());
        letter.put("attempts", image.attempts());
        JsonNode message = message(image);
        if (message.isObject()) {
            letter.set("image", message);
        } else {
            letter.put("message", image.message());
        }
        try {
            return FailureReasons.escaped(JSON.writeValueAsString(letter));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A dead letter can always be written", e);
        }
    }

    /** {@code 2026-01-01T00:00:00Z abcde12 https://i.imgur.com/abcde12.jpg NOT_FOUND: the server responded 404}. */
    public static String text(FailedImage image) {
        StringBuilder line = new StringBuilder();
        line.append(seconds(image.last())).append(' ');
        if (image.imageId() == null) {
            line.append("(no image)");
        } else {
            line.append(image.imageId()).append(' ');
            line.append(message(image).path("url").asText("(no URL)"));
        }
        line.append(' ').append(image.failureClass()).append(": ").append(image.reason());
        line.append(" (");
        line.append(image.attempts()).append(image.attempts() == 1 ? " attempt" : " attempts");
        if (!image.first().equals(image.last())) {
            line.append(" since ").append(seconds(image.first()));
        }
        if (image.givenUp()) {
            line.append(", given up");
        }
        if (image.retryAt() != null) {
            line.append(", next after ").append(seconds(image.retryAt()));
        }
        return FailureReasons.escaped(line.append(')').toString());
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS);
    }

    /** The image; a missing node if there is none. */
    private static JsonNode message(FailedImage image) {
        if (image.imageId() == null || image.message() == null) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(image.message());
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
