package imgurcaravan.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.LogLines;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PollScheduleTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Map<String, String> settings = Map.of("imgur.client-id", "id");
    private final Polls polls =
            new Polls(context, Settings.from(key -> Optional.ofNullable(settings.get(key)), Set.of()));
    private final List<Long> begun = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws IOException {
        context.close();
    }

    private void start(String options, Processor poll) throws Exception {
        context.getRegistry().bind("schedule", new PollSchedule(polls));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("scheduler:polls?scheduler=#schedule&initialDelay=0&synchronous=true&" + options)
                        .routeId("polls")
                        .process(polls::begin)
                        .process(exchange -> begun.add(System.nanoTime()))
                        .process(poll);
            }
        });
        context.start();
    }

    private void unreadable(Exchange exchange) {
        polls.unreadable(exchange.getProperty(Polls.POLL_ID, String.class));
    }

    private void awaitPolls(int count) {
        await().pollInterval(Duration.ofMillis(20)).atMost(LONG).until(() -> begun.size() >= count);
    }

    private long millisBefore(int poll) {
        return TimeUnit.NANOSECONDS.toMillis(begun.get(poll) - begun.get(poll - 1));
    }

    @Test
    void anUnreadableGalleryIsReadAgainSoonAndThenEveryPeriod() throws Exception {
        start("delay=1h&scheduler.retryDelay=100ms", exchange -> {
            if (begun.size() <= 4) {
                unreadable(exchange);
            }
        });

        awaitPolls(5);

        assertThat(millisBefore(1)).isBetween(50L, 2_000L);
        assertThat(millisBefore(2)).isBetween(150L, 2_000L);
        assertThat(millisBefore(3)).isBetween(350L, 3_000L);
        assertThat(millisBefore(4)).isBetween(700L, 4_000L);
        await().during(Duration.ofSeconds(2)).atMost(LONG).until(() -> begun.size() == 5);
    }

    @Test
    void theNextPollIsNeverLaterThanThePeriod() throws Exception {
        start("delay=200ms&scheduler.retryDelay=1h", this::unreadable);

        awaitPolls(4);

        assertThat(millisBefore(3)).isBetween(100L, 2_000L);
    }

    @Test
    void pollsThatALongOneMissedAreNotMadeUp() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        start("delay=500ms", exchange -> {
            if (begun.size() == 1) {
                assertThat(never.await(1_500, TimeUnit.MILLISECONDS)).isFalse();
            }
        });

        awaitPolls(4);

        // They begin a little after they are due.
        assertThat(millisBefore(1)).isGreaterThanOrEqualTo(1_300);
        assertThat(millisBefore(2)).isGreaterThanOrEqualTo(300);
        assertThat(millisBefore(3)).isGreaterThanOrEqualTo(300);
    }

    @Test
    void aRouteThatIsStoppedDoesNotPollUntilItIsStartedAgain() throws Exception {
        start("delay=100ms", exchange -> {});
        awaitPolls(2);

        context.getRouteController().stopRoute("polls");
        int before = begun.size();
        await().during(Duration.ofSeconds(1)).atMost(LONG).until(() -> begun.size() == before);
        context.getRouteController().startRoute("polls");

        awaitPolls(before + 2);
    }

    @Test
    void aRouteThatIsNotStartedIsStoppedInSilence() throws Exception {
        try (LogLines log = new LogLines()) {
            context.setAutoStartup(false);
            start("delay=100ms", exchange -> {});

            context.close();

            assertThat(begun).isEmpty();
            assertThat(log.lines()).noneMatch(line -> line.contains("WARN"));
        }
    }

    @Test
    void aCountOfOneMeansOnce() throws Exception {
        start("repeatCount=1", exchange -> {});

        awaitPolls(1);

        await().during(Duration.ofSeconds(2)).atMost(LONG).until(() -> begun.size() == 1);
    }
}
