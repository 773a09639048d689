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

/** The outages of Redis: logs one line when one begins and one when it ends, however many threads wait. */
final class Outages {

    private static final Logger LOG = LoggerFactory.getLogger(Outages.class);

    /** What affects the server as a whole is one outage, as one follows from the other: down, loading, read-only. */
    private static final String SERVER = "server";

    private final String redis;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Episode> open = new LinkedHashMap<>();

    /** When the last outage of each kind ended. */
    private final Map<String, Long> ends = new HashMap<>();

    private volatile boolean any;

    /** @param redis its address, without secrets */
    Outages(String redis) {
        this.redis = redis;
    }

    /**
     * A task failed.
     *
     * @param begun when it was tried, by {@link System#nanoTime()}: what was tried before an outage ended does not
     *     begin another
     */
    void failed(String task, long begun, Throwable thrown) {
        LOG.debug("Redis at {}: failed to {}", redis, task, thrown);
        RedisFailure failure = RedisFailure.of(thrown);
        lock.lock();
        try {
            String kind = kind(failure);
            Episode episode = open.get(kind);
            if (episode == null) {
                Long end = ends.get(kind);
                if (end != null && begun - end < 0) {
                    return;
                }
                episode = new Episode(failure, System.nanoTime(), new HashMap<>());
                open.put(kind, episode);
                any = true;
                if (failure.effect() == RedisFailure.Effect.REJECTED) {
                    LOG.warn("Redis at {} {} to {}; retrying", redis, failure.words(), task);
                } else {
                    LOG.warn("Redis at {} {}; retrying", redis, failure.words());
                }
            }
            episode.affected().put(task, System.nanoTime());
            open.put(kind, episode.now(failure));
        } finally {
            lock.unlock();
        }
    }

    /**
     * A task worked: it is not affected any more.
     *
     * @param begun when it was tried, by {@link System#nanoTime()}: what was tried before it last failed says nothing
     *     about the time since
     */
    void worked(String task, long begun) {
        if (any) {
            lock.lock();
            try {
                open.entrySet().removeIf(each -> ended(each.getKey(), each.getValue(), task, begun));
                any = !open.isEmpty();
            } finally {
                lock.unlock();
            }
        }
    }

    private static String kind(RedisFailure failure) {
        return failure.effect() == RedisFailure.Effect.REJECTED ? failure.code() : SERVER;
    }

    /** Whether every affected task has worked since, or nobody tries it any more. */
    private boolean ended(String kind, Episode episode, String task, long begun) {
        Long failed = episode.affected().get(task);
        if (begun - (failed == null ? episode.since() : failed) < 0) {
            return false;
        }
        episode.affected().remove(task);
        if (!episode.affected().isEmpty()) {
            return false;
        }
        long now = System.nanoTime();
        ends.put(kind, now);
        Duration took = Duration.ofNanos(now - episode.since());
        LOG.info("Redis at {} is back after {} s", redis, took.toSeconds());
        return true;
    }

    /** Nobody tries this task any more: an outage does not wait for it. */
    void gaveUp(String task) {
        if (any) {
            lock.lock();
            try {
                open.values().forEach(episode -> episode.affected().remove(task));
            } finally {
                lock.unlock();
            }
        }
    }

    /** Whether Redis cannot be used at all just now. */
    boolean unreachable() {
        if (!any) {
            return false;
        }
        lock.lock();
        try {
            Episode episode = open.get(SERVER);
            return episode != null && episode.last().effect() == RedisFailure.Effect.UNREACHABLE;
        } finally {
            lock.unlock();
        }
    }

    /** Why any of these tasks fails just now. */
    Optional<String> current(Collection<String> tasks) {
        if (!any) {
            return Optional.empty();
        }
        lock.lock();
        try {
            return open.values().stream()
                    .filter(episode -> !Collections.disjoint(episode.affected().keySet(), tasks))
                    .findFirst()
                    .map(episode -> "Redis at " + redis + ' ' + episode.last().words());
        } finally {
            lock.unlock();
        }
    }

    /** @param affected the tasks that failed and have not worked since, and when each last failed */
    private record Episode(RedisFailure last, long since, Map<String, Long> affected) {

        Episode now(RedisFailure failure) {
            return new Episode(failure, since, affected);
        }
    }
}
