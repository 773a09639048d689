package imgurcaravan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Measures how long each way takes to download 120 images of 0.1 to 2 MB from a gallery on this machine that responds
 * after 50 ms.
 *
 * <p>Cold is a whole process, from its start to its exit, in turn with all others; warm is a poll of a process that has
 * made several polls before. See {@link Options}.
 */
final class DownloadBenchmark {

    private static final Duration DELAY = Duration.ofMillis(50);

    /**
     * Ways that take longer than this, in seconds, are measured in fewer rounds, since their variance matters less than
     * the time it costs.
     */
    private static final double SLOW = 5;

    private static final int ROUNDS_OF_SLOW = 3;

    private DownloadBenchmark() {}

    public static void main(String[] args) throws Exception {
        Options options = Options.read();
        Path work = Files.createDirectories(options.folder().resolve("work"));
        String machine = Machine.describe();
        try (GalleryServer gallery = new GalleryServer(Picture.some(120, 100_000, 2_000_000), DELAY);
                RedisServer redis = RedisServer.start(work).orElse(null)) {
            Ways all = new Ways(gallery, redis, work);
            List<Way> ways = all.find(Path.of("target", "imgur-caravan.jar").toAbsolutePath()).stream()
                    .filter(way -> options.isChosen(way.name()))
                    .toList();
            Map<Way, List<Run>> runs = measure(ways, options.rounds());
            report(options, machine, redis, all.notes(), gallery.floor(8), runs);
        } finally {
            delete(work);
        }
    }

    private static Map<Way, List<Run>> measure(List<Way> ways, int rounds) throws Exception {
        Map<Way, List<Run>> runs = new LinkedHashMap<>();
        ways.forEach(way -> runs.put(way, new ArrayList<>()));
        Set<Way> slow = new HashSet<>();
        for (int round = 0; round <= rounds; round++) {
            for (Way way : ways) {
                if (way.inTurn() && (round <= ROUNDS_OF_SLOW || !slow.contains(way))) {
                    settle();
                    List<Run> measured = way.measured().run(1);
                    tell(round, way, measured);
                    // In the first round the caches and the server are still cold.
                    if (round > 0) {
                        runs.get(way).addAll(measured);
                    } else if (measured.get(0).seconds() > SLOW) {
                        slow.add(way);
                    }
                }
            }
        }
        for (Way way : ways) {
            if (!way.inTurn()) {
                settle();
                List<Run> measured = way.measured().run(rounds);
                tell(1, way, measured);
                runs.get(way).addAll(measured);
            }
        }
        return runs;
    }

    /** Pending writes of one run must not be written during the next. */
    private static void settle() throws IOException, InterruptedException {
        Program.output(Path.of("."), List.of("sync"));
    }

    private static void tell(int round, Way way, List<Run> runs) {
        System.err.printf(
                Locale.ROOT,
                "round %d, %s: %s%n",
                round,
                way.name(),
                String.join(
                        " ",
                        runs.stream()
                                .map(run -> String.format(Locale.ROOT, "%.2f", run.seconds()))
                                .toList()));
    }

    private static void report(
            Options options,
            String machine,
            RedisServer redis,
            List<String> notes,
            double floor,
            Map<Way, List<Run>> runs)
            throws IOException {
        List<Summary> summaries = runs.entrySet().stream()
                .map(entry -> new Summary(
                        entry.getKey().title(),
                        entry.getKey().kind(),
                        !entry.getKey().inTurn(),
                        entry.getValue()))
                .toList();
        List<String> lines = new ArrayList<>();
        lines.add("120 images of 0.1 to 2 MB over TLS, 50 ms before each response, 8 at once; floor " + floor + " s.");
        lines.add(machine + (redis == null ? "" : ", Redis " + redis.version())
                + ". Whole processes in turn; warm: polls after the first " + PackagedApplication.WARM_UP
                + ", from the gallery's response to the last file.");
        lines.addAll(notes);
        lines.add("");
        lines.add(
                "| Way | Median s | Min–max | × floor | First request s | Peak RSS MB | CPU s: user | system | Runs |");
        lines.add("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        summaries.forEach(summary -> lines.add(summary.row(floor)));
        lines.forEach(System.out::println);
        Files.write(options.folder().resolve("download.md"), lines);
        Files.writeString(
                options.folder().resolve("download.svg"),
                BarChart.draw("120 images, 126 MB over TLS, 50 ms per response, 8 at once", summaries, floor));
    }

    /** The remains of all runs: settings, archives, logs, emptied files. */
    static void delete(Path work) throws IOException {
        try (Stream<Path> paths = Files.walk(work)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }
}
