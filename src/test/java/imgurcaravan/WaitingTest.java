package imgurcaravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.run.ExitCode;
import imgurcaravan.run.PollSummary;
import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Samples;
import imgurcaravan.testing.StandInImgur;
import imgurcaravan.testing.StandInServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rate limits: everything waits, and nothing is lost. */
class WaitingTest {

    private static final String GALLERY = "/3/gallery/hot/viral/0";
    private static final String BUSY =
            "{\"data\":{\"error\":\"Imgur is over capacity\"},\"success\":false,\"status\":%d}";

    @TempDir
    private Path images;

    private StandInServer api;
    private StandInServer cdn;
    private StandInImgur imgur;

    @BeforeEach
    void open() throws Exception {
        api = StandInServer.plain();
        cdn = StandInServer.plain();
        imgur = new StandInImgur(api, cdn);
    }

    @AfterEach
    void close() throws Exception {
        imgur.close();
    }

    private Caravan caravan() {
        return new Caravan(images).with("imgur.api.url", api.url());
    }

    private PollSummary pollOnce(Caravan caravan) throws Exception {
        try (caravan) {
            return caravan.start().poll();
        }
    }

    private void addImages(int count) {
        for (int i = 0; i < count; i++) {
            String id = "image%02d".formatted(i);
            imgur.addImage(id, Samples.jpeg(i, 2_000), "image/jpeg").addPost(id);
        }
    }

    /** A little more than a second from now, in whole seconds as servers send it. */
    private static Instant soon() {
        return Instant.now().plusMillis(1_500).truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    }

