package imgurcaravan.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import imgurcaravan.image.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TakenLettersTest {

    private static final Optional<String> ALL = Optional.empty();

    @TempDir
    private Path folder;

    private Path file;
    private Path takenFile;

    @BeforeEach
    void name() {
        file = folder.resolve("dead-letters.jsonl");
        takenFile = folder.resolve("dead-letters.jsonl.requeued");
    }

    private static String letter(String id, String reason) {
        Image image = new Image(id, "https://i.imgur.com/" + id + ".jpg", "image/jpeg", 7, false, id, "Tïtle", "poll");
        return DeadLetter.of(image, reason, 3).toJson();
    }

    private void write(String... lines) throws IOException {
        Files.write(file, List.of(lines));
    }

    private static List<String> ids(TakenLetters taken) throws IOException {
        List<String> ids = new ArrayList<>();
        taken.images(() -> false).forEachRemaining(image -> ids.add(image.id()));
        return ids;
    }

    @Test
    void takesAllAndDropsThemWhenTheyAreDone() throws Exception {
        write(letter("first01", "gone"), letter("second2", "busy"));

        TakenLetters taken = TakenLetters.take(file, ALL).orElseThrow();

        assertThat(ids(taken)).containsExactly("first01", "second2");
        assertThat(file).isEmptyFile();
        assertThat(takenFile).exists();
        taken.release(true);
        assertThat(takenFile).doesNotExist();
        assertThat(file).isEmptyFile();
    }

    @Test
    void givesTheImageAsItWas() throws Exception {
        Image image = new Image("first01", "https://i.imgur.com/first01.png", "image/png", 7, true, "p", "Tï\n\"", "q");
        write(DeadLetter.of(image, "gone", 1).toJson());

        TakenLetters taken = TakenLetters.take(file, ALL).orElseThrow();

        assertThat(taken.images(() -> false).next()).isEqualTo(image);
        taken.release(true);
    }

    @Test
    void takesThoseOfAReasonAndLeavesTheOthers() throws Exception {
        String other = letter("second2", "the server answered 503");
        write(letter("first01", "Removed from Imgur (redirected to /removed.png)"), other);

        TakenLetters taken = TakenLetters.take(file, Optional.of("rEMOVED")).orElseThrow();

        assertThat(ids(taken)).containsExactly("first01");
        assertThat(file).hasContent(other + "\n");
        assertThat(taken.kept()).isZero();
        taken.release(true);
        assertThat(file).hasContent(other + "\n");
    }

    @Test
    void sendsAnImageOnceHoweverManyLettersItHas() throws Exception {
        write(letter("first01", "gone"), letter("second2", "gone"), letter("first01", "busy"));

        TakenLetters taken = TakenLetters.take(file, ALL).orElseThrow();

        assertThat(ids(taken)).containsExactly("first01", "second2");
        taken.release(true);
    }

    @Test
    void leavesWhatHoldsNoImage() throws Exception {
        String torn = letter("first01", "gone").substring(0, 60);
        String noImage = DeadLetter.of("{\"no\":\"image\"}", "a queue entry that is no image message")
                .toJson();
        write(torn, "not even JSON", "[]", "7", noImage, letter("second2", "gone"), torn, "{\"reason\":7}");

        TakenLetters taken = TakenLetters.take(file, ALL).orElseThrow();

        assertThat(ids(taken)).containsExactly("second2");
        assertThat(taken.kept()).isEqualTo(6);
        taken.release(true);
        assertThat(Files.readAllLines(file))
                .containsExactly(torn, "not even JSON", "[]", "7", noImage, "{\"reason\":7}");
    }

    @Test
    void whatWasNotDoneComesWithTheNext() throws Exception {
        String other = letter("other33", "busy");
        write(letter("first01", "gone"), other);
        TakenLetters killed = TakenLetters.take(file, Optional.of("gone")).orElseThrow();
        killed.release(false);
        Files.write(file, List.of(other, letter("second2", "gone"), letter("first01", "gone again")));

        TakenLetters taken = TakenLetters.take(file, Optional.of("gone")).orElseThrow();

        assertThat(ids(taken)).containsExactly("first01", "second2");
        taken.release(true);
        assertThat(file).hasContent(other + "\n");
        assertThat(takenFile).doesNotExist();
    }

    @Test
    void isTakenUpWhereAKillCutTheTakingItself() throws Exception {
        // All have been copied, the last one in part; the file was not emptied yet.
        String first = letter("first01", "gone");
        String second = letter("second2", "busy");
        write(first, second);
        Files.writeString(takenFile, first + "\n" + second.substring(0, 40));

        TakenLetters taken = TakenLetters.take(file, Optional.of("gone")).orElseThrow();

        assertThat(ids(taken)).containsExactly("first01");
        taken.release(true);
        assertThat(Files.readAllLines(file)).containsExactly(second.substring(0, 40), second);
    }

    @Test
    void lettersThatComeMeanwhileStay() throws Exception {
        write(letter("first01", "gone"));
        TakenLetters taken = TakenLetters.take(file, ALL).orElseThrow();
        String anew = letter("first01", "gone");

        try (LineFile shared = LineFile.shared(file)) {
            shared.append(anew.getBytes(UTF_8));
        }
        taken.release(true);

        assertThat(file).hasContent(anew + "\n");
    }

    @Test
    void oneIsAtWorkAtATime() throws Exception {
        write(letter("first01", "gone"));
        TakenLetters taken = TakenLetters.take(file, ALL).orElseThrow();
        String anew = letter("second2", "gone");
        write(anew);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> TakenLetters.take(file, ALL))
                .withMessageStartingWith("another requeue is at work on ");

        assertThat(file).hasContent(anew + "\n");
        assertThat(ids(taken)).containsExactly("first01");
        taken.release(true);
        TakenLetters.take(file, ALL).orElseThrow().release(true);
    }

    @Test
    void makesNoFilesWhereThereAreNone() throws Exception {
        assertThat(TakenLetters.take(file, ALL)).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void leavesAFileAloneThatIsSomethingElse() throws Exception {
        Files.write(file, new byte[300_000]);

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> TakenLetters.take(file, ALL));

        assertThat(file).hasBinaryContent(new byte[300_000]);
        assertThat(takenFile).doesNotExist();
    }

    @Test
    void endsEarlyWhenItIsCutShort() throws Exception {
        write(letter("first01", "gone"), letter("second2", "gone"));
        TakenLetters taken = TakenLetters.take(file, ALL).orElseThrow();
        List<String> ids = new ArrayList<>();

        taken.images(() -> ids.size() == 1).forEachRemaining(image -> ids.add(image.id()));

        assertThat(ids).containsExactly("first01");
        taken.release(false);
        assertThat(takenFile).exists();
    }
}
