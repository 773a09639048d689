package imgurcaravan.soak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A dead letter: an image that the application gave up.
 *
 * @param id of the image
 * @param when it was given up
 * @param reason why
 * @param attempts how often it was tried
 */
record Letter(String id, Instant when, String reason, int attempts) {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern LOGGED =
            Pattern.compile("([\\d-]+ [\\d:.]+) WARN Failed (\\w+) \\S+: (.*?)(?: \\(tried (\\d+) times\\))?");

    private static final DateTimeFormatter LOG_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

    /** The letters of a file of dead letters, oldest first; none where there is no file. */
    static List<Letter> inFile(Path file) throws IOException {
        List<Letter> letters = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                letters.add(of(line));
            }
        }
        return letters;
    }

    /** An invalid line becomes a letter without an image, which fails every check. */
    private static Letter of(String line) {
        try {
            JsonNode letter = JSON.readTree(line);
            String id = letter.path("image").path("id").asText();
            Instant when = Instant.parse(letter.path("time").asText());
            String reason = letter.path("reason").asText();
            return new Letter(id, when, reason, letter.path("attempts").asInt(-1));
        } catch (JsonProcessingException | DateTimeException e) {
            return new Letter("", Instant.MAX, "unreadable letter: " + line, -1);
        }
    }

    /** The letters in the lines of a log, oldest first. */
    static List<Letter> inLog(List<String> lines) {
        List<Letter> letters = new ArrayList<>();
        for (String line : lines) {
            Matcher matcher = LOGGED.matcher(line);
            if (matcher.matches()) {
                Instant when = LocalDateTime.parse(matcher.group(1), LOG_TIME)
                        .atZone(ZoneId.systemDefault())
                        .toInstant();
                int attempts = matcher.group(4) == null ? 1 : Integer.parseInt(matcher.group(4));
                letters.add(new Letter(matcher.group(2), when, matcher.group(3), attempts));
            }
        }
        return letters;
    }
}
