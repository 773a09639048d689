package imgurcaravan.demo;

import java.time.Clock;

/**
 * Counts what requests to the stand-in API cost, as Imgur does: 500 an hour for a user, 12,500 a day for a client id.
 *
 * <p>It only counts: nobody is refused for having none left.
 */
public final class DemoCredits {

    private static final int HOUR = 3_600;
    private static final int USER_LIMIT = 500;
    private static final int CLIENT_LIMIT = 12_500;

    private final Clock clock = Clock.systemUTC();
    private long hour;
    private int usedThisHour;
    private int used;

    /** Takes one credit; what is left for this user until the next full hour. */
    public synchronized int spend() {
        long now = clock.instant().getEpochSecond() / HOUR;
        if (now != hour) {
            hour = now;
            usedThisHour = 0;
        }
        usedThisHour++;
        used++;
        return Math.max(0, USER_LIMIT - usedThisHour);
    }

    /** When the user's credits are renewed, in epoch seconds. */
    public synchronized long reset() {
        return (hour + 1) * HOUR;
    }

    /** What is left for the client id. */
    public synchronized int left() {
        return Math.max(0, CLIENT_LIMIT - used);
    }
}
