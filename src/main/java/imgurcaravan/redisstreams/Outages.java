package imgurcaravan.redisstreams;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private volatile boolean any;

    /** @param redis its address, without secrets */
    Outages(String redis) {
        this.redis = redis;
    }

    /** Something did not work. */
    void failed(String doing, Throwable thrown) {
        Trouble trouble = Trouble.of(thrown);
        lock.lock();
        try {
            String kind = kind(trouble);
            Episode episode = open.get(kind);
            if (episode == null) {
                episode = new Episode(trouble, System.nanoTime(), new HashSet<>());
                open.put(kind, episode);
                any = true;
                if (trouble.kind() == Trouble.Kind.UNABLE) {
                    LOG.warn("Redis at {} {}, asked to {}; waiting for it", redis, trouble.words(), doing);
                } else {
                    LOG.warn("Redis at {} {}; waiting for it", redis, trouble.words());
                }
            }
            episode.hindered().add(doing);
            open.put(kind, episode.now(trouble));
        } finally {
            lock.unlock();
        }
        LOG.debug("Redis at {}: to {} failed", redis, doing, thrown);
    }

    /** Something worked: which ends what hinders everything, and what hindered this. */
    void worked(String doing) {
        if (any) {
            lock.lock();
            try {
                open.values().removeIf(episode -> ended(episode, doing));
                any = !open.isEmpty();
            } finally {
                lock.unlock();
            }
        }
    }

    private static String kind(Trouble trouble) {
        return trouble.kind() == Trouble.Kind.UNABLE ? trouble.code() : SERVER;
    }

    /** Whatever was hindered has worked since, or nobody tries it any more. */
    private boolean ended(Episode episode, String doing) {
        episode.hindered().remove(doing);
        if (!episode.hindered().isEmpty()) {
            return false;
        }
        Duration took = Duration.ofNanos(System.nanoTime() - episode.since());
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
            return episode != null && episode.last().kind() == Trouble.Kind.UNREACHABLE;
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
                    .filter(episode -> !Collections.disjoint(episode.hindered(), doings))
                    .findFirst()
                    .map(episode -> "Redis at " + redis + ' ' + episode.last().words());
        } finally {
            lock.unlock();
        }
    }

    /** @param hindered what did not work since the last time that it worked */
    private record Episode(Trouble last, long since, Set<String> hindered) {

        Episode now(Trouble trouble) {
            return new Episode(trouble, since, hindered);
        }
    }
}
