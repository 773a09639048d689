package imgurcaravan.redisstreams;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The episodes during which Redis cannot be used: one line when one begins and one when it ends, however many wait. */
final class Outages {

    private static final Logger LOG = LoggerFactory.getLogger(Outages.class);

    /** Whatever ails the server as a whole is one episode, as one follows from the other: down, loading, read-only. */
    private static final String SERVER = "server";

    private final String redis;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Episode> open = new LinkedHashMap<>();

    /** When episodes of each kind last ended. */
    private final Map<String, Long> ends = new HashMap<>();

    private volatile boolean any;

    /** @param redis its address, without secrets */
    Outages(String redis) {
        this.redis = redis;
    }

    /**
     * Something did not work.
     *
     * @param begun when it was tried, by {@link System#nanoTime()}: what was tried before an episode ended does not
     *     begin another
     */
    void failed(String doing, long begun, Throwable thrown) {
        LOG.debug("Redis at {}: to {} failed", redis, doing, thrown);
        RedisFailure trouble = RedisFailure.of(thrown);
        lock.lock();
        try {
            String kind = kind(trouble);
            Episode episode = open.get(kind);
            if (episode == null) {
                Long end = ends.get(kind);
                if (end != null && begun - end < 0) {
                    return;
                }
                episode = new Episode(trouble, System.nanoTime(), new HashMap<>());
                open.put(kind, episode);
                any = true;
                if (trouble.kind() == RedisFailure.Kind.UNABLE) {
                    LOG.warn("Redis at {} {}, asked to {}; waiting for it", redis, trouble.words(), doing);
                } else {
                    LOG.warn("Redis at {} {}; waiting for it", redis, trouble.words());
                }
            }
            episode.hindered().put(doing, System.nanoTime());
            open.put(kind, episode.now(trouble));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Something worked: then it is not hindered any more.
     *
     * @param begun when it was tried, by {@link System#nanoTime()}: what was tried before it last failed says nothing of
     *     the time since
     */
    void worked(String doing, long begun) {
        if (any) {
            lock.lock();
            try {
                open.entrySet().removeIf(each -> ended(each.getKey(), each.getValue(), doing, begun));
                any = !open.isEmpty();
            } finally {
                lock.unlock();
            }
        }
    }

    private static String kind(RedisFailure trouble) {
        return trouble.kind() == RedisFailure.Kind.UNABLE ? trouble.code() : SERVER;
    }

    /** Whatever was hindered has worked since, or nobody tries it any more. */
    private boolean ended(String kind, Episode episode, String doing, long begun) {
        Long failed = episode.hindered().get(doing);
        if (begun - (failed == null ? episode.since() : failed) < 0) {
            return false;
        }
        episode.hindered().remove(doing);
        if (!episode.hindered().isEmpty()) {
            return false;
        }
        long now = System.nanoTime();
        ends.put(kind, now);
        Duration took = Duration.ofNanos(now - episode.since());
        LOG.info("Redis at {} is back after {} s", redis, took.toSeconds());
        return true;
    }

    /** Whoever did this gave up: it is no longer what an episode waits for. */
    void gaveUp(String doing) {
        if (any) {
            lock.lock();
            try {
                open.values().forEach(episode -> episode.hindered().remove(doing));
            } finally {
                lock.unlock();
            }
        }
    }

    /** Whether nothing can be asked of Redis just now. */
    boolean unreachable() {
        if (!any) {
            return false;
        }
        lock.lock();
        try {
            Episode episode = open.get(SERVER);
            return episode != null && episode.last().kind() == RedisFailure.Kind.UNREACHABLE;
        } finally {
            lock.unlock();
        }
    }

    /** What is wrong just now with any of these, in plain words. */
    Optional<String> current(Collection<String> doings) {
        if (!any) {
            return Optional.empty();
        }
        lock.lock();
        try {
            return open.values().stream()
                    .filter(episode -> !Collections.disjoint(episode.hindered().keySet(), doings))
                    .findFirst()
                    .map(episode -> "Redis at " + redis + ' ' + episode.last().words());
        } finally {
            lock.unlock();
        }
    }

    /** @param hindered what did not work since the last time that it worked, and when it last failed */
    private record Episode(RedisFailure last, long since, Map<String, Long> hindered) {

        Episode now(RedisFailure trouble) {
            return new Episode(trouble, since, hindered);
        }
    }
}
