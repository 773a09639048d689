package imgurcaravan.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** All measurements of one way. */
record Summary(String title, Way.WayKind kind, boolean warm, List<Run> runs) {

    double seconds() {
        return median(Run::seconds);
    }

    double median(ToDoubleFunction<Run> quantity) {
        return median(runs.stream().mapToDouble(quantity).toArray());
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private String first() {
        double seconds = median(Run::firstSeconds);
        return Double.isNaN(seconds) ? "" : String.format(Locale.ROOT, "%.2f", seconds);
    }

    /** Its row of the table. */
    String row(double floor) {
        return String.format(
                Locale.ROOT,
                "| %s | %.2f | %.2f–%.2f | %.2f | %s | %.0f | %.2f | %.2f | %d |",
                title,
                seconds(),
                runs.stream().mapToDouble(Run::seconds).min().orElseThrow(),
                runs.stream().mapToDouble(Run::seconds).max().orElseThrow(),
                seconds() / floor,
                first(),
                median(Run::megabytes),
                median(run -> run.processor().user()),
                median(run -> run.processor().system()),
                runs.size());
    }
}
