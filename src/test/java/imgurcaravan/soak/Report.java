package imgurcaravan.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The verdict of a soak, for a person: one line for each check, then the numbers behind it. */
final class Report {

    private static final int EXAMPLES = 5;
    private static final long MEGABYTE = 1_000_000;
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);
    private static final int TERMINATED = 143;
    private static final Pattern DOWNLOADED = Pattern.compile(" INFO Took .* (\\d+) downloaded,");

    /**
     * How the application ended.
     *
     * @param outstanding images neither in place nor given up when it was stopped
     * @param exitCode of its process
     * @param stop from SIGTERM to the exit
     */
    record End(int outstanding, int exitCode, Duration stop) {}

    private final StringBuilder checks = new StringBuilder();
    private final StringBuilder numbers = new StringBuilder();
    private boolean passed = true;

    Report(Plan plan, MovingGallery gallery, Findings findings, Vitals vitals, List<String> log, End end) {
        checks.append(String.format(
                Locale.ROOT,
                "Soak of %d s, seed %d: %d sets of posts, %d images%n",
                plan.lasting().toSeconds(),
                plan.seed(),
                gallery.sets(),
                findings.listed()));
        checkImages(plan, findings, end);
        checkProcess(vitals, end);
        checkLog(findings, log);
        printOutcomes(findings);
        printResponses(gallery, findings);
        printVitals(vitals);
        printLog(log);
    }

    boolean isPassed() {
        return passed;
    }

    @Override
    public String toString() {
        return checks + "\n" + numbers;
    }

    private void checkImages(Plan plan, Findings findings, End end) {
        check(
                findings.whole().size() + " whole, " + findings.givenUp().size()
                        + " in the dead letters, every image one of both",
                findings.lost());
        check("every file is whole", findings.damaged());
        check("every reason is true", findings.untrue());
        check("every other attempt was made", findings.hasty(plan.attempts()));
        check("no image that came whole is given up", findings.thrownAway());
        check("no image is requested again once whole", findings.fetchedTwice());
        check("no part file and no lock is left", findings.leftovers());
        check("no file is there that was not listed", findings.strays());
        check("all of it before the stop", end.outstanding() == 0, end.outstanding() + " outstanding");
    }

    private void checkProcess(Vitals vitals, End end) {
        check("RSS is flat", vitals.rss().isFlat(0), vitals.rss().in(MEGABYTE, "MB"));
        check(
                "the live heap is flat",
                vitals.heap().isFlat(MEGABYTE),
                vitals.heap().in(1_000, "kB"));
        check("threads are flat", vitals.threads().isFlat(2), vitals.threads().in(1, "threads"));
        check("open files are flat", vitals.files().isFlat(8), vitals.files().in(1, "files"));
        check(
                "SIGTERM ends it in time",
                end.exitCode() == TERMINATED && end.stop().compareTo(LONGEST_STOP) < 0,
                "exit code " + end.exitCode() + " after " + end.stop().toMillis() + " ms");
    }

    private void checkLog(Findings findings, List<String> log) {
        List<String> noise = new ArrayList<>();
        Map<String, LogShapes.Group> shapes =
                LogShapes.of(log.stream().filter(LogShapes::isNoise).toList());
        shapes.forEach((shape, group) -> noise.add(group.count() + " times: " + group.example()));
        check("no line of the log is noise", noise);
        long lines =
                log.stream().filter(line -> line.contains(" INFO Downloaded ")).count();
        long counted = log.stream()
                .map(DOWNLOADED::matcher)
                .filter(Matcher::find)
                .mapToLong(told -> Long.parseLong(told.group(1)))
                .sum();
        int whole = findings.whole().size();
        check(
                "the log's counts are the files'",
                lines == whole && counted == whole,
                lines + " lines of downloads, " + counted + " by the polls' last lines");
        int failures = Letter.inLog(log).size();
        check(
                "the log's failures are the dead letters",
                failures == findings.letters().size(),
                failures + " lines, " + findings.letters().size() + " letters");
    }

    private void printOutcomes(Findings findings) {
        title("Images by fate");
        findings.byFate()
                .forEach((fate, count) -> number(
                        fate,
                        String.format(
                                Locale.ROOT,
                                "%d listed, %d whole, %d in the dead letters",
                                count[0],
                                count[1],
                                count[2])));
        title("Dead letters");
        number(
                "letters",
                findings.letters().size() + ", of them " + findings.repeatedLetters()
                        + " for an image that had one already");
        number("had later after all", findings.hadLater());
        findings.lettersByAttempts().forEach((attempts, count) -> number(attempts + " attempts", count));
        title("Images by GETs");
        findings.imagesByRequests().forEach((requests, count) -> number(requests + " GETs", count));
    }

    private void printResponses(MovingGallery gallery, Findings findings) {
        title("Responses of the image host");
        findings.responses().forEach(this::number);
        number("requested within Retry-After", gallery.hostility().early());
        title("Responses of the API");
        gallery.hostility().apiResponses().forEach(this::number);
        number("requested before UserReset", gallery.hostility().apiEarly());
    }

    private void printVitals(Vitals vitals) {
        title("Memory, threads and open files");
        List<Vitals.Reading> readings = vitals.readings();
        int step = Math.max(1, readings.size() / 12);
        for (int i = 0; i < readings.size(); i += step) {
            Vitals.Reading one = readings.get(i);
            String heap = one.heap() < 0 ? "" : ", " + one.heap() / 1_000 + " kB live";
            number(
                    one.second() + " s",
                    String.format(
                            Locale.ROOT,
                            "%d MB, %d threads, %d open files%s",
                            one.rss() / MEGABYTE,
                            one.threads(),
                            one.files(),
                            heap));
        }
    }

    private void printLog(List<String> log) {
        title("Lines of the log by shape");
        Map<String, LogShapes.Group> shapes = new LinkedHashMap<>(LogShapes.of(log));
        shapes.forEach((shape, group) -> number(group.count(), shape));
    }

    private void check(String what, List<String> against) {
        check(what, against.isEmpty(), against.isEmpty() ? "" : against.size() + " against it");
        against.stream()
                .limit(EXAMPLES)
                .forEach(one -> checks.append("          ").append(one).append('\n'));
    }

    private void check(String what, boolean holds, String detail) {
        passed &= holds;
        checks.append(String.format(
                Locale.ROOT, "  %-6s  %s%s%n", holds ? "ok" : "FAILED", what, detail.isEmpty() ? "" : ": " + detail));
    }

    private void title(String text) {
        numbers.append(text).append('\n');
    }

    private void number(Object name, Object value) {
        numbers.append(String.format(Locale.ROOT, "  %-26s %s%n", name, value));
    }
}
