package imgurcaravan.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RateLimitGateTest {

    private final VirtualClock clock = new VirtualClock();
    private final RateLimitGate pause = new RateLimitGate("Tests", Duration.ofSeconds(10), clock);

    @Test
    void isOpenAtFirst() throws Exception {
        assertThat(pause.await()).isTrue();
    }

    @Test
    void opensForAllAtTheTimeThatIsNamed() {
        // given
        Instant named = clock.instant().plusSeconds(90);
        pause.close(named, "429");
        List<CompletableFuture<Boolean>> waiting = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(this::passes))
                .toList();

        // when
        clock.pass(Duration.ofMillis(89_999));
        await().during(Duration.ofMillis(700)).atMost(Duration.ofSeconds(5)).until(() -> waiting.stream()
                .noneMatch(CompletableFuture::isDone));
        clock.pass(Duration.ofMillis(1));

        // then
        await().atMost(Duration.ofSeconds(5)).until(() -> waiting.stream().allMatch(CompletableFuture::isDone));
        assertThat(waiting).allMatch(CompletableFuture::join);
    }

    private boolean passes() {
        try {
            return pause.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void waitsLongerEachTimeIfNoTimeIsNamed() {
        double expected = 10;
        for (int i = 0; i < 15; i++) {
            pause.close(null, "over capacity");

            double seconds = Duration.between(clock.instant(), pause.until()).toMillis() / 1e3;
            double most = Math.min(3_600, expected * 1.2);
            assertThat(seconds).as("wait %d", i).isBetween(Math.min(3_600, expected * 0.8), most + 0.001);
            expected *= 2;
            clock.pass(Duration.ofMillis((long) (seconds * 1e3) + 1));
        }
    }

    @Test
    void countsSimultaneousClosingsAsOne() {
        pause.close(null, "429");
        Instant until = pause.until();

        for (int i = 0; i < 7; i++) {
            pause.close(null, "429");
        }

        assertThat(pause.until()).isEqualTo(until);
    }

    @Test
    void resetsTheBackOffAfterAResponse() {
        for (int i = 0; i < 5; i++) {
            pause.close(null, "429");
            clock.pass(Duration.between(clock.instant(), pause.until()));
        }
        pause.passed();

        pause.close(null, "429");

        assertThat(Duration.between(clock.instant(), pause.until())).isLessThanOrEqualTo(Duration.ofSeconds(12));
    }

    @Test
    void doesNotOpenForAResponseThatWasInFlight() {
        pause.close(clock.instant().plusSeconds(60), "429");

        pause.passed();

        assertThat(pause.until()).isEqualTo(clock.instant().plusSeconds(60));
    }

    @Test
    void takesTheLaterOfTwoTimes() {
        Instant later = clock.instant().plusSeconds(100);
        pause.close(later, "429");
        pause.close(clock.instant().plusSeconds(50), "429");
        assertThat(pause.until()).isEqualTo(later);

        pause.close(later.plusSeconds(1), "429");
        assertThat(pause.until()).isEqualTo(later.plusSeconds(1));

        pause.close(later.plusSeconds(60), "429");
        assertThat(pause.until()).isEqualTo(later.plusSeconds(60));
    }

    @Test
    void ignoresATimeThatIsYearsAhead() {
        pause.close(clock.instant().plus(Duration.ofDays(900)), "429");

        assertThat(Duration.between(clock.instant(), pause.until())).isEqualTo(RateLimitGate.LONGEST_NAMED);
    }

    @Test
    void backsOffWhereTheTimeThatIsNamedIsPast() {
        pause.close(clock.instant().minusSeconds(5), "429");

        assertThat(Duration.between(clock.instant(), pause.until()))
                .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12));
    }

    @Test
    void aClockThatIsSetBackDoesNotMakeTheWaitLonger() {
        long start = System.nanoTime();
        pause.close(clock.instant().plusSeconds(1), "429");
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(this::passes);

        clock.pass(Duration.ofHours(-2));

        assertThat(waiting).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(1_000_000_000);
    }

    @Test
    void aClockThatIsSetBackDoesNotLeaveItClosedForNewTimes() {
        pause.close(clock.instant().plusSeconds(3_600), "429");
        clock.pass(Duration.ofHours(-2));
        Instant named = clock.instant().plusSeconds(7_000);

        pause.close(named, "429");

        assertThat(pause.until()).isEqualTo(named);
    }

    @Test
    void releasesAllWhenItIsAbandoned() {
        pause.close(clock.instant().plusSeconds(3_600), "429");
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(this::passes);

        pause.abandon();

        assertThat(waiting).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(false);
    }
}
