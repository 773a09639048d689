package imgurcaravan.bench;

import imgurcaravan.testing.TestCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A gallery and its images over TLS, lean, as it shares the processors with those that are measured.
 *
 * <p>Whoever reads the gallery is shown the same images under new names, so that all of them are to be fetched. Every
 * answer leaves the same time after its request came, made and encrypted by then: the servers that this one stands for
 * have processors of their own.
 */
final class GalleryServer implements AutoCloseable {

    private final List<Picture> pictures;
    private final Duration delay;
    private final CorkedSocket.Listener listener;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "gallery");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Long> asked = new CopyOnWriteArrayList<>();
    private final List<Long> answered = new CopyOnWriteArrayList<>();

    GalleryServer(List<Picture> pictures, Duration delay) throws IOException {
        this.pictures = pictures;
        this.delay = delay;
        listener = new CorkedSocket.Listener();
        threads.execute(this::accept);
    }

    String url() {
        return "https://localhost:" + listener.getLocalPort();
    }

    /** How many images a listing has. */
    int size() {
        return pictures.size();
    }

    /** The least time in which all images can be fetched, {@code concurrency} at once. */
    double floor(int concurrency) {
        return delay.toNanos() / 1e9 * pictures.size() / concurrency;
    }

    /** When the gallery was asked for, each time, by {@link System#nanoTime()}. */
    List<Long> asked() {
        return asked;
    }

    /** When it began to answer, each time. */
    List<Long> answered() {
        return answered;
    }

    /** Shows a listing to a program that cannot read galleries; the answer is the names of its images. */
    List<String> list() {
        asked.add(System.nanoTime());
        answered.add(System.nanoTime());
        return names(asked.size());
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
     * Checks the files of a listing, and empties them, so that no run pays for memory and disk that those before it took.
     * They stay until the end of the benchmark, as Linux (ext4 without a journal) looks at each inode that was deleted
     * lately whenever it makes a file, which a run would pay for as well.
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

    private void accept() {
        while (!listener.isClosed()) {
            try {
                CorkedSocket socket = listener.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new IllegalStateException("the gallery cannot go on", e);
                }
            }
        }
    }

    private void serve(CorkedSocket socket) {
        try (socket;
                Socket tls = TestCertificate.serverContext().getSocketFactory().createSocket(socket, null, true)) {
            socket.setTcpNoDelay(true);
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(tls.getInputStream(), StandardCharsets.ISO_8859_1));
            OutputStream out = tls.getOutputStream();
            for (String path = path(in); path != null; path = path(in)) {
                long due = System.nanoTime() + delay.toNanos();
                boolean listing = path.startsWith("/3/gallery/");
                socket.cork();
                out.write(listing ? listing() : picture(path).answer());
                await(due);
                if (listing) {
                    answered.add(System.nanoTime());
                }
                socket.uncork();
            }
        } catch (IOException e) {
            // The client has gone. What it lacks of an image is found when its files are checked.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until then by {@link System#nanoTime()}, more exactly than {@link Thread#sleep} with its whole milliseconds. */
    private static void await(long due) throws InterruptedException {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** The path of the next request, or null at the end of the connection. */
    private static String path(BufferedReader in) throws IOException {
        String first = in.readLine();
        String line = first;
        while (line != null && !line.isEmpty()) {
            line = in.readLine();
        }
        return line == null ? null : first.split(" ", -1)[1];
    }

    private byte[] listing() {
        asked.add(System.nanoTime());
        String json = names(asked.size()).stream()
                .map(this::post)
                .collect(Collectors.joining(",", "{\"data\":[", "],\"success\":true,\"status\":200}"));
        return Picture.answer("application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    private Picture picture(String name) {
        int dot = name.lastIndexOf('.');
        return pictures.get(Integer.parseInt(name.substring(dot - 3, dot)));
    }

    private String post(String name) {
        Picture picture = picture(name);
        return String.format(
                Locale.ROOT,
                "{\"id\":\"%s\",\"title\":\"Title\",\"datetime\":1500000000,\"type\":\"%s\",\"animated\":false,"
                        + "\"size\":%d,\"link\":\"%s/%s\",\"is_album\":false}",
                name.substring(0, name.indexOf('.')),
                picture.mime(),
                picture.bytes().length,
                url(),
                name);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
