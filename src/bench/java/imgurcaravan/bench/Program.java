package imgurcaravan.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A program in a separate process: its exit, its last lines, and the times that it reported. */
final class Program implements AutoCloseable {

    private static final int LAST_LINES = 30;

    /** None outlives a benchmark that is aborted. */
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroy)));
    }

    private final String name;
    private final Process process;
    private final Thread reader;
    private final Deque<String> last = new ArrayDeque<>();
    private final List<Long> took = new ArrayList<>();
    private volatile boolean closed;

    private Program(String name, Process process) {
        this.name = name;
        this.process = process;
        RUNNING.add(process);
        process.onExit().thenAccept(RUNNING::remove);
        reader = new Thread(this::read, "output");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts it in this folder, which is created, with these variables in place of all those from which a JVM or we
     * read options.
     */
    static Program start(Path folder, Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Files.createDirectories(folder).toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(variable -> variable.startsWith("IMGUR_")
                        || variable.startsWith("CAMEL_")
                        || variable.contains("JAVA_")
                        || variable.equals("CLASSPATH"));
        builder.environment().putAll(environment);
        return new Program(String.join(" ", command), builder.start());
    }

    /** Runs a program to its end, and returns its output. */
    static String output(Path folder, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + output);
        }
        return output;
    }

    long pid() {
        return process.pid();
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                long now = System.nanoTime();
                synchronized (this) {
                    last.addLast(line);
                    if (last.size() > LAST_LINES) {
                        last.removeFirst();
                    }
                    if (line.contains("Took")) {
                        took.add(now);
                        notifyAll();
                    }
                }
            }
        } catch (IOException e) {
            // Closing a program closes its output as well.
            if (!closed) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** When it said "Took" for this time, from 1; waits for that. */
    synchronized long took(int time, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (took.size() < time) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || !process.isAlive()) {
                throw failure("does not get on");
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, TimeUnit.MILLISECONDS.toNanos(200)));
        }
        return took.get(time - 1);
    }

    /** Waits until it has exited successfully. */
    void await(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw failure("does not end");
        }
        reader.join(1000);
        if (process.exitValue() != 0) {
            throw failure("ended with " + process.exitValue());
        }
    }

    private IllegalStateException failure(String what) {
        return new IllegalStateException(name + " " + what + ":\n" + lastLines());
    }

    synchronized String lastLines() {
        return String.join("\n", last);
    }

    /** Terminates it and waits for its exit. */
    @Override
    public void close() {
        closed = true;
        try {
            process.destroy();
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
