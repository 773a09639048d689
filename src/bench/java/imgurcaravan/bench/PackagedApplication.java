package imgurcaravan.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The packaged application, with a gallery and, if the queue needs it, a Redis.
 *
 * @param command the command that starts it
 * @param redis may be null if nothing is queued in it
 */
record PackagedApplication(List<String> command, GalleryServer gallery, RedisServer redis) {

    private static final Duration LONG = Duration.ofMinutes(2);

    /** Polls that do not count, while a process loads and compiles its classes. */
    static final int WARM_UP = 10;

    private static final int MOST_POLLS = 60;

    /** By {@code java -jar}. */
    static PackagedApplication jar(Path jar, GalleryServer gallery, RedisServer redis) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(trust());
        command.addAll(List.of("-jar", jar.toString()));
        return new PackagedApplication(List.copyOf(command), gallery, redis);
    }

    /** By the script that lies beside the jar. */
    static PackagedApplication launcher(Path script, GalleryServer gallery, RedisServer redis) {
        return new PackagedApplication(List.of(script.toString()), gallery, redis);
    }

    /** Makes the launcher create its archive, which it would otherwise create during the first run. */
    void prepare(Path folder) throws IOException, InterruptedException {
        List<String> prepare = new ArrayList<>(command);
        prepare.add("prepare");
        try (Program program = Program.start(folder, Map.of("JAVA_HOME", System.getProperty("java.home")), prepare)) {
            program.await(LONG);
        }
    }

    private static List<String> trust() {
        return List.of("-Djavax.net.ssl.trustStore=" + TrustStore.FILE);
    }

    private Program start(Path folder, Map<String, String> settings) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("JAVA_OPTS", String.join(" ", trust()));
        environment.put("IMGUR_CLIENT_ID", "abcdefgh");
        environment.put("IMGUR_API_URL", gallery.url());
        environment.put("IMGUR_HOSTS_ALLOW", "localhost");
        environment.put("IMGUR_HOSTS_PRIVATE", "true");
        if (redis != null) {
            environment.put("IMGUR_REDIS_URL", redis.url());
        }
        environment.putAll(settings);
        return Program.start(folder, environment, command);
    }

    /** One process that polls once and fetches all images, from its start to its exit. */
    Run once(Path folder, String queue) throws IOException, InterruptedException {
        return Clock.toEnd(
                gallery,
                memory -> memory.watch(start(folder, Map.of("IMGUR_ONCE", "true", "IMGUR_QUEUE", queue))),
                () -> gallery.check(
                        folder.resolve("images"), gallery.requested().size()));
    }

    /** One process that polls once and others that fetch one image at a time, from their start to its exit. */
    Run once(Path folder, int workers) throws IOException, InterruptedException {
        List<Program> started = new ArrayList<>();
        try {
            return Clock.toEnd(
                    gallery,
                    memory -> {
                        startWorkers(folder, workers, memory, started);
                        return memory.watch(start(
                                folder.resolve("poller"),
                                Map.of(
                                        "IMGUR_ONCE",
                                        "true",
                                        "IMGUR_QUEUE",
                                        "redis",
                                        "IMGUR_DOWNLOAD_ENABLED",
                                        "false")));
                    },
                    () -> {
                        started.forEach(Program::close);
                        gallery.check(
                                folder.resolve("images"), gallery.requested().size());
                    });
        } catch (IllegalStateException e) {
            // The output of the workers may show why the poller waits.
            started.forEach(worker -> e.addSuppressed(new IllegalStateException(worker.lastLines())));
            throw e;
        } finally {
            started.forEach(Program::close);
        }
    }

    /** One process that polls repeatedly and fetches all images: each poll after the first {@link #WARM_UP}. */
    List<Run> again(Path folder, String queue, int times) throws IOException, InterruptedException {
        try (PeakMemory memory = new PeakMemory();
                Program poller = memory.watch(start(folder, scheduled(queue, Duration.ofSeconds(3))))) {
            return polls(folder, poller, List.of(poller), memory, WARM_UP, times);
        }
    }

    /** One process that polls repeatedly, and others that fetch one image at a time. */
    List<Run> again(Path folder, int workers, Duration period, int warmUp, int times)
            throws IOException, InterruptedException {
        List<Program> all = new ArrayList<>();
        try (PeakMemory memory = new PeakMemory()) {
            startWorkers(folder, workers, memory, all);
            Map<String, String> settings = new HashMap<>(scheduled("redis", period));
            settings.put("IMGUR_DOWNLOAD_ENABLED", "false");
            Program poller = memory.watch(start(folder.resolve("poller"), settings));
            all.add(poller);
            return polls(folder, poller, all, memory, warmUp, times);
        } finally {
            all.forEach(Program::close);
        }
    }

    private static Map<String, String> scheduled(String queue, Duration period) {
        return Map.of("IMGUR_QUEUE", queue, "IMGUR_POLL_PERIOD", period.toMillis() + "ms");
    }

    private void startWorkers(Path folder, int workers, PeakMemory memory, List<Program> started) throws IOException {
        for (int i = 1; i <= workers; i++) {
            started.add(memory.watch(start(
                    folder.resolve("worker" + i),
                    Map.of(
                            "IMGUR_QUEUE",
                            "redis",
                            "IMGUR_POLL_ENABLED",
                            "false",
                            "IMGUR_DOWNLOAD_CONCURRENCY",
                            "1",
                            "IMGUR_IMAGES_DIR",
                            folder.resolve("images").toString()))));
        }
    }

    /**
     * From the moment the gallery sends its response to the line that ends the poll. A poll that began before the last
     * one had ended, as happens while a process is cold, is a warm-up too.
     */
    private List<Run> polls(Path folder, Program poller, List<Program> all, PeakMemory memory, int warmUp, int times)
            throws IOException, InterruptedException {
        List<Run> runs = new ArrayList<>();
        int before = gallery.requested().size();
        ProcessorTime used = ProcessorTime.NONE;
        long last = 0;
        for (int poll = 1; runs.size() < times; poll++) {
            if (poll > MOST_POLLS) {
                throw new IllegalStateException("Its polls take longer than their period: " + poller.lastLines());
            }
            long end = poller.took(poll, LONG);
            ProcessorTime now = all.stream()
                    .map(program -> Proc.time(program.pid()))
                    .reduce(ProcessorTime.NONE, ProcessorTime::plus);
            gallery.check(folder.resolve("images"), before + poll);
            long begun = gallery.responded().get(before + poll - 1);
            if (poll > warmUp && begun > last) {
                runs.add(new Run((end - begun) / 1e9, memory.megabytes(), now.minus(used), Double.NaN));
            }
            used = now;
            last = end;
        }
        return runs;
    }
}
