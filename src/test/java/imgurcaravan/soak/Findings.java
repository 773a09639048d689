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

/**
 * Evaluates what happened to each listed image, from the files in place, the dead letters, and the responses of the
 * server.
 */
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

    /** Images in the dead letters that are not in place. */
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
                                ? " " + image.fate() + " got " + responses(image)
                                : " was in no response of the API"))
                .toList();
    }

    private static List<ImageResponse> responses(ListedImage image) {
        return image.given().stream().map(ListedImage.Given::response).toList();
    }

    /** Letters whose reason does not match the last response before them. */
    List<String> untrue() {
        Map<String, ListedImage> byId = images.stream().collect(Collectors.toMap(ListedImage::id, image -> image));
        List<String> untrue = new ArrayList<>();
        for (Letter letter : letters) {
            ListedImage image = byId.get(letter.id());
            List<ImageResponse> responses = image == null ? List.of() : image.givenUntil(letter.when());
            if (responses.isEmpty() || !responses.get(responses.size() - 1).explains(letter.reason())) {
                untrue.add(letter.id() + " got " + responses + " and is said to be: " + letter.reason());
            }
        }
        return untrue;
    }

    /** Letters with a temporary reason and fewer attempts than there should be. */
    List<String> hasty(int attempts) {
        return letters.stream()
                .filter(letter -> letter.attempts() < attempts)
                .filter(letter ->
                        ImageResponse.HOSTILE.stream().anyMatch(response -> response.explains(letter.reason())))
                .map(Letter::toString)
                .toList();
    }

    /** Images given up although the server sent them whole. */
    List<String> thrownAway() {
        return givenUp.stream()
                .filter(image -> image.count(ImageResponse.WHOLE) > 0)
                .map(image -> image.id() + " got " + responses(image))
                .toList();
    }

    /** Images requested again after the server sent them whole. */
    List<String> fetchedTwice() {
        return images.stream()
                .filter(image -> {
                    int first = responses(image).indexOf(ImageResponse.WHOLE);
                    return first >= 0 && first < image.requests() - 1;
                })
                .map(image -> image.id() + " got " + responses(image))
                .toList();
    }

    /** Further letters of an image after its first. */
    int repeatedLetters() {
        return letters.size() - lastLetters.size();
    }

    /** Letters of images that were downloaded later after all. */
    int hadLater() {
        return (int) whole.stream()
                .filter(image -> lastLetters.containsKey(image.id()))
                .count();
    }

    /** The number of images of each fate, in place and given up. */
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

    /** The number of images by number of requests. */
    Map<Integer, Integer> imagesByRequests() {
        Map<Integer, Integer> counts = new TreeMap<>();
        images.forEach(image -> counts.merge(image.requests(), 1, Integer::sum));
        return counts;
    }

    /** The number of images given up by number of attempts. */
    Map<Integer, Integer> lettersByAttempts() {
        Map<Integer, Integer> counts = new TreeMap<>();
        letters.forEach(letter -> counts.merge(letter.attempts(), 1, Integer::sum));
        return counts;
    }

    Map<ImageResponse, Integer> responses() {
        Map<ImageResponse, Integer> counts = new EnumMap<>(ImageResponse.class);
        images.forEach(image -> responses(image).forEach(response -> counts.merge(response, 1, Integer::sum)));
        return counts;
    }
}
