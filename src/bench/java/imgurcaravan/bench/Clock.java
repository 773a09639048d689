package imgurcaravan.bench;

import java.io.IOException;
import java.time.Duration;

/** Measures programs from their start to the end of the last one. */
final class Clock {

    private static final Duration LONG = Duration.ofMinutes(2);

    interface Start {
        /** Starts them, and gives back the one to wait for. */
        Program start(Memory memory) throws IOException;
    }

    interface Check {
        /** Ends the others, and fails if an image is missing. */
        void check() throws IOException;
    }

    private Clock() {}

    static Run toEnd(Start start, Check check) throws IOException, InterruptedException {
        double before = Proc.endedSeconds();
        try (Memory memory = new Memory()) {
            long begun = System.nanoTime();
            double seconds;
            try (Program program = start.start(memory)) {
                program.await(LONG);
                seconds = (System.nanoTime() - begun) / 1e9;
            }
            check.check();
            return new Run(seconds, memory.megabytes(), Proc.endedSeconds() - before);
        }
    }
}
