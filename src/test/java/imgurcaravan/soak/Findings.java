package imgurcaravan.soak;

import imgurcaravan.testing.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What became of each listed image, by the files in place, the dead letters, and what the server gave. */
final class Findings {

    private final Collection<ListedImage> images;
    private final List<Letter> letters;
    private final Map<String, Letter> lastLetters = new HashMap<>();
    private final Map<String, Path> files = new LinkedHashMap<>();
    private final List<String> strays = new ArrayList<>();
    private final List<String> leftovers;
    private final List<String> damaged = new ArrayList<>();
    private final List<ListedImage> whole = new ArrayList<>();
    private final List<ListedImage> givenUp = new ArrayList<>();
    private final List<ListedImage> lost = new ArrayList<>();

    Findings(MovingGallery gallery, Path folder, List<Letter> letters) throws IOException {
        images = gallery.images();
        this.letters = letters;
        letters.forEach(letter -> lastLetters.put(letter.id(), letter));
        leftovers = filesIn(folder.resolve(".caravan"))
                .map(Path::toString)
                .filter(name -> name.endsWith(".part") || name.endsWith(".lock"))
                .toList();
        filesIn(folder).filter(file -> !file.toString().contains("/.caravan/")).forEach(file -> {
            String id = file.getFileName().toString().replaceFirst("\\..*", "");
            if (gallery.image(id) == null || files.putIfAbsent(id, file) != null) {
                strays.add(file.toString());
            }
        });
        for (ListedImage image : images) {
            sort(image);
        }
    }

    private static Stream<Path> filesIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList().stream();
        }
    }

    private void sort(ListedImage image) throws IOException {
        Path file = files.get(image.id());
        if (file != null && isWhole(image, file)) {
            whole.add(image);
        } else if (file != null) {
            damaged.add(file.toString());
        } else if (lastLetters.containsKey(image.id())) {
            givenUp.add(image);
        } else {
            lost.add(image);
        }
    }

    private static boolean isWhole(ListedImage image, Path file) throws IOException {
        return Samples.sha256(Files.readAllBytes(file)).equals(Samples.sha256(image.bytes()));
    }

    int listed() {
        return images.size();
    }

    List<ListedImage> whole() {
        return whole;
    }

    /** Those in the dead letters that are not in place. */
    List<ListedImage> givenUp() {
        return givenUp;
    }

    List<Letter> letters() {
        return letters;
    }

    /** Part files, and the locks of processes. */
    List<String> leftovers() {
        return leftovers;
    }

    List<String> strays() {
        return strays;
    }

    List<String> damaged() {
        return damaged;
    }

    /** Neither in place nor in the dead letters. */
    List<String> lost() {
        return lost.stream()
                .map(image -> image.id()
                        + (image.isShown()
                                ? " " + image.fate() + " got " + answers(image)
                                : " was in no answer of the API"))
                .toList();
    }

    private static List<Answer> answers(ListedImage image) {
        return image.given().stream().map(ListedImage.Given::answer).toList();
    }

    /** Letters whose reason is not what the last request before them got. */
    List<String> untrue() {
        Map<String, ListedImage> byId = images.stream().collect(Collectors.toMap(ListedImage::id, image -> image));
        List<String> untrue = new ArrayList<>();
        for (Letter letter : letters) {
            ListedImage image = byId.get(letter.id());
            List<Answer> answers = image == null ? List.of() : image.givenUntil(letter.when());
            if (answers.isEmpty() || !answers.get(answers.size() - 1).explains(letter.reason())) {
                untrue.add(letter.id() + " got " + answers + " and is said to be: " + letter.reason());
            }
        }
        return untrue;
    }

    /** Letters of images that another attempt might have brought, with fewer attempts than there should be. */
    List<String> hasty(int attempts) {
        return letters.stream()
                .filter(letter -> letter.attempts() < attempts)
                .filter(letter -> Answer.HOSTILE.stream().anyMatch(answer -> answer.explains(letter.reason())))
                .map(Letter::toString)
                .toList();
    }

    /** Images given up although the server sent them whole. */
    List<String> thrownAway() {
        return givenUp.stream()
                .filter(image -> image.count(Answer.WHOLE) > 0)
                .map(image -> image.id() + " got " + answers(image))
                .toList();
    }

    /** Images asked for again after the server sent them whole. */
    List<String> fetchedTwice() {
        return images.stream()
                .filter(image -> {
                    int first = answers(image).indexOf(Answer.WHOLE);
                    return first >= 0 && first < image.requests() - 1;
                })
                .map(image -> image.id() + " got " + answers(image))
                .toList();
    }

    /** Letters of one image beyond its first. */
    int repeatedLetters() {
        return letters.size() - lastLetters.size();
    }

    /** Letters of images that came later after all. */
    int hadLater() {
        return (int) whole.stream()
                .filter(image -> lastLetters.containsKey(image.id()))
                .count();
    }

    /** How many images there are of each fate, in place and given up. */
    Map<Fate, int[]> byFate() {
        Map<Fate, int[]> counts = new EnumMap<>(Fate.class);
        for (Fate fate : Fate.values()) {
            counts.put(fate, new int[] {count(images, fate), count(whole, fate), count(givenUp, fate)});
        }
        return counts;
    }

    private static int count(Collection<ListedImage> images, Fate fate) {
        return (int) images.stream().filter(image -> image.fate() == fate).count();
    }

    /** How many images were asked for how often. */
    Map<Integer, Integer> imagesByRequests() {
        Map<Integer, Integer> counts = new TreeMap<>();
        images.forEach(image -> counts.merge(image.requests(), 1, Integer::sum));
        return counts;
    }

    /** How many images were given up after how many attempts. */
    Map<Integer, Integer> lettersByAttempts() {
        Map<Integer, Integer> counts = new TreeMap<>();
        letters.forEach(letter -> counts.merge(letter.attempts(), 1, Integer::sum));
        return counts;
    }

    Map<Answer, Integer> answers() {
        Map<Answer, Integer> counts = new EnumMap<>(Answer.class);
        images.forEach(image -> answers(image).forEach(answer -> counts.merge(answer, 1, Integer::sum)));
        return counts;
    }
}
