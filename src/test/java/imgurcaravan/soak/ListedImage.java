package imgurcaravan.soak;

import imgurcaravan.testing.Samples;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** One image of the gallery, with its fate and with what each request for it got. Thread-safe. */
final class ListedImage {

    /** One answer and the moment at which its request came. */
    record Given(Answer answer, Instant when) {}

    private final String id;
    private final String mime;
    private final int size;
    private final long seed;
    private final Fate fate;
    private final List<Given> given = new ArrayList<>(2);
    private boolean shown;

    /** @param seed decides the bytes, which are made anew whenever they are needed */
    ListedImage(String id, String mime, int size, long seed, Fate fate) {
        this.id = id;
        this.mime = mime;
        this.size = size;
        this.seed = seed;
        this.fate = fate;
    }

    String id() {
        return id;
    }

    String mime() {
        return mime;
    }

    int size() {
        return size;
    }

    Fate fate() {
        return fate;
    }

    byte[] bytes() {
        return Samples.of(mime, seed, size);
    }

    /** Notes that an answer of the API has listed it. */
    synchronized void show() {
        shown = true;
    }

    synchronized boolean isShown() {
        return shown;
    }

    synchronized void give(Answer answer) {
        // As exact as the times in logs and dead letters, so that none seems to come before its cause.
        given.add(new Given(answer, Instant.now().truncatedTo(ChronoUnit.MILLIS)));
    }

    /** The answers so far, in order; one for each GET. */
    synchronized List<Given> given() {
        return List.copyOf(given);
    }

    synchronized int requests() {
        return given.size();
    }

    /** The answers up to a moment. */
    List<Answer> givenUntil(Instant moment) {
        return given().stream()
                .filter(one -> !one.when().isAfter(moment))
                .map(Given::answer)
                .toList();
    }

    int count(Answer answer) {
        return (int) given().stream().filter(one -> one.answer() == answer).count();
    }
}
