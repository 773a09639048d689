package imgurcaravan.bench;

import imgurcaravan.demo.ImgurJson;
import imgurcaravan.demo.ImgurJson.ImgurImage;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Request;
import imgurcaravan.testing.StandInServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/**
 * A gallery and its images over TLS.
 *
 * <p>Each listing has the same images under new names, so that all of them have to be fetched. Every response is sent
 * the same time after its request, prepared and encrypted by then: the servers that this one stands for have their own
 * processors.
 */
final class GalleryServer implements AutoCloseable {

    private final List<Picture> pictures;
    private final Duration delay;
    private final StandInServer server = StandInServer.tls();
    private final List<Long> requested = new CopyOnWriteArrayList<>();
    private final List<Long> responded = new CopyOnWriteArrayList<>();

    GalleryServer(List<Picture> pictures, Duration delay) {
        this.pictures = pictures;
        this.delay = delay;
        server.delay(delay);
        server.handle(this::respond);
    }

    String url() {
        return "https://localhost:" + server.port();
    }

    /** How many images a listing has. */
    int size() {
        return pictures.size();
    }

    /** The minimum time to fetch all images, {@code concurrency} at once. */
    double floor(int concurrency) {
        return delay.toNanos() / 1e9 * pictures.size() / concurrency;
    }

    /** When each request for a listing arrived, by {@link System#nanoTime()}. */
    List<Long> requested() {
        return requested;
    }

    /** When each response with a listing was sent. */
    List<Long> responded() {
        return responded;
    }

    /** Returns a listing for a program that cannot read galleries: the names of its images. */
    List<String> list() {
        requested.add(System.nanoTime());
        responded.add(System.nanoTime());
        return names(requested.size());
    }

    private List<String> names(int listing) {
        return IntStream.range(0, pictures.size())
                .mapToObj(i -> String.format(
                        Locale.ROOT,
                        "p%05dn%03d.%s",
                        listing,
                        i,
                        pictures.get(i).extension()))
                .toList();
    }

    /**
     * Checks the files of a listing, and empties them, so that no run is slowed by the memory and disk use of earlier
     * ones. They stay until the end of the benchmark, because Linux (ext4 without a journal) checks each recently
     * deleted inode whenever it creates a file, which would also slow down a run.
     *
     * @param listing counted from 1
     * @throws IllegalStateException if not all of its images are there whole
     */
    void check(Path folder, int listing) throws IOException {
        List<String> names = names(listing);
        for (int i = 0; i < names.size(); i++) {
            Path file = folder.resolve(names.get(i));
            if (!Files.exists(file)) {
                throw new IllegalStateException(file + " is missing");
            }
            if (!Arrays.equals(Files.readAllBytes(file), pictures.get(i).bytes())) {
                throw new IllegalStateException(file + " is not whole");
            }
            Files.write(file, new byte[0]);
        }
    }

    private Reply respond(Request request) {
        if (request.path().startsWith("/3/gallery/")) {
            return listing();
        }
        Picture picture = pictures.get(number(request.path()));
        return Reply.bytes(200, picture.mime(), picture.bytes());
    }

    private Reply listing() {
        requested.add(System.nanoTime());
        List<Map<String, Object>> posts =
                names(requested.size()).stream().map(this::post).toList();
        Reply reply = Reply.json(200, ImgurJson.success(posts));
        return Reply.of(wire -> {
            Reply.Then then = reply.write(wire);
            wire.awaitDue();
            responded.add(System.nanoTime());
            return then;
        });
    }

    private Map<String, Object> post(String name) {
        int number = number(name);
        Picture picture = pictures.get(number);
        String id = name.substring(0, name.indexOf('.'));
        ImgurImage image =
                new ImgurImage(id, picture.mime(), url() + "/" + name, 640, 480, picture.bytes().length, number);
        return ImgurJson.imagePost(image, "Title", number);
    }

    /** Which picture a name of {@link #names} stands for. */
    private static int number(String name) {
        int dot = name.lastIndexOf('.');
        return Integer.parseInt(name.substring(dot - 3, dot));
    }

    @Override
    public void close() {
        server.close();
    }
}
