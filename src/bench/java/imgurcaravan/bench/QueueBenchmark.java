package imgurcaravan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures how many messages per second pass through a queue of the component redis-streams, compared with
 * redis-benchmark and the same commands on the same Redis; and how the time for the same images falls with more worker
 * processes. See {@link Options}.
 */
final class QueueBenchmark {

    private static final List<Integer> CONSUMERS = List.of(1, 8, 64);
    private static final List<Integer> WORKERS = List.of(1, 2, 4, 8);
    private static final Duration DELAY = Duration.ofMillis(50);
    private static final int WARM_UP = 5;

    private QueueBenchmark() {}

    public static void main(String[] args) throws Exception {
        Options options = Options.read();
        Path work = Files.createDirectories(options.folder().resolve("work"));
        String machine = Machine.describe();
        try (RedisServer redis = RedisServer.start(work)
                .orElseThrow(() -> new IllegalStateException("There is no redis-server in the PATH"))) {
            List<String> lines = new ArrayList<>();
            lines.add(machine + ", Redis " + redis.version() + ", which writes nothing to disk. Medians of "
                    + options.rounds() + ".");
            lines.add("");
            if (options.isChosen("throughput")) {
                lines.addAll(throughput(redis, options.rounds()));
            }
            if (options.isChosen("scaling")) {
                lines.addAll(scaling(redis, options.rounds(), work));
            }
            lines.forEach(System.out::println);
            Files.write(options.folder().resolve("queue.md"), lines);
        } finally {
            DownloadBenchmark.delete(work);
        }
    }

    private static List<String> throughput(RedisServer redis, int rounds) throws Exception {
        int messages = Integer.getInteger("bench.messages", 20_000);
        Throughput ours = new Throughput(redis, messages);
        RedisLimits limits = new RedisLimits(redis, messages);
        // Does not count: until all code is compiled.
        ours.run(8, true);
        ours.run(8, false);
        List<String> lines = new ArrayList<>();
        lines.add("Messages per second; each connection sends a command when it has the reply to the last one. Beside");
        lines.add("the component, redis-benchmark -P 1 with as many connections: XADD; and XREADGROUP COUNT 1, then a");
        lines.add("script of XPENDING, XACK and XDEL, which are the two round trips that a consumer makes, too.");
        lines.add("");
        lines.add("| Connections | Added | … with a de-duplication key | XADD, redis-benchmark | Taken and done |"
                + " … with a de-duplication key | XREADGROUP, XACK, XDEL, redis-benchmark |");
        lines.add("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (int count : CONSUMERS) {
            List<Throughput.Rates> plain = new ArrayList<>();
            List<Throughput.Rates> keyed = new ArrayList<>();
            List<Throughput.Rates> limit = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                plain.add(ours.run(count, false));
                keyed.add(ours.run(count, true));
                limit.add(limits.run(count));
            }
            lines.add(String.format(
                    Locale.ROOT,
                    "| %d | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f |",
                    count,
                    median(plain, true),
                    median(keyed, true),
                    median(limit, true),
                    median(plain, false),
                    median(keyed, false),
                    median(limit, false)));
            System.err.println(lines.get(lines.size() - 1));
        }
        lines.add("");
        return lines;
    }

    private static double median(List<Throughput.Rates> rates, boolean added) {
        return Summary.median(rates.stream()
                .mapToDouble(rate -> added ? rate.added() : rate.done())
                .toArray());
    }

    private static List<String> scaling(RedisServer redis, int rounds, Path work)
            throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        lines.add("120 images of 20 kB over TLS, 50 ms before each response; worker processes of one consumer each, a");
        lines.add("process that polls, and Redis between them. Polls after the first " + WARM_UP + ".");
        lines.add("");
        lines.add("| Workers | Median s | Floor s | × floor | × as fast as one | CPU s |");
        lines.add("| ---: | ---: | ---: | ---: | ---: | ---: |");
        double alone = 0;
        try (GalleryServer gallery = new GalleryServer(Picture.some(120, 20_000, 20_000), DELAY)) {
            PackagedApplication application = PackagedApplication.jar(
                    Path.of("target", "imgur-caravan.jar").toAbsolutePath(), gallery, redis);
            for (int workers : WORKERS) {
                redis.clear();
                double floor = gallery.floor(workers);
                Duration period = Duration.ofMillis(1000 + Math.round(1300 * floor));
                Summary summary = new Summary(
                        workers + " workers",
                        Way.WayKind.OURS,
                        true,
                        application.again(work.resolve("workers" + workers), workers, period, WARM_UP, rounds));
                alone = workers == 1 ? summary.seconds() : alone;
                lines.add(String.format(
                        Locale.ROOT,
                        "| %d | %.2f | %.2f | %.2f | %.2f | %.2f |",
                        workers,
                        summary.seconds(),
                        floor,
                        summary.seconds() / floor,
                        alone / summary.seconds(),
                        summary.median(run -> run.processor().seconds())));
                System.err.println(lines.get(lines.size() - 1));
            }
        }
        return lines;
    }
}
