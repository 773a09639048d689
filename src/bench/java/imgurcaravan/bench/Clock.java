package imgurcaravan.bench;

import java.io.IOException;
import java.time.Duration;

/** Measures programs from their start to the exit of the last one. */
final class Clock {

    private static final Duration LONG = Duration.ofMinutes(2);

    interface Start {
        /** Starts them, and returns the one to wait for. */
        Program start(PeakMemory memory) throws IOException;
    }

    interface Check {
        /** Stops the others, and fails if an image is missing. */
        void check() throws IOException;
    }

    private Clock() {}

    /** @param gallery whose listing is requested by the program to wait for, or on its behalf */
    static Run toEnd(GalleryServer gallery, Start start, Check check) throws IOException, InterruptedException {
        ProcessorTime before = Proc.ended();
        try (PeakMemory memory = new PeakMemory()) {
            long begun = System.nanoTime();
            double seconds;
            try (Program program = start.start(memory)) {
                program.await(LONG);
                seconds = (System.nanoTime() - begun) / 1e9;
            }
            check.check();
            double first = (gallery.requested().get(gallery.requested().size() - 1) - begun) / 1e9;
            return new Run(seconds, memory.megabytes(), Proc.ended().minus(before), first > 0 ? first : Double.NaN);
        }
    }
}
