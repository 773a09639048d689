package imgurcaravan.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** The memory, threads and open files of a process over time, from {@code /proc} and {@code jcmd}. */
final class Vitals {

    /** The interval, in readings, at which the live heap is measured, which costs the process a full collection. */
    private static final int HEAP_EVERY = 4;
    /** While classes load and code is compiled, memory grows in every Java program. */
    private static final int WARM_UP_SECONDS = 60;

    private static final int LEAST_READINGS = 9;

    /**
     * One reading.
     *
     * @param heap live bytes in the heap, or -1 where they were not measured
     */
    record Reading(long second, long rss, long heap, long threads, long files) {}

    /** Whether the median of a quantity in the last third of the time is above that of the first third. */
    record Trend(boolean known, long first, long last) {

        /** @param slack the tolerance in addition to 15 % */
        boolean isFlat(long slack) {
            return !known || last <= first * 1.15 + slack;
        }

        String in(long unit, String name) {
            return known
                    ? String.format(Locale.ROOT, "%d to %d %s", first / unit, last / unit, name)
                    : "too short to tell";
        }
    }

    private final long pid;
    private final long start = System.nanoTime();
    private final List<Reading> readings = new ArrayList<>();

    Vitals(long pid) {
        this.pid = pid;
    }

    List<Reading> readings() {
        return readings;
    }

    /** Takes a reading of the process, unless it has ended. */
    void read() throws IOException {
        Path proc = Path.of("/proc", Long.toString(pid));
        try {
            read(proc);
        } catch (IOException e) {
            if (Files.exists(proc.resolve("fd"))) {
                throw e;
            }
        }
    }

    private void read(Path proc) throws IOException {
        long second = (System.nanoTime() - start) / 1_000_000_000;
        List<String> status = Files.readAllLines(proc.resolve("status"));
        long files;
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            files = open.count();
        }
        long heap = readings.size() % HEAP_EVERY == HEAP_EVERY / 2 ? liveHeap() : -1;
        readings.add(new Reading(second, 1024 * value(status, "VmRSS:"), heap, value(status, "Threads:"), files));
    }

    private static long value(List<String> status, String name) {
        return status.stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    /** The last line of a histogram of live objects: {@code Total <objects> <bytes>}. */
    private long liveHeap() throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        long bytes = -1;
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                String[] words = line.strip().split("\\s+", -1);
                if (words.length == 3 && words[0].equals("Total")) {
                    bytes = Long.parseLong(words[2]);
                }
            }
        }
        return bytes;
    }

    Trend rss() {
        return trend(Reading::rss);
    }

    Trend heap() {
        return trend(Reading::heap);
    }

    Trend threads() {
        return trend(Reading::threads);
    }

    Trend files() {
        return trend(Reading::files);
    }

    private Trend trend(ToLongFunction<Reading> quantity) {
        List<Long> values = readings.stream()
                .filter(reading -> reading.second() >= WARM_UP_SECONDS)
                .map(quantity::applyAsLong)
                .filter(value -> value >= 0)
                .toList();
        int third = values.size() / 3;
        if (third == 0 || readings.size() < LEAST_READINGS) {
            return new Trend(false, 0, 0);
        }
        return new Trend(
                true, median(values.subList(0, third)), median(values.subList(values.size() - third, values.size())));
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("second,rss,live_heap,threads,open_files");
        for (Reading one : readings) {
            String heap = one.heap() < 0 ? "" : Long.toString(one.heap());
            lines.add(one.second() + "," + one.rss() + "," + heap + "," + one.threads() + "," + one.files());
        }
        Files.write(file, lines);
    }
}
