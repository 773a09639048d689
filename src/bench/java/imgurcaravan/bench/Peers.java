package imgurcaravan.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Other programs that fetch the same images, eight at once, and check less of them. */
final class Peers {

    private static final Path SCRIPTS = Path.of("src", "bench", "python").toAbsolutePath();
    private static final Duration LONG = Duration.ofMinutes(3);

    private final GalleryServer gallery;

    Peers(GalleryServer gallery) {
        this.gallery = gallery;
    }

    static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** A Python that can import this module. */
    static Optional<String> python(String module) throws InterruptedException {
        for (String python : List.of("python3", "/usr/bin/python3")) {
            try {
                Program.output(Path.of("."), List.of(python, "-c", "import " + module));
                return Optional.of(python);
            } catch (IOException e) {
                // Not installed, or not this module.
                continue;
            }
        }
        return Optional.empty();
    }

    /** Given the list of addresses, which it cannot find itself. */
    Run aria2(Path folder) throws IOException, InterruptedException {
        StringBuilder list = new StringBuilder();
        List<String> names = gallery.list();
        names.forEach(
                name -> list.append(gallery.url()).append('/').append(name).append('\n'));
        Path input = Files.writeString(Files.createDirectories(folder).resolve("list"), list);
        return run(
                folder,
                "aria2c",
                "--no-conf=true",
                "--quiet=true",
                "--check-certificate=false",
                "--file-allocation=none",
                "--max-concurrent-downloads=8",
                "--max-connection-per-server=1",
                "--input-file=" + input);
    }

    /** Given the list of addresses, which it cannot find itself. */
    Run curl(Path folder) throws IOException, InterruptedException {
        StringBuilder list = new StringBuilder();
        for (String name : gallery.list()) {
            list.append("url = ").append(gallery.url()).append('/').append(name).append('\n');
            list.append("output = ").append(name).append('\n');
        }
        Path input = Files.writeString(Files.createDirectories(folder).resolve("list"), list);
        return run(
                folder,
                "curl",
                "--disable",
                "--silent",
                "--show-error",
                "--fail",
                "--insecure",
                "--parallel",
                "--parallel-max",
                "8",
                "--config",
                input.toString());
    }

    Run threads(Path folder) throws IOException, InterruptedException {
        return run(
                folder, "python3", SCRIPTS.resolve("thread_pool.py").toString(), gallery.url(), folder.toString(), "8");
    }

    private Run run(Path folder, String... command) throws IOException, InterruptedException {
        return Clock.toEnd(
                gallery,
                memory -> memory.watch(Program.start(folder, Map.of(), List.of(command))),
                () -> gallery.check(folder, gallery.requested().size()));
    }

    /** A worker as RQ's own command starts it: each job imports its modules. */
    static String rqCommand(RedisServer redis) {
        return "import rq.cli; rq.cli.main(['worker', '--quiet', '--url', '%s', 'images'])".formatted(redis.url());
    }

    /** A worker that imports the modules of its jobs before it forks for them, as RQ recommends. */
    static String rqPrepared(RedisServer redis) {
        return "import rq_job; rq_job.work(%d)".formatted(redis.port());
    }

    /** RQ, from the start of its workers to the end of the last job. */
    Run rq(Path folder, String python, RedisServer redis, String worker, int workers)
            throws IOException, InterruptedException {
        redis.clear();
        List<Program> started = new ArrayList<>();
        try {
            return Clock.toEnd(
                    gallery,
                    memory -> {
                        startRq(folder, python, worker, workers, memory, started);
                        return memory.watch(poll(folder, python, redis));
                    },
                    () -> {
                        started.forEach(Program::close);
                        gallery.check(folder, gallery.requested().size());
                    });
        } finally {
            started.forEach(Program::close);
        }
    }

    /** RQ with idle workers, from the response of the gallery to the end of the last job. */
    List<Run> rqAgain(Path folder, String python, RedisServer redis, String worker, int workers, int times)
            throws IOException, InterruptedException {
        redis.clear();
        List<Run> runs = new ArrayList<>();
        List<Program> started = new ArrayList<>();
        try (PeakMemory memory = new PeakMemory()) {
            startRq(folder, python, worker, workers, memory, started);
            for (int time = 0; time <= times; time++) {
                redis.clear();
                ProcessorTime before = processorTime(started);
                try (Program poll = memory.watch(poll(folder, python, redis))) {
                    long end = poll.took(1, LONG);
                    int listing = gallery.requested().size();
                    double seconds = (end - gallery.responded().get(listing - 1)) / 1e9;
                    ProcessorTime used = processorTime(started).minus(before);
                    gallery.check(folder, listing);
                    // In the first one the workers are still starting.
                    if (time > 0) {
                        runs.add(new Run(seconds, memory.megabytes(), used, Double.NaN));
                    }
                }
            }
        } finally {
            started.forEach(Program::close);
        }
        return runs;
    }

    private static ProcessorTime processorTime(List<Program> workers) {
        return workers.stream()
                .map(worker -> Proc.timeWithChildren(worker.pid()))
                .reduce(ProcessorTime.NONE, ProcessorTime::plus);
    }

    private static void startRq(
            Path folder, String python, String worker, int workers, PeakMemory memory, List<Program> started)
            throws IOException {
        for (int i = 0; i < workers; i++) {
            started.add(memory.watch(python(folder, python, worker)));
        }
    }

    private Program poll(Path folder, String python, RedisServer redis) throws IOException {
        String script = "import rq_job; rq_job.poll(%d, '%s', '%s')".formatted(redis.port(), gallery.url(), folder);
        return python(folder, python, script);
    }

    private static Program python(Path folder, String python, String script) throws IOException {
        return Program.start(folder, Map.of("PYTHONPATH", SCRIPTS.toString()), List.of(python, "-c", script));
    }
}
