package imgurcaravan.redisstreams;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Asks Redis for which deduplication keys the stream has no entry, in batches. */
final class MissingKeys {

    /** Redis serves nobody else meanwhile: about a millisecond. */
    private static final int BATCH = 500;

    private final RetryUntilAvailable redis;
    private final WorkQueue queue;

    MissingKeys(RetryUntilAvailable redis, WorkQueue queue) {
        this.redis = redis;
        this.queue = queue;
    }

    /**
     * Those of the keys that no entry has: their entries are done, dead letters or lost. The results that Redis had by
     * then have been sent on when this returns; if that does not work in time, no key is missing.
     */
    List<String> among(Collection<?> keys) throws InterruptedException {
        List<String> wanted = keys.stream().map(String::valueOf).toList();
        List<String> missing = new ArrayList<>();
        long start = System.nanoTime();
        String last = "";
        for (int from = 0; from < wanted.size(); from += BATCH) {
            List<String> batch = wanted.subList(from, Math.min(wanted.size(), from + BATCH));
            List<?> reply = ask(batch);
            last = RedisConnection.text(reply.get(0));
            reply.stream().skip(1).forEach(place -> missing.add(batch.get(((Long) place).intValue() - 1)));
        }
        return last.isEmpty() || awaitResults(last, start) ? missing : List.of();
    }

    private List<?> ask(List<String> batch) throws InterruptedException {
        Keys keys = queue.keys();
        List<String> all = new ArrayList<>(List.of(keys.stream(), keys.results()));
        batch.forEach(key -> all.add(keys.duplicate(key)));
        return redis.run("check " + keys.stream(), connection -> (List<?>) connection.run(Script.MISSING, all));
    }

    /** Otherwise an entry whose result is on its way would seem to be lost. */
    private boolean awaitResults(String last, long start) throws InterruptedException {
        while (!queue.results().stream().allMatch(reader -> reader.hasSent(last))) {
            if (!redis.pause(10, start)) {
                return false;
            }
        }
        return true;
    }
}
