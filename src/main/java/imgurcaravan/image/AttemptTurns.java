package imgurcaravan.image;

import imgurcaravan.http.FailureReasons;
import imgurcaravan.run.Polls;
import imgurcaravan.state.RunningAttempts;
import imgurcaravan.state.RunningAttempts.Start;
import imgurcaravan.state.StateException;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets an attempt begin when no other process downloads the image, and, if earlier attempts ended with their process,
 * when no other download is in flight in this one. Thread-safe.
 */
public final class AttemptTurns {

    private static final String TURN = "imgurTurn";
    /** Exchange property: how often an attempt that has to be alone has let others go first. */
    private static final String WAITS = "imgurWaitsAlone";

    private static final int MOST_WAITS = 60;
    private static final int ALL = Integer.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(AttemptTurns.class);

    private final Polls polls;
    private final IdempotentRepository archive;
    private final RunningAttempts running;
    /** Fair, so that an attempt that has waited long enough gets its turn. */
    private final Semaphore inFlight = new Semaphore(ALL, true);

    /** The turn of an attempt: one permit, or all of them. */
    private record Turn(String imageId, int permits) {}

    public AttemptTurns(Polls polls, IdempotentRepository archive, RunningAttempts running) {
        this.polls = polls;
        this.archive = archive;
        this.running = running;
    }

    /**
     * Begins the turn of an attempt; waits while a download is in flight that has to be alone.
     *
     * @throws ImagePostponedException if it is not its turn yet
     * @throws ImageRefusedException if the image is given up
     */
    void begin(Exchange exchange, String imageId) throws IOException, ImageRefusedException {
        int waits = exchange.getProperty(WAITS, 0, Integer.class);
        boolean alone = waits > 0;
        int permits = alone ? ALL : 1;
        if (alone && waits < MOST_WAITS) {
            if (!inFlight.tryAcquire(permits)) {
                throw waitAlone(exchange, waits);
            }
        } else {
            acquire(permits);
        }
        Start start = null;
        try {
            start = start(exchange, imageId, alone);
        } finally {
            if (start != Start.BEGUN) {
                inFlight.release(permits);
            }
        }
        switch (start) {
            case BEGUN -> exchange.setProperty(TURN, new Turn(imageId, permits));
            case HELD -> throw new ImagePostponedException("another process downloads it, or has just done so");
            case SUSPECT -> throw waitAlone(exchange, waits);
            case GIVEN_UP ->
                throw new ImageRefusedException(
                        "the process ended " + RunningAttempts.MOST_UNENDED + " times while it was downloaded");
        }
    }

    private static ImagePostponedException waitAlone(Exchange exchange, int waits) {
        exchange.setProperty(WAITS, waits + 1);
        return new ImagePostponedException("it has to be downloaded alone, after the others");
    }

    private void acquire(int permits) throws ImageIncompleteException {
        try {
            inFlight.acquire(permits);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageIncompleteException("the process is stopping", e);
        }
    }

    private Start start(Exchange exchange, String imageId, boolean alone) throws IOException {
        if (polls.isStopping()) {
            throw new ImageIncompleteException("the process is stopping");
        }
        Start start = note(exchange, imageId, alone);
        boolean known = true;
        try {
            // Another process may have put it in place since the route asked.
            known = start == Start.BEGUN && archive.contains(exchange, imageId);
            return known ? Start.HELD : start;
        } catch (RuntimeException e) {
            throw DiskException.remembering("cannot tell whether it is known: " + FailureReasons.of(e), e);
        } finally {
            if (start == Start.BEGUN && known) {
                end(imageId);
            }
        }
    }

    private Start note(Exchange exchange, String imageId, boolean alone) {
        try {
            return running.begin(imageId, alone, exchange.getProperty(Downloads.REDELIVERED, false, Boolean.class));
        } catch (StateException e) {
            // A download is worth more than the note, as long as only that cannot be written.
            LOG.debug("The attempt at {} is not noted", imageId, e);
            return Start.BEGUN;
        }
    }

    private void end(String imageId) {
        try {
            running.end(imageId);
        } catch (StateException e) {
            // It ends with this process, or when its time is over.
            LOG.debug("The note of an attempt at {} is left", imageId, e);
        }
    }

    /** Ends the turn of an attempt, if it has had one. */
    void end(Exchange exchange) {
        Turn turn = (Turn) exchange.removeProperty(TURN);
        if (turn == null) {
            return;
        }
        try {
            end(turn.imageId());
        } finally {
            inFlight.release(turn.permits());
        }
    }
}
