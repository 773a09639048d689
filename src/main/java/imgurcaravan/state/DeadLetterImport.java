package imgurcaravan.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import imgurcaravan.http.FailureReasons;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Imports the dead letters of version 0.1.0: the file {@code imgur.dead-letters} and that of an unfinished requeue.
 *
 * <p>An imported file is renamed to {@code *.imported}. After a kill in the middle, the import is repeated at the next
 * start; failures that are known already are ignored. A file that this version writes is left alone, and so is one
 * without dead letters.
 */
public final class DeadLetterImport {

    private static final String REQUEUED = ".requeued";
    private static final String IMPORTED = ".imported";
    /** Longer than any dead letter; a file with longer lines is not a file of dead letters. */
    private static final int MAX_LINE = 65_536;

    private static final int BATCH = 500;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{3,16}");
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterImport.class);

    private final FailedImages failedImages;

    public DeadLetterImport(FailedImages failedImages) {
        this.failedImages = failedImages;
    }

    /**
     * Imports a file and that of an unfinished requeue beside it, if they exist.
     *
     * @throws StateException if the state file cannot be written
     */
    public void run(Path letters) {
        for (Path file : List.of(letters.resolveSibling(letters.getFileName() + REQUEUED), letters)) {
            try {
                if (Files.isRegularFile(file) && !isOfThisVersion(file)) {
                    importFile(file);
                }
            } catch (NoSuchFileException e) {
                LOG.debug("Another process has imported {}", file, e);
            } catch (IOException e) {
                LOG.warn("The dead letters in {} cannot be imported: {}", file, FailureReasons.of(e));
            }
        }
    }

    private static boolean isOfThisVersion(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            String first = readLine(in);
            return first != null && parse(first).has("class");
        }
    }

    private void importFile(Path file) throws IOException {
        int letters = 0;
        int malformed = 0;
        List<FailedImage> batch = new ArrayList<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            for (String line = readLine(in); line != null; line = readLine(in)) {
                Optional<FailedImage> letter = letter(parse(line));
                if (letter.isPresent()) {
                    letters++;
                    batch.add(letter.get());
                } else if (!line.isBlank()) {
                    malformed++;
                }
                if (batch.size() == BATCH) {
                    failedImages.add(batch);
                    batch.clear();
                }
            }
        }
        failedImages.add(batch);
        if (letters == 0) {
            if (malformed > 0) {
                LOG.warn("{} contains no dead letters and is left alone", file);
            }
            return;
        }
        Path imported = Files.move(file, freeName(file));
        LOG.info("Imported {} dead letters; their file is {} now", letters, imported);
        if (malformed > 0) {
            LOG.warn("Ignored {} lines in {} that are not dead letters", malformed, imported);
        }
    }

    private static Path freeName(Path file) {
        Path free = file.resolveSibling(file.getFileName() + IMPORTED);
        for (int i = 2; Files.exists(free); i++) {
            free = file.resolveSibling(file.getFileName() + IMPORTED + "." + i);
        }
        return free;
    }

    /** The next line without its end, or null. */
    private static String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            if (line.size() == MAX_LINE) {
                throw new IOException(
                        "it has a line of more than " + MAX_LINE + " bytes, so it is not a file of dead letters");
            }
            line.write(next);
            next = in.read();
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** The line as JSON; a JSON null if it is not JSON, such as one that a crash cut off. */
    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            return JSON.nullNode();
        }
    }

    private static Optional<FailedImage> letter(JsonNode letter) {
        JsonNode image = letter.path("image");
        String id = image.path("id").textValue();
        String message =
                image.isObject() ? image.toString() : letter.path("message").textValue();
        String reason = letter.path("reason").textValue();
        boolean readable = reason != null
                && (!image.isObject() || id != null && ID.matcher(id).matches());
        if (!readable) {
            return Optional.empty();
        }
        try {
            Instant time = Instant.parse(letter.path("time").asText());
            return Optional.of(new FailedImage(
                    image.isObject() ? id : null,
                    message,
                    reason,
                    FailureClass.ofReason(reason),
                    Math.max(0, letter.path("attempts").intValue()),
                    time,
                    time,
                    null,
                    false));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
