package imgurcaravan.redisstreams;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The episodes during which Redis cannot be used: one line when one begins and one when it ends, however many wait. */
final class Outages {

    private static final Logger LOG = LoggerFactory.getLogger(Outages.class);

    private final String redis;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Trouble.Kind, Episode> open = new EnumMap<>(Trouble.Kind.class);
    private final AtomicLong count = new AtomicLong();
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
            Episode episode = open.get(trouble.kind());
            if (episode == null) {
                episode = new Episode(trouble, System.nanoTime(), new HashSet<>());
                open.put(trouble.kind(), episode);
                any = true;
                count.incrementAndGet();
                if (trouble.kind() == Trouble.Kind.UNABLE) {
                    LOG.warn("Redis at {} {}, asked to {}; waiting for it", redis, trouble.words(), doing);
                } else {
                    LOG.warn("Redis at {} {}; waiting for it", redis, trouble.words());
                }
            }
            episode.hindered().add(doing);
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
                open.entrySet().removeIf(entry -> ended(entry.getKey(), entry.getValue(), doing));
                any = !open.isEmpty();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean ended(Trouble.Kind kind, Episode episode, String doing) {
        if (kind == Trouble.Kind.UNABLE) {
            if (!episode.hindered().remove(doing) || !episode.hindered().isEmpty()) {
                return false;
            }
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
                Episode episode = open.get(Trouble.Kind.UNABLE);
                if (episode != null
                        && episode.hindered().remove(doing)
                        && episode.hindered().isEmpty()) {
                    open.remove(Trouble.Kind.UNABLE);
                    any = !open.isEmpty();
                }
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
            return open.containsKey(Trouble.Kind.UNREACHABLE);
        } finally {
            lock.unlock();
        }
    }

    /** What is wrong just now, in plain words, for one stream. */
    Optional<String> current() {
        if (!any) {
            return Optional.empty();
        }
        lock.lock();
        try {
            return open.values().stream()
                    .findFirst()
                    .map(episode ->
                            "Redis at " + redis + ' ' + episode.trouble().words());
        } finally {
            lock.unlock();
        }
    }

    /** How many there were. */
    long count() {
        return count.get();
    }

    private record Episode(Trouble trouble, long since, Set<String> hindered) {}
}
