package imgurcaravan.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The processor time and the memory of processes, read from Linux's {@code /proc}. */
final class Proc {

    /** The value of {@code getconf CLK_TCK} on all Linux systems that run Java. */
    private static final double TICKS = 100;

    private Proc() {}

    /** The processor time of all ended processes that this one started, including theirs. */
    static ProcessorTime ended() {
        return time("self", 16, 17);
    }

    /** The processor time of this process so far. */
    static ProcessorTime time(long pid) {
        return time(Long.toString(pid), 14, 15);
    }

    /** {@link #time(long)} and that of all processes that it has started and that have ended. */
    static ProcessorTime timeWithChildren(long pid) {
        return time(pid).plus(time(Long.toString(pid), 16, 17));
    }

    /** Uses the field numbers of proc(5), from 1. */
    private static ProcessorTime time(String process, int user, int system) {
        try {
            String stat = Files.readString(Path.of("/proc", process, "stat"));
            // The second field is the program's name in parentheses, which may contain blanks.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return new ProcessorTime(
                    Long.parseLong(fields[user - 3]) / TICKS, Long.parseLong(fields[system - 3]) / TICKS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The sum of the most memory that each of these processes, and of those that they started, has had, in bytes. */
    static long peakMemory(List<Long> pids) {
        long sum = 0;
        List<Long> left = new ArrayList<>(pids);
        while (!left.isEmpty()) {
            long pid = left.remove(left.size() - 1);
            Path proc = Path.of("/proc", Long.toString(pid));
            try (Stream<String> status = Files.lines(proc.resolve("status"))) {
                sum += 1024
                        * status.filter(line -> line.startsWith("VmHWM:"))
                                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                                .sum();
                String children = Files.readString(
                        proc.resolve("task").resolve(Long.toString(pid)).resolve("children"));
                Stream.of(children.split(" ", -1))
                        .filter(child -> !child.isBlank())
                        .map(child -> Long.valueOf(child.strip()))
                        .forEach(left::add);
            } catch (IOException | UncheckedIOException e) {
                // It has just ended; its memory was read before.
                continue;
            }
        }
        return sum;
    }
}
