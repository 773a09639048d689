package imgurcaravan.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import imgurcaravan.image.Image;
import imgurcaravan.image.ImageRefusedException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/**
 * An image that could not be had: one JSON object, which is one line.
 *
 * @param time when it was given up
 * @param reason why, as in the log
 * @param attempts how often it was asked for; 0 where it came to no request
 * @param image the image, empty where the queue entry held none
 * @param message the queue entry that held none, cut after 2000 characters, else null
 */
record DeadLetter(Instant time, String reason, int attempts, Optional<Image> image, String message) {

    private static final int MAX_MESSAGE = 2_000;
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    static DeadLetter of(Image image, String reason, int attempts) {
        return new DeadLetter(now(), reason, attempts, Optional.of(image), null);
    }

    static DeadLetter of(String message, String reason) {
        String cut = message == null || message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
        return new DeadLetter(now(), reason, 0, Optional.empty(), cut);
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    /**
     * Reads a line.
     *
     * @return empty where it is no dead letter, such as one that a crash broke off
     */
    static Optional<DeadLetter> parse(byte[] line) {
        try {
            JsonNode letter = JSON.readTree(new String(line, StandardCharsets.UTF_8));
            if (!letter.isObject() || !letter.path("reason").isTextual()) {
                return Optional.empty();
            }
            Optional<Image> image = letter.path("image").isObject()
                    ? Optional.of(Image.fromJson(letter.path("image").toString()))
                    : Optional.empty();
            return Optional.of(new DeadLetter(
                    null,
                    letter.path("reason").textValue(),
                    letter.path("attempts").intValue(),
                    image,
                    letter.path("message").textValue()));
        } catch (JsonProcessingException | ImageRefusedException e) {
            return Optional.empty();
        }
    }

    /** Whether the reason contains a text, in upper or lower case. */
    boolean isFor(String text) {
        return reason.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
    }

    String toJson() {
        ObjectNode letter = JSON.createObjectNode();
        letter.put("time", time.toString());
        letter.put("reason", reason);
        letter.put("attempts", attempts);
        try {
            if (image.isPresent()) {
                letter.set("image", JSON.readTree(image.get().toJson()));
            } else {
                letter.put("message", message);
            }
            return JSON.writeValueAsString(letter);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A dead letter can always be written", e);
        }
    }
}