    private static String httpDate(Instant instant) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
    }

    static Stream<Arguments> refusals() {
        Function<Instant, Reply> none = reset -> Reply.text(429, "slower");
        Function<Instant, Reply> seconds = reset -> Reply.text(429, "slower")
                .with(
                        "Retry-After",
                        "" + (Duration.between(Instant.now(), reset).toSeconds() + 1));
        Function<Instant, Reply> date = reset -> Reply.text(429, "slower").with("Retry-After", httpDate(reset));
        Function<Instant, Reply> userReset = reset ->
                Reply.json(429, BUSY.formatted(429)).with("X-RateLimit-UserReset", "" + reset.getEpochSecond());
        Function<Instant, Reply> spent = reset -> Reply.json(403, BUSY.formatted(403))
                .with("X-RateLimit-UserRemaining", "0")
                .with("X-RateLimit-UserReset", "" + reset.getEpochSecond());
        Function<Instant, Reply> later =
                reset -> Reply.html(503, "<html>Come back</html>").with("Retry-After", httpDate(reset));
        Function<Instant, Reply> page = reset -> Reply.html(200, "<html><h1>Imgur is over capacity!</h1></html>");
        return Stream.of(
                Arguments.of("429 without a time", none, false),
                Arguments.of("429, Retry-After in seconds", seconds, true),
                Arguments.of("429, Retry-After as a date", date, true),
                Arguments.of("429, UserReset", userReset, true),
                Arguments.of("403 over capacity, none remaining", spent, true),
                Arguments.of("503, Retry-After", later, true),
                Arguments.of("over capacity with 200", page, false),
                Arguments.of(
                        "over capacity with 500",
                        (Function<Instant, Reply>) reset -> Reply.json(500, BUSY.formatted(500)),
                        false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void thePollWaitsUntilTheNamedTime(String how, Function<Instant, Reply> refusal, boolean named) throws Exception {
        // given
        addImages(3);
        AtomicReference<Instant> reset = new AtomicReference<>();
        List<Instant> requests = new CopyOnWriteArrayList<>();
        imgur.override(GALLERY, request -> {
            requests.add(Instant.now());
            return reset.compareAndSet(null, soon()) ? refusal.apply(reset.get()) : imgur.respond(request);
        });

        // when
        PollSummary poll = pollOnce(caravan());

        // then
        assertThat(poll.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(poll.downloaded()).isEqualTo(3);
        assertThat(requests).hasSize(2);
        if (named) {
            assertThat(requests.get(1)).isAfterOrEqualTo(reset.get());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void allDownloadsWaitTogether(String how, Function<Instant, Reply> refusal, boolean named) throws Exception {
        // given: the first request is refused, and so are those in flight by then
        addImages(20);
        cdn.delay(Duration.ofMillis(5));
        AtomicReference<Instant> reset = new AtomicReference<>();
        List<Instant> afterwards = new CopyOnWriteArrayList<>();
        AtomicInteger refusals = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            imgur.override("/image%02d.jpg".formatted(i), request -> {
                boolean first = reset.compareAndSet(null, soon());
                if (first || named && Instant.now().isBefore(reset.get().minusMillis(500))) {
                    refusals.incrementAndGet();
                    return refusal.apply(reset.get());
                }
                afterwards.add(Instant.now());
                return imgur.respond(request);
            });
        }

        // when: an image has only one attempt, and waiting does not count as one
        PollSummary poll = pollOnce(caravan().with("imgur.download.attempts", "1"));

        // then
        assertThat(poll.downloaded()).isEqualTo(20);
        assertThat(poll.failed()).isZero();
        assertThat(refusals).hasValueBetween(1, 8);
        if (named) {
            assertThat(afterwards).allMatch(at -> !at.isBefore(reset.get()));
        }
    }

    @Test
    void theApisLimitDoesNotHoldUpImages() throws Exception {
        // given: an album that the API will not show for a while
        addImages(2);
        imgur.addImage("album01", Samples.jpeg(50, 2_000), "image/jpeg");
        imgur.addAlbum("albumid", "Later", List.of("album01"), 0);
        Instant reset = soon();
        AtomicInteger requests = new AtomicInteger();
        imgur.override(
                "/3/album/albumid/images",
                request -> requests.getAndIncrement() == 0
                        ? Reply.text(429, "slower").with("Retry-After", httpDate(reset))
                        : imgur.respond(request));

        try (Caravan caravan = caravan().start()) {
            // then
            await().atMost(Duration.ofSeconds(10)).until(() -> caravan.files().size() == 2);
            assertThat(caravan.polls()).isEmpty();
            assertThat(caravan.poll().downloaded()).isEqualTo(3);
        }
    }

    @Test
    void aStopEndsTheWait() throws Exception {
        // given
        addImages(3);
        imgur.override("/image00.jpg", Reply.text(429, "slower").with("Retry-After", "3600"));
        Caravan caravan = caravan().with("imgur.download.concurrency", "1").start();
        await().atMost(Duration.ofSeconds(10)).until(() -> cdn.count("/image00.jpg") == 1);

        // when
        Instant start = Instant.now();
        caravan.close();

        // then
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(8));
        assertThat(caravan.poll().left()).isEqualTo(3);
        assertThat(caravan.poll().failed()).isZero();
        assertThat(cdn.requests()).hasSize(1);
    }

    @Test
    void anUnchangedPageIsNotSentAgain() throws Exception {
        // given
        addImages(3);
        List<String> tags = new CopyOnWriteArrayList<>();
        imgur.override(GALLERY, request -> {
            String tag = request.header("If-None-Match");
            tags.add(String.valueOf(tag));
            return "\"one\"".equals(tag)
                    ? Reply.empty(304)
                    : imgur.respond(request).with("ETag", "\"one\"");
        });

        // when
        try (Caravan caravan = caravan()
                .with("imgur.once", "false")
                .with("imgur.poll.period", "1s")
                .start()) {
            await().atMost(Duration.ofSeconds(20)).until(() -> caravan.polls().size() >= 2);

            // then
            assertThat(tags).startsWith("null", "\"one\"");
            assertThat(caravan.polls().get(0).downloaded()).isEqualTo(3);
            assertThat(caravan.polls().get(1).known()).isEqualTo(3);
            assertThat(caravan.polls().get(1).listed()).isEqualTo(3);
        }
    }

    @Test
    void anAlbumIsRequestedOnce() throws Exception {
        // given
        for (int i = 0; i < 5; i++) {
            imgur.addImage("album%02d".formatted(i), Samples.jpeg(i, 2_000), "image/jpeg");
        }
        imgur.addAlbum("albumid", "All", List.of("album00", "album01", "album02", "album03", "album04"), 3);

        // when
        try (Caravan caravan = caravan()
                .with("imgur.once", "false")
                .with("imgur.poll.period", "1s")
                .start()) {
            await().atMost(Duration.ofSeconds(20)).until(() -> caravan.polls().size() >= 2);

            // then
            assertThat(caravan.polls().get(0).downloaded()).isEqualTo(5);
            assertThat(caravan.polls().get(1).known()).isEqualTo(5);
            assertThat(api.count("/3/album/albumid/images")).isEqualTo(1);
        }
    }

    @Test
    void aPostponedAlbumIsReadLaterEvenIfItIsNoLongerListed() throws Exception {
        // given: a budget of one page, and an album that it does not allow
        for (int i = 0; i < 5; i++) {
            imgur.addImage("album%02d".formatted(i), Samples.jpeg(i, 2_000), "image/jpeg");
        }
        imgur.addAlbum("albumid", "All", List.of("album00", "album01", "album02", "album03", "album04"), 3);
        AtomicInteger pages = new AtomicInteger();
        imgur.override(GALLERY, request -> {
            Reply reply = pages.getAndIncrement() == 0
                    ? imgur.respond(request)
                            .with("X-RateLimit-UserRemaining", "1")
                            .with(
                                    "X-RateLimit-UserReset",
                                    "" + Instant.now().plusSeconds(60).getEpochSecond())
                    : Reply.json(200, "{\"data\":[],\"success\":true,\"status\":200}");
            return reply;
        });

        // when
        try (Caravan caravan = caravan()
                .with("imgur.once", "false")
                .with("imgur.poll.period", "1s")
                .start()) {
            await().atMost(Duration.ofSeconds(20)).until(() -> caravan.files().size() == 5);

            // then
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(caravan.polls())
                    .anyMatch(poll -> poll.postponed() == 1
                            && poll.downloaded() == 3
                            && poll.exitCode() == ExitCode.SOME_FAILED));
        }
    }
}
