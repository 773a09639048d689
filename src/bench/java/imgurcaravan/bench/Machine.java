package imgurcaravan.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Describes the machine on which a benchmark ran, for the line above its table. */
final class Machine {

    private Machine() {}

    /** Includes the current load of the machine, since other processes increase every figure. */
    static String describe() throws IOException {
        String model;
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            model = lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
        return String.format(
                Locale.ROOT,
                "%d processors (%s), Java %s, load before the start %.1f",
                Runtime.getRuntime().availableProcessors(),
                model,
                Runtime.version().feature(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
