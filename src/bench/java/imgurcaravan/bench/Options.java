package imgurcaravan.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The options of a benchmark, as system properties.
 *
 * @param rounds how often each way is measured, not counting a first round
 * @param ways texts of which one must be in the name of a way; empty: all ways
 * @param folder where the results go, and, for a moment each, the images of a run: 130 MB
 */
record Options(int rounds, List<String> ways, Path folder) {

    static Options read() {
        String ways = System.getProperty("bench.ways", "");
        return new Options(
                Integer.getInteger("bench.rounds", 7),
                Stream.of(ways.toLowerCase(Locale.ROOT).split(","))
                        .map(String::strip)
                        .filter(way -> !way.isEmpty())
                        .toList(),
                Path.of(System.getProperty("bench.dir", "target/bench")).toAbsolutePath());
    }

    boolean isChosen(String way) {
        String name = way.toLowerCase(Locale.ROOT);
        return ways.isEmpty() || ways.stream().anyMatch(name::contains);
    }
}
