package imgurcaravan.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A Java program in a JVM of its own, with its output, its exit, its running time and its highest memory use. */
public final class AppProcess implements AutoCloseable {

    private final Process process;
    private final long started;
    private final List<String> lines = new ArrayList<>();
    private final CountDownLatch outputEnded = new CountDownLatch(1);
    private final CountDownLatch exited = new CountDownLatch(1);
    private volatile long ended;
    private volatile long peakRss = -1;

    private AppProcess(Process process, long started) {
        this.process = process;
        this.started = started;
    }

    /** A program to be run by the JDK or JRE in this folder; null for the one that runs this. */
    public static AppCommand java(Path javaHome) {
        return new AppCommand(javaHome == null ? Path.of(System.getProperty("java.home")) : javaHome);
    }

    /** A program that is not the JVM itself, such as a script that starts one, with its first arguments. */
    public static AppCommand program(String... words) {
        return AppCommand.of(words);
    }

    static AppProcess start(ProcessBuilder builder) throws IOException {
        long started = System.nanoTime();
        AppProcess app = new AppProcess(builder.start(), started);
        daemon(app::read, "app-output").start();
        daemon(app::watch, "app-watch").start();
        return app;
    }

    /** The lines of standard output and standard error so far, in the order in which they came. */
    public List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** Those lines as one text. */
    public String output() {
        return String.join("\n", lines());
    }

    /** {@link #waitForLine(Predicate, Duration)} for a line that contains this text. */
    public boolean waitForLine(String containing, Duration atMost) {
        return waitForLine(line -> line.contains(containing), atMost);
    }

    /** Waits for a line, past ones included; false when the time is up or the output has ended without it. */
    public boolean waitForLine(Predicate<String> wanted, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        synchronized (lines) {
            int next = 0;
            while (true) {
                while (next < lines.size()) {
                    if (wanted.test(lines.get(next++))) {
                        return true;
                    }
                }
                long left = deadline - System.nanoTime();
                if (left <= 0 || outputEnded.getCount() == 0) {
                    return false;
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(lines, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
        }
    }

    /** Waits for the exit and returns its code; kills the program and fails with its output when that takes longer. */
    public int waitFor(Duration atMost) {
        try {
            if (!process.waitFor(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
                kill();
                outputEnded.await(5, TimeUnit.SECONDS);
                throw new AssertionError("still running after " + atMost + ":\n" + output());
            }
            exited.await();
            // What the program started itself may hold the output open.
            outputEnded.await(2, TimeUnit.SECONDS);
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Sends SIGTERM. */
    public void terminate() {
        // Process.destroy() would also close the output, and the program's last lines would be lost.
        process.toHandle().destroy();
    }

    /** Sends SIGKILL. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.toHandle().destroyForcibly();
    }

    /** Suspends it until it is resumed. */
    public void suspend() {
        signal("STOP");
    }

    /** Resumes it. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("kill -" + name + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** From the start to the exit, or to now while it runs. */
    public Duration elapsed() {
        return Duration.ofNanos((exited.getCount() == 0 ? ended : System.nanoTime()) - started);
    }

    /** The most physical memory it has had, in bytes, read every 20 ms; empty where there is no {@code /proc}. */
    public OptionalLong peakRss() {
        return peakRss < 0 ? OptionalLong.empty() : OptionalLong.of(peakRss);
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        kill();
        try {
            exited.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            // A killed process closes its output in the middle; the lines before that count.
        } finally {
            synchronized (lines) {
                outputEnded.countDown();
                lines.notifyAll();
            }
        }
    }

    private void watch() {
        try {
            do {
                samplePeak();
            } while (!process.waitFor(20, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended = System.nanoTime();
            exited.countDown();
        }
    }

    private void samplePeak() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status"))) {
                if (line.startsWith("VmHWM:")) {
                    peakRss = 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        } catch (IOException e) {
            // The process has just ended, or there is no such folder here: the last value stays.
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
