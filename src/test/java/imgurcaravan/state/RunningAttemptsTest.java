package imgurcaravan.state;

import static imgurcaravan.state.RunningAttempts.Start.BEGUN;
import static imgurcaravan.state.RunningAttempts.Start.GIVEN_UP;
import static imgurcaravan.state.RunningAttempts.Start.HELD;
import static imgurcaravan.state.RunningAttempts.Start.SUSPECT;
import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.testing.AppProcess;
import imgurcaravan.testing.VirtualClock;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningAttemptsTest {

    private static final Duration LEASE = Duration.ofSeconds(90);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String ID = "abcde12";

    @TempDir
    private Path folder;

    private final VirtualClock clock = new VirtualClock();
    private StateFile state;
    private StateFile otherState;
    private RunningAttempts attempts;
    private RunningAttempts others;

    @BeforeEach
    void open() throws IOException {
        state = new StateFile(file());
        state.open();
        otherState = new StateFile(file());
        otherState.open();
        attempts = new RunningAttempts(state, LEASE, clock);
        others = new RunningAttempts(otherState, LEASE, clock);
    }

    @AfterEach
    void close() throws IOException {
        state.close();
        otherState.close();
        // Deletes the lock files of the dead.
        state.open();
        state.close();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("archive.db", "archive.db-lock");
        }
    }

    private Path file() {
        return folder.resolve("archive.db");
    }

    private long rows() {
        return state.read(sql -> sql.number("SELECT count(*) FROM attempt"));
    }

    @Test
    void thereIsOneAttemptForEachImageAtATime() {
        assertThat(attempts.begin(ID, false, false)).isEqualTo(BEGUN);

        assertThat(attempts.begin(ID, false, false)).isEqualTo(HELD);
        assertThat(others.begin(ID, false, false)).isEqualTo(HELD);
        assertThat(others.begin("fghij34", false, false)).isEqualTo(BEGUN);

        attempts.end(ID);
        assertThat(others.begin(ID, false, false)).isEqualTo(BEGUN);
        attempts.end(ID);
        assertThat(attempts.begin(ID, false, false)).isEqualTo(HELD);
        others.end(ID);
        others.end("fghij34");
        assertThat(rows()).isZero();
    }

    @Test
    void anAttemptThatHangsOrWhoseQueueTookItEndsForOthers() {
        attempts.begin(ID, false, false);

        assertThat(others.begin(ID, false, true)).isEqualTo(BEGUN);
        others.end(ID);
        attempts.end(ID);
        attempts.begin(ID, false, false);
        clock.pass(LEASE.minusSeconds(1));
        assertThat(others.begin(ID, false, false)).isEqualTo(HELD);
        clock.pass(Duration.ofSeconds(1));
        assertThat(others.begin(ID, false, false)).isEqualTo(BEGUN);

        attempts.end(ID);
        assertThat(attempts.begin(ID, false, false)).isEqualTo(HELD);
    }

    @Test
    void aStopEndsAllAttempts() {
        attempts.begin(ID, false, false);
        attempts.begin("fghij34", false, false);

        state.close();

        assertThat(others.begin(ID, false, false)).isEqualTo(BEGUN);
        assertThat(others.begin("fghij34", false, false)).isEqualTo(BEGUN);
    }

    private void die() {
        try (AppProcess process = AppProcess.java(null)
                .mainClass(System.getProperty("java.class.path"), Victim.class.getName())
                .args(file().toString(), ID)
                .start()) {
            assertThat(process.waitForLine("has begun", LONG))
                    .as(process.output())
                    .isTrue();
            assertThat(attempts.begin(ID, true, false)).isEqualTo(HELD);
            process.kill();
            process.waitFor(LONG);
        }
    }

    @Test
    void anImageWhoseProcessDiedMustBeAloneAndIsGivenUpAtTheThirdTime() {
        for (int deaths = 1; deaths < RunningAttempts.MOST_UNENDED; deaths++) {
            die();
            assertThat(attempts.begin(ID, false, false)).isEqualTo(SUSPECT);
            // One that ends without a result changes nothing.
            assertThat(attempts.begin(ID, true, false)).isEqualTo(BEGUN);
            attempts.end(ID);
            assertThat(others.begin(ID, false, false)).isEqualTo(SUSPECT);
        }
        die();

        assertThat(attempts.begin(ID, false, false)).isEqualTo(GIVEN_UP);
        assertThat(others.begin(ID, true, false)).isEqualTo(GIVEN_UP);

        new FailedImages(state, Duration.ofDays(7), clock).record(ID, "{}", "given up", FailureClass.PROCESS_ENDED, 1);
        assertThat(attempts.begin(ID, false, false)).isEqualTo(BEGUN);
    }

    @Test
    void anImageInPlaceIsNoLongerSuspected() {
        die();
        new DownloadedImages(state).add(DownloadedImage.ofId(ID));
        assertThat(rows()).isZero();
        die();
        new FailedImages(state, Duration.ofDays(7), clock).succeeded(ID);
        assertThat(rows()).isZero();
    }

    /** Begins an attempt in a separate process, and waits to be killed. */
    static final class Victim {

        private Victim() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            StateFile state = new StateFile(Path.of(args[0]));
            state.open();
            PrintStream out = System.out;
            out.println(
                    new RunningAttempts(state, LEASE, Clock.systemUTC()).begin(args[1], true, false) + " has begun");
            new CountDownLatch(1).await();
        }
    }
}
