package imgurcaravan.bench;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Measures the peak memory of some programs together, including all processes that they start. */
final class PeakMemory implements AutoCloseable {

    private final List<Long> pids = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::watch, "memory");
    private volatile boolean over;
    private volatile long peak;

    PeakMemory() {
        thread.setDaemon(true);
        thread.start();
    }

    Program watch(Program program) {
        pids.add(program.pid());
        return program;
    }

    double megabytes() {
        return peak / 1e6;
    }

    private void watch() {
        try {
            while (!over) {
                peak = Math.max(peak, Proc.peakMemory(pids));
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        over = true;
    }
}
