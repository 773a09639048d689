package imgurcaravan.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * The wall clock of a process, which can be set while the process runs; its monotonic clock is the true one. The
 * library {@code libfaketime} does this.
 *
 * <p>A test without it is skipped and says so; where {@code CI} is set it fails.
 */
public final class FakeClock {

    private final Path file;

    private FakeClock(Path file) {
        this.file = file;
    }

    /**
     * A clock that is right at first, for a program that has not been started.
     *
     * @param file where it may keep how far the clock is off
     */
    public static FakeClock of(AppCommand command, Path file) throws IOException {
        Path library = library();
        FakeClock clock = new FakeClock(file);
        clock.set(Duration.ZERO);
        // The library makes each look at a clock slow, and the JVM has a habit of it.
        command.jvm("-XX:-UsePerfData")
                .env("LD_PRELOAD", library.toString())
                .env("FAKETIME_TIMESTAMP_FILE", file.toString())
                // In seconds: it reads the file no more often.
                .env("FAKETIME_CACHE_DURATION", "1")
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
                .env("NO_FAKE_STAT", "1");
        return clock;
    }

    /** The library to preload, for many threads. */
    static Path library() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return folders.map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
                    .filter(Files::isRegularFile)
                    .findFirst()
                    .orElseThrow(() -> Requirement.missing("libfaketime is not installed here"));
        }
    }

    /** Sets the clock this far from the true time, within a second. */
    public void set(Duration off) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, "%+d\n".formatted(off.toSeconds()));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
