package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.AppProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script that starts several workers, tested with a script in place of the worker. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class WorkersScriptIT {

    private static final Path SCRIPT = Path.of(System.getProperty("imgurcaravan.jar", "target/imgur-caravan.jar"))
            .resolveSibling("imgur-caravan-workers");

    /** Where Linux keeps the number of the newest process; only root may change it. */
    private static final Path LAST_PID = Path.of("/proc/sys/kernel/ns_last_pid");

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private Path script;

    /** The first of the workers exits at once, with 3. */
    @BeforeEach
    void install() throws IOException {
        script = Files.copy(SCRIPT, folder.resolve("imgur-caravan-workers"));
        Path worker = Files.writeString(folder.resolve("imgur-caravan"), """
                #!/bin/sh
                if mkdir first 2> /dev/null; then echo "ends $$"; exit 3; fi
                echo "lives $$"
                exec sleep 60
                """);
        assertThat(worker.toFile().setExecutable(true)).isTrue();
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void stopsThoseThatLiveAndTellsHowAnotherEnded() throws Exception {
        try (AppProcess workers = start(3)) {
            List<ProcessHandle> living = numbers(workers, "lives ", 2).stream()
                    .map(pid -> ProcessHandle.of(pid).orElseThrow())
                    .toList();
            numbers(workers, "ends ", 1);

            workers.terminate();

            assertThat(workers.waitFor(SOON)).isEqualTo(3);
            assertThat(living).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void signalsNoStrangerWhoHasTheNumberOfOneThatEnded() throws Exception {
        Assumptions.assumeTrue(Files.isWritable(LAST_PID), "the numbers of processes cannot be chosen");
        try (AppProcess workers = start(2)) {
            numbers(workers, "lives ", 1);
            long ended = numbers(workers, "ends ", 1).get(0);
            await().atMost(SOON).until(() -> ProcessHandle.of(ended).isEmpty());
            try (AppProcess another = AppProcess.program(
                            "sh",
                            "-c",
                            "echo " + (ended - 1) + " > " + LAST_PID + "; sleep 60 & echo stranger $!; wait")
                    .workDir(folder)
                    .start()) {
                long stranger = numbers(another, "stranger ", 1).get(0);
                Assumptions.assumeTrue(stranger == ended, "another process has got the number");

                workers.terminate();

                assertThat(workers.waitFor(SOON)).isEqualTo(3);
                assertThat(ProcessHandle.of(stranger)).get().matches(ProcessHandle::isAlive);
                ProcessHandle.of(stranger).ifPresent(ProcessHandle::destroy);
            }
        }
    }

    private AppProcess start(int count) {
        return AppProcess.program(script.toString(), Integer.toString(count))
                .workDir(folder)
                .start();
    }

    /** The numbers of processes in lines that begin with this. */
    private static List<Long> numbers(AppProcess process, String start, int count) {
        await().atMost(SOON).until(() -> numbers(process, start).size() == count);
        return numbers(process, start);
    }

    private static List<Long> numbers(AppProcess process, String start) {
        return process.lines().stream()
                .filter(line -> line.startsWith(start))
                .map(line -> Long.valueOf(line.substring(start.length())))
                .toList();
    }
}
