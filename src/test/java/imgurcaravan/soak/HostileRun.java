package imgurcaravan.soak;

import imgurcaravan.testing.AppCommand;
import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.StandInServer;
import imgurcaravan.testing.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs the packaged application as a scheduled service against a gallery that moves and a server that is hostile to a
 * third of all requests, then checks that no image is lost, that every reason is true, and that memory stays flat.
 *
 * <p>From the project's folder:
 *
 * <pre>{@code
 * ./mvnw -q -DskipTests package
 * java -Dsoak.minutes=30 -cp "target/test-classes:target/lib/*" imgurcaravan.soak.HostileRun
 * }</pre>
 *
 * <p>Exits with 0 when every check holds, else with 1. Its output is also in {@code summary.txt} in its folder, beside
 * the application's log and {@code vitals.csv}.
 */
public final class HostileRun {

    private static final Duration READING_EVERY = Duration.ofSeconds(30);
    private static final Duration LONGEST_EXIT = Duration.ofSeconds(30);

    private static final int KILLED = 137;

    private final Plan plan;
    private final MovingGallery gallery;

    private HostileRun(Plan plan, MovingGallery gallery) {
        this.plan = plan;
        this.gallery = gallery;
    }

    public static void main(String[] args) throws Exception {
        Plan plan = Plan.fromSystemProperties();
        delete(plan.folder());
        Files.createDirectories(plan.folder());
        boolean passed;
        try (MovingGallery gallery = new MovingGallery(server(plan), server(plan), plan.seed())) {
            passed = new HostileRun(plan, gallery).run();
        }
        System.exit(passed ? 0 : 1);
    }

    private static StandInServer server(Plan plan) {
        return plan.tls() ? StandInServer.tls() : StandInServer.plain();
    }

    private boolean run() throws IOException, InterruptedException {
        gallery.publish();
        try (AppProcess process = application().start()) {
            Runtime.getRuntime().addShutdownHook(new Thread(process::kill));
            Vitals vitals = new Vitals(process.pid());
            soak(process, vitals);
            int outstanding = drain(process, vitals);
            long stopRequested = System.nanoTime();
            process.terminate();
            int exitCode = exitCode(process);
            Duration stop = Duration.ofNanos(System.nanoTime() - stopRequested);
            return report(process.lines(), vitals, new Report.End(outstanding, exitCode, stop));
        }
    }

    private static int exitCode(AppProcess process) {
        try {
            return process.waitFor(LONGEST_EXIT);
        } catch (AssertionError e) {
            // It had to be killed, and the report says so.
            return KILLED;
        }
    }

    private AppCommand application() {
        AppCommand command = AppProcess.java(null)
                .jar(plan.jar())
                .workDir(plan.folder())
                // The collections that measure the live heap are our own, and so are the lines that the JVM logs about
                // them.
                .jvm("-Xmx" + plan.heap(), "-Xlog:gc=off")
                .env("IMGUR_CLIENT_ID", "a0caravan0of0soaks")
                .env("IMGUR_API_URL", gallery.apiUrl())
                .env("IMGUR_DEAD_LETTERS", plan.deadLetters().getFileName().toString())
                .env("IMGUR_HOSTS_ALLOW", "127.0.0.1")
                .env("IMGUR_HOSTS_PRIVATE", "true")
                .env("IMGUR_POLL_PERIOD", plan.every().toSeconds() + "s")
                .env("IMGUR_HTTP_IDLE_TIMEOUT", "2s")
                .env("IMGUR_DOWNLOAD_TIMEOUT", "10s")
                .env("IMGUR_DOWNLOAD_ATTEMPTS", Integer.toString(plan.attempts()))
                .env("IMGUR_DOWNLOAD_BACKOFF", "200ms")
                .env("IMGUR_HTTP_BACKOFF", "500ms")
                .env("IMGUR_DOWNLOAD_CONCURRENCY", "8")
                .env("IMGUR_IMAGES_DIR", plan.images().toString())
                .env("IMGUR_DEAD_LETTERS", plan.deadLetters().toString());
        return plan.tls()
                ? command.jvm(
                        "-Djavax.net.ssl.trustStore=" + TestCertificate.trustStore(),
                        "-Djavax.net.ssl.trustStorePassword=" + TestCertificate.password())
                : command;
    }

    private void soak(AppProcess process, Vitals vitals) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long nextSet = start + plan.every().toNanos();
        long nextReading = start;
        while (process.isAlive() && System.nanoTime() - start < plan.lasting().toNanos()) {
            TimeUnit.MILLISECONDS.sleep(200);
            if (System.nanoTime() - nextSet >= 0) {
                gallery.publish();
                nextSet += plan.every().toNanos();
            }
            if (System.nanoTime() - nextReading >= 0) {
                vitals.read();
                nextReading += READING_EVERY.toNanos();
            }
        }
    }

    /** Waits until every image is in place or given up, and returns how many are not when the time is over. */
    private int drain(AppProcess process, Vitals vitals) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + plan.draining().toNanos();
        long nextReading = System.nanoTime();
        int outstanding = outstanding(process);
        while (outstanding > 0 && process.isAlive() && System.nanoTime() - deadline < 0) {
            TimeUnit.SECONDS.sleep(1);
            if (System.nanoTime() - nextReading >= 0) {
                vitals.read();
                nextReading += READING_EVERY.toNanos();
            }
            outstanding = outstanding(process);
        }
        return outstanding;
    }

    private int outstanding(AppProcess process) throws IOException {
        Set<String> settled = new HashSet<>();
        letters(process.lines()).forEach(letter -> settled.add(letter.id()));
        try (Stream<Path> files = Files.walk(plan.images())) {
            files.map(file -> file.getFileName().toString().replaceFirst("\\..*", ""))
                    .forEach(settled::add);
        }
        return (int) gallery.images().stream()
                .filter(image -> !settled.contains(image.id()))
                .count();
    }

    private List<Letter> letters(List<String> log) throws IOException {
        return plan.letters() ? Letter.inFile(plan.deadLetters()) : Letter.inLog(log);
    }

    private boolean report(List<String> log, Vitals vitals, Report.End end) throws IOException {
        Files.write(plan.folder().resolve("application.log"), log);
        vitals.write(plan.folder().resolve("vitals.csv"));
        Findings findings = new Findings(gallery, plan.images(), letters(log));
        Report report = new Report(plan, gallery, findings, vitals, log, end);
        System.out.print(report);
        Files.writeString(plan.folder().resolve("summary.txt"), report.toString());
        if (report.isPassed()) {
            delete(plan.images());
        }
        return report.isPassed();
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            List<Path> all;
            try (Stream<Path> files = Files.walk(folder)) {
                all = files.sorted(Comparator.reverseOrder()).collect(Collectors.toList());
            }
            for (Path file : all) {
                Files.delete(file);
            }
        }
    }
}
