package imgurcaravan.run;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Counts the images of one poll, from the listing to the disk. Thread-safe. */
final class Poll {

    private final String id;
    private final Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final long startNanos = System.nanoTime();

    private boolean reading = true;
    private boolean readable = true;
    private boolean cutShort;
    private int open;
    private int listed;
    private int downloaded;
    private int known;
    private int failed;
    private int ignored;
    private int left;
    private int postponed;
    private long bytes;

    Poll(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    /** When it began, in wall-clock time. */
    Instant start() {
        return start;
    }

    synchronized void listed(int count) {
        listed = sum(listed, count);
    }

    synchronized void opened() {
        open++;
    }

    /** Stops waiting for an image whose result will not be reported. */
    synchronized void released() {
        open--;
    }

    private static int sum(int a, int b) {
        return (int) Math.min(Integer.MAX_VALUE, (long) a + b);
    }

    synchronized void known() {
        known++;
    }

    synchronized void failed(int count) {
        failed = sum(failed, count);
    }

    /** Counts an ignored item and returns how many there are. */
    synchronized int ignored() {
        return ++ignored;
    }

    synchronized void postponed() {
        postponed++;
    }

    synchronized void cutShort() {
        cutShort = true;
    }

    synchronized void unreadable() {
        readable = false;
    }

    synchronized boolean isReadable() {
        return readable;
    }

    /** Counts the result of an image that was {@linkplain #opened() opened}. */
    synchronized void closed(Outcome outcome, long size) {
        open--;
        switch (outcome) {
            case DOWNLOADED -> {
                downloaded++;
                bytes += size;
            }
            case KNOWN -> known++;
            case FAILED -> failed++;
            case LEFT -> left++;
        }
    }

    synchronized void read() {
        reading = false;
    }

    synchronized boolean isOver() {
        return !reading && open == 0;
    }

    synchronized PollSummary summary() {
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        return new PollSummary(
                id,
                took,
                listed,
                downloaded,
                known,
                failed,
                ignored,
                left + open,
                postponed,
                bytes,
                readable,
                cutShort || reading);
    }
}
