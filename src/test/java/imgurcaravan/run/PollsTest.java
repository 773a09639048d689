package imgurcaravan.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.LogLines;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.UnitOfWorkHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PollsTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final List<PollSummary> summaries = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws IOException {
        context.close();
    }

    @Test
    void countsEveryImageOfAPoll() {
        // given
        Polls polls = polls();
        Exchange exchange = exchange();
        polls.begin(exchange);
        String poll = id(exchange);
        polls.known(poll);
        assertThat(polls.claim(poll, "down1")).isTrue();
        assertThat(polls.claim(poll, "down2")).isTrue();
        assertThat(polls.claim(poll, "known")).isTrue();
        assertThat(polls.claim(poll, "fails")).isTrue();
        polls.failedUnnamed(poll, 7);
        polls.ignored(poll);
        polls.ignored(poll);

        // when
        polls.end("down1", Outcome.DOWNLOADED, 1_000_000);
        polls.end("down2", Outcome.DOWNLOADED, 500_000);
        polls.end("known", Outcome.KNOWN, 4_711);
        polls.end("fails", Outcome.FAILED, 4_711);
        done(exchange);

        // then
        PollSummary summary = onlySummary();
        assertThat(summary.pollId()).isEqualTo(poll);
        assertThat(summary.listed()).isEqualTo(12);
        assertThat(summary.downloaded()).isEqualTo(2);
        assertThat(summary.known()).isEqualTo(2);
        assertThat(summary.failed()).isEqualTo(8);
        assertThat(summary.ignored()).isEqualTo(2);
        assertThat(summary.left()).isZero();
        assertThat(summary.bytes()).isEqualTo(1_500_000);
        assertThat(summary.readable()).isTrue();
        assertThat(summary.took()).isPositive();
        assertThat(summary.exitCode()).isEqualTo(ExitCode.SOME_FAILED);
    }

    @Test
    void endsAPollWithoutImagesWhenItIsRead() {
        Polls polls = polls();
        Exchange exchange = exchange();
        polls.begin(exchange);
        assertThat(summaries).isEmpty();

        done(exchange);

        assertThat(onlySummary().listed()).isZero();
        assertThat(onlySummary().exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void isNotOverWhileThereIsMoreToRead() {
        // given
        Polls polls = polls();
        Exchange exchange = exchange();
        polls.begin(exchange);
        polls.claim(id(exchange), "abcde");

        // when
        polls.end("abcde", Outcome.DOWNLOADED, 1);

        // then
        assertThat(summaries).isEmpty();
        done(exchange);
        assertThat(onlySummary().downloaded()).isEqualTo(1);
    }

    @Test
    void isNotOverWhileAnImageIsInFlight() {
        // given
        Polls polls = polls();
        Exchange exchange = exchange();
        polls.begin(exchange);
        polls.claim(id(exchange), "abcde");
        polls.claim(id(exchange), "fghij");
        done(exchange);
        polls.end("abcde", Outcome.DOWNLOADED, 1);
        assertThat(summaries).isEmpty();

        // when
        polls.end("fghij", Outcome.DOWNLOADED, 1);

        // then
        assertThat(onlySummary().downloaded()).isEqualTo(2);
    }

    @Test
    void isReadEvenWhenTheListingFails() {
        Polls polls = polls();
        Exchange exchange = exchange();
        polls.begin(exchange);
        polls.unreadable(id(exchange));
        exchange.setException(new IOException("over capacity"));

        done(exchange);

        assertThat(onlySummary().readable()).isFalse();
        assertThat(onlySummary().exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
    }

    @Test
    void claimsAnImageOnlyOnceInAPoll() {
        // given
        Polls polls = polls();
        Exchange exchange = exchange();
        polls.begin(exchange);
        polls.claim(id(exchange), "abcde");

        // when
        boolean again = polls.claim(id(exchange), "abcde");

        // then
        assertThat(again).isFalse();
        polls.end("abcde", Outcome.DOWNLOADED, 1);
        done(exchange);
        assertThat(onlySummary().listed()).isEqualTo(2);
        assertThat(onlySummary().downloaded()).isEqualTo(1);
        assertThat(onlySummary().known()).isEqualTo(1);
    }

    @Test
    void doesNotClaimAnImageThatAnEarlierPollHasInFlight() {
        // given
        Polls polls = polls();
        Exchange first = exchange();
        polls.begin(first);
        polls.claim(id(first), "abcde");
        done(first);
        Exchange second = exchange();
        polls.begin(second);

        // when
        boolean again = polls.claim(id(second), "abcde");
        done(second);

        // then
        assertThat(again).isFalse();
        assertThat(onlySummary().pollId()).isEqualTo(id(second));
        assertThat(onlySummary().known()).isEqualTo(1);
        polls.end("abcde", Outcome.FAILED, 0);
        assertThat(summaries).hasSize(2);
        assertThat(summaries.get(1).pollId()).isEqualTo(id(first));
        assertThat(summaries.get(1).failed()).isEqualTo(1);
    }

    @Test
    void claimsAnImageAgainThatHasEnded() {
        Polls polls = polls();
        Exchange exchange = exchange();
        polls.begin(exchange);
        polls.claim(id(exchange), "abcde");
        polls.end("abcde", Outcome.FAILED, 0);

        assertThat(polls.claim(id(exchange), "abcde")).isTrue();
    }

    @Test
    void ignoresWhatIsUnknown() {
        // given
        Polls polls = polls();
        Exchange exchange = exchange();
        polls.begin(exchange);

        // when
        polls.end("other", Outcome.DOWNLOADED, 5);
        polls.end("other", Outcome.FAILED, 0);
        polls.known("no-poll");
        polls.ignored("no-poll");
        polls.failedUnnamed("no-poll", 3);
        polls.unreadable("no-poll");
        boolean claimed = polls.claim("no-poll", "abcde");
        done(exchange);

        // then
        assertThat(claimed).isFalse();
        PollSummary summary = onlySummary();
        assertThat(List.of(
                        summary.listed(), summary.downloaded(), summary.known(), summary.failed(), summary.ignored()))
                .containsOnly(0);
        assertThat(summary.exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void countsAnImageThatEndsTwiceOnce() {
        Polls polls = polls();
        Exchange exchange = exchange();
        polls.begin(exchange);
        polls.claim(id(exchange), "abcde");
        polls.claim(id(exchange), "fghij");

        polls.end("abcde", Outcome.DOWNLOADED, 5);
        polls.end("abcde", Outcome.DOWNLOADED, 5);
        done(exchange);

        assertThat(summaries).isEmpty();
        polls.end("fghij", Outcome.DOWNLOADED, 5);
        assertThat(onlySummary().downloaded()).isEqualTo(2);
        assertThat(onlySummary().bytes()).isEqualTo(10);
    }

    private Polls pollingOnly() {
        return polls("imgur.queue", "redis", "imgur.download.enabled", "false");
    }

    private Exchange queued(Polls polls, String imageId, String duplicate) {
        Exchange queued = exchange();
        queued.setProperty(Polls.DURABLE, "true");
        queued.setProperty(Polls.DUPLICATE, duplicate);
        queued.getMessage().setBody("the message of " + imageId);
        polls.queued(imageId, queued);
        return queued;
    }

    @Test
    void doesNotWaitForImagesWithoutResults() {
        // given
        Polls polls = polls("imgur.queue", "kafka", "imgur.download.enabled", "false");
        Exchange exchange = exchange();
        polls.begin(exchange);

        // when
        boolean claimed = polls.claim(id(exchange), "abcde");
        polls.queued("abcde", exchange());
        done(exchange);

        // then
        assertThat(claimed).isTrue();
        assertThat(polls.awaitedSince("abcde")).isEmpty();
        assertThat(onlySummary().listed()).isEqualTo(1);
        assertThat(onlySummary().exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void waitsForImagesThatOthersDownloadIfTheQueueReportsTheirResults() {
        // given
        Polls polls = pollingOnly();
        Exchange exchange = exchange();
        polls.begin(exchange);

        // when
        polls.claim(id(exchange), "abcde");
        queued(polls, "abcde", null);
        polls.claim(id(exchange), "fghij");
        queued(polls, "fghij", "queued");
        polls.claim(id(exchange), "klmno");
        queued(polls, "klmno", "done");
        done(exchange);

        // then
        assertThat(summaries).isEmpty();
        assertThat(polls.awaitedSince("abcde")).isPresent();
        assertThat(polls.awaitedSince("klmno")).isEmpty();
        polls.end("abcde", Outcome.DOWNLOADED, 7);
        polls.end("fghij", Outcome.FAILED, 0);
        assertThat(onlySummary().toString()).endsWith("3 listed, 1 downloaded, 1 known, 1 failed, 7 B");
        assertThat(onlySummary().exitCode()).isEqualTo(ExitCode.SOME_FAILED);
    }

    @Test
    void acceptsAResultBeforeTheReplyOfTheQueue() {
        Polls polls = pollingOnly();
        Exchange exchange = exchange();
        polls.begin(exchange);

        polls.claim(id(exchange), "abcde");
        polls.end("abcde", Outcome.DOWNLOADED, 7);
        queued(polls, "abcde", null);
        done(exchange);

        assertThat(onlySummary().downloaded()).isEqualTo(1);
        assertThat(polls.awaitedSince("abcde")).isEmpty();
        assertThat(polls.overdue(Duration.ZERO, null)).isEmpty();
    }

    @Test
    void offersQueuedImagesAgainIfTheQueueRecognizesDuplicates() {
        Polls polls = pollingOnly();
        Exchange first = exchange();
        polls.begin(first);
        polls.claim(id(first), "abcde");
        queued(polls, "abcde", null);
        done(first);
        Exchange second = exchange();
        polls.begin(second);

        assertThat(polls.claim(id(second), "abcde")).isTrue();
        queued(polls, "abcde", "queued");
        done(second);

        assertThat(summaries).singleElement().satisfies(summary -> {
            assertThat(summary.pollId()).isEqualTo(id(second));
            assertThat(summary.known()).isEqualTo(1);
        });
        assertThat(polls.awaitedSince("abcde")).isPresent();
    }

    @Test
    void onlyImagesInAQueueThatReportsResultsAreOverdue() {
        Polls polls = polls();
        Exchange exchange = exchange();
        polls.begin(exchange);
        polls.claim(id(exchange), "abcde");
        polls.queued("abcde", exchange());
        assertThat(polls.overdue(Duration.ZERO, null)).isEmpty();

        queued(polls, "abcde", null);
        assertThat(polls.overdue(Duration.ofMinutes(1), null)).isEmpty();
        assertThat(polls.overdue(Duration.ZERO, null)).containsExactly("the message of abcde");
        polls.end("abcde", Outcome.DOWNLOADED, 1);
        assertThat(polls.overdue(Duration.ZERO, null)).isEmpty();
    }

    @Test
    void reportsOverdueImagesOnce() {
        Polls polls = pollingOnly();
        Exchange exchange = exchange();
        polls.begin(exchange);
        try (LogLines log = new LogLines()) {
            polls.claim(id(exchange), "abcde");
            queued(polls, "abcde", null);
            polls.overdue(Duration.ZERO, null);
            polls.overdue(Duration.ZERO, null);
            assertThat(log.with("(1 in all, such as abcde)")).hasSize(1);

            polls.claim(id(exchange), "fghij");
            queued(polls, "fghij", null);
            polls.overdue(Duration.ZERO, null);
            assertThat(log.with("(2 in all, such as ")).hasSize(1);
        }
    }

    @Test
    void isOverdueWhateverResultsArriveForOthers() {
        Polls polls = pollingOnly();
        Exchange exchange = exchange();
        polls.begin(exchange);
        polls.claim(id(exchange), "abcde");
        queued(polls, "abcde", null);

        await().atMost(Duration.ofSeconds(5)).until(() -> {
            polls.end("of others", Outcome.DOWNLOADED, 1);
            return !polls.overdue(Duration.ofMillis(300), null).isEmpty();
        });
    }

    @Test
    void addsUpWhatTheListingClaimsWithoutOverflow() {
        Polls polls = polls();
        Exchange exchange = exchange();
        polls.begin(exchange);

        polls.failedUnnamed(id(exchange), Integer.MAX_VALUE);
        polls.failedUnnamed(id(exchange), Integer.MAX_VALUE);
        done(exchange);

        assertThat(onlySummary().failed()).isPositive();
        assertThat(onlySummary().listed()).isPositive();
        assertThat(onlySummary().exitCode()).isEqualTo(ExitCode.SOME_FAILED);
    }

    @Test
    void beginsOnePollOnlyWithOnce() {
        // given
        Polls polls = polls("imgur.once", "true");
        Exchange first = exchange();
        Exchange second = exchange();

        // when
        polls.begin(first);
        polls.begin(second);

        // then
        assertThat(first.isRouteStop()).isFalse();
        assertThat(id(first)).isNotBlank();
        assertThat(second.isRouteStop()).isTrue();
        assertThat(id(second)).isNull();
        done(second);
        assertThat(summaries).isEmpty();
        done(first);
        assertThat(onlySummary().pollId()).isEqualTo(id(first));
    }

    @Test
    void beginsNoSecondPollWithOnceWhenTheFirstIsOver() {
        Polls polls = polls("imgur.once", "true");
        Exchange first = exchange();
        polls.begin(first);
        done(first);
        Exchange second = exchange();

        polls.begin(second);

        assertThat(second.isRouteStop()).isTrue();
        assertThat(summaries).hasSize(1);
    }

    @Test
    void beginsOnePollAfterAnotherWithoutOnce() {
        Polls polls = polls();
        Exchange first = exchange();
        Exchange second = exchange();

        polls.begin(first);
        polls.begin(second);

        assertThat(second.isRouteStop()).isFalse();
        assertThat(id(second)).isNotBlank().isNotEqualTo(id(first));
    }

    @Test
    void callsEveryListenerOnce() {
        // given
        Polls polls = polls();
        List<PollSummary> others = new ArrayList<>();
        polls.onEnd(others::add);
        Exchange exchange = exchange();
        polls.begin(exchange);
        polls.claim(id(exchange), "abcde");
        done(exchange);

        // when
        polls.end("abcde", Outcome.DOWNLOADED, 1);
        polls.end("abcde", Outcome.DOWNLOADED, 1);
        context.start();
        context.stop();

        // then
        assertThat(summaries).hasSize(1);
        assertThat(others).isEqualTo(summaries);
    }

    @Test
    void reportsWhatAStopLeavesUndone() {
        // given
        Polls polls = polls();
        context.start();
        Exchange exchange = exchange();
        polls.begin(exchange);
        polls.claim(id(exchange), "abcde");
        polls.claim(id(exchange), "fghij");
        polls.claim(id(exchange), "klmno");
        polls.end("abcde", Outcome.DOWNLOADED, 1);
        polls.end("fghij", Outcome.LEFT, 0);

        // when
        context.stop();

        // then
        PollSummary summary = onlySummary();
        assertThat(summary.downloaded()).isEqualTo(1);
        assertThat(summary.left()).isEqualTo(2);
        assertThat(summary.failed()).isZero();
        assertThat(summary.exitCode()).isEqualTo(ExitCode.SOME_FAILED);
    }

    @Test
    void beginsNothingWhileItStops() {
        // given
        Polls polls = polls();
        context.start();
        Exchange before = exchange();
        polls.begin(before);
        assertThat(polls.isStopping()).isFalse();

        // when
        context.stop();

        // then
        Exchange after = exchange();
        polls.begin(after);
        assertThat(polls.isStopping()).isTrue();
        assertThat(after.isRouteStop()).isTrue();
        assertThat(polls.claim(id(before), "abcde")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "840, 120, 118, 2, 0, 46750000, 'Took 0.84 s: 120 listed, 118 downloaded, 2 known, 0 failed, 46.8 MB'",
        "0, 0, 0, 0, 0, 0, 'Took 0.00 s: 0 listed, 0 downloaded, 0 known, 0 failed, 0 B'",
        "75004, 3, 1, 1, 1, 503, 'Took 75.00 s: 3 listed, 1 downloaded, 1 known, 1 failed, 503 B'",
        "5, 12345, 12345, 0, 0, 2500000000, 'Took 0.01 s: 12345 listed, 12345 downloaded, 0 known, 0 failed, 2.5 GB'"
    })
    void endsInOneLine(long millis, int listed, int downloaded, int known, int failed, long bytes, String line) {
        PollSummary summary = new PollSummary(
                "id", Duration.ofMillis(millis), listed, downloaded, known, failed, 4, 5, 6, bytes, false, false);

        assertThat(summary).hasToString(line);
    }

    @Test
    void measuresTheTimeOfAPoll() {
        Polls polls = polls();
        Exchange exchange = exchange();
        polls.begin(exchange);
        done(exchange);

        assertThat(onlySummary().toString())
                .matches("Took \\d+\\.\\d\\d s: 0 listed, 0 downloaded, 0 known, 0 failed, 0 B");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, true, OK, 0",
        "0, 3, 0, true, OK, 0",
        "1, 0, 0, true, SOME_FAILED, 1",
        "0, 0, 1, true, SOME_FAILED, 1",
        "0, 0, 0, false, UNAVAILABLE, 69",
        "1, 1, 1, false, UNAVAILABLE, 69"
    })
    void decidesHowTheProcessEnds(int failed, int ignored, int left, boolean readable, ExitCode exit, int code) {
        PollSummary summary =
                new PollSummary("id", Duration.ZERO, 9, 8, 1, failed, ignored, left, 0, 0, readable, false);

        assertThat(summary.exitCode()).isEqualTo(exit);
        assertThat(exit.code()).isEqualTo(code);
    }

    @Test
    @Timeout(60)
    void losesNoCountWithManyThreads() throws InterruptedException, ExecutionException {
        // given: three polls that list the same images at once, and workers that finish what is claimed
        int pollers = 3;
        int images = 4_000;
        Polls polls = polls();
        ConcurrentLinkedQueue<String> queue = new ConcurrentLinkedQueue<>();
        CountDownLatch reading = new CountDownLatch(pollers);
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int poller = 0; poller < pollers; poller++) {
            tasks.add(() -> {
                Exchange exchange = exchange();
                polls.begin(exchange);
                int claimed = 0;
                for (int image = 0; image < images; image++) {
                    if (polls.claim(id(exchange), "image" + image)) {
                        claimed++;
                        queue.add("image" + image);
                    }
                }
                done(exchange);
                reading.countDown();
                return claimed;
            });
        }
        for (int worker = 0; worker < 5; worker++) {
            tasks.add(() -> {
                while (true) {
                    boolean last = reading.getCount() == 0;
                    String image = queue.poll();
                    if (image != null) {
                        polls.end(image, Outcome.DOWNLOADED, 3);
                        polls.end("unknown", Outcome.FAILED, 0);
                    } else if (last) {
                        return 0;
                    }
                }
            });
        }

        // when
        int claimed = 0;
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            for (Future<Integer> task : threads.invokeAll(tasks)) {
                claimed += task.get();
            }
        } finally {
            threads.shutdownNow();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }

        // then
        assertThat(summaries).hasSize(pollers);
        assertThat(summaries).extracting(PollSummary::pollId).doesNotHaveDuplicates();
        assertThat(summaries).allSatisfy(summary -> {
            assertThat(summary.listed()).isEqualTo(images);
            assertThat(summary.downloaded() + summary.known()).isEqualTo(images);
            assertThat(summary.bytes()).isEqualTo(3L * summary.downloaded());
            assertThat(summary.left()).isZero();
        });
        assertThat(summaries.stream().mapToInt(PollSummary::downloaded).sum()).isEqualTo(claimed);
    }

    private Polls polls(String... keysAndValues) {
        Polls polls = new Polls(context, SettingsTest.settings(keysAndValues));
        polls.onEnd(summaries::add);
        return polls;
    }

    private Exchange exchange() {
        return new DefaultExchange(context);
    }

    /** Does what Camel does when the exchange of the scheduler reaches the end of its route. */
    private static void done(Exchange exchange) {
        UnitOfWorkHelper.doneSynchronizations(
                exchange, exchange.getExchangeExtension().handoverCompletions());
    }

    private static String id(Exchange exchange) {
        return exchange.getProperty(Polls.POLL_ID, String.class);
    }

    private PollSummary onlySummary() {
        assertThat(summaries).hasSize(1);
        return summaries.get(0);
    }
}
