package imgurcaravan.soak;

import imgurcaravan.testing.Samples;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** One image of the gallery, with its fate and the response to each request for it. Thread-safe. */
final class ListedImage {

    /** One response and the time of its request. */
    record Given(ImageResponse response, Instant when) {}

    private final String id;
    private final String mime;
    private final int size;
    private final long seed;
    private final Fate fate;
    private final List<Given> given = new ArrayList<>(2);
    private boolean shown;

    /** @param seed determines the bytes, which are generated whenever they are needed */
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

    /** Records that a response of the API has listed it. */
    synchronized void show() {
        shown = true;
    }

    synchronized boolean isShown() {
        return shown;
    }

    synchronized void give(ImageResponse response) {
        // As precise as the times in logs and dead letters, so that no effect seems to come before its cause.
        given.add(new Given(response, Instant.now().truncatedTo(ChronoUnit.MILLIS)));
    }

    /** The responses so far, in order; one for each GET. */
    synchronized List<Given> given() {
        return List.copyOf(given);
    }

    synchronized int requests() {
        return given.size();
    }

    /** The responses up to a time. */
    List<ImageResponse> givenUntil(Instant moment) {
        return given().stream()
                .filter(one -> !one.when().isAfter(moment))
                .map(Given::response)
                .toList();
    }

    int count(ImageResponse response) {
        return (int) given().stream().filter(one -> one.response() == response).count();
    }
}
