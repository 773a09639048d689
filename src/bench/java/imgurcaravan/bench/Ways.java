package imgurcaravan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The ways that are available on this machine, our own and those of other programs. */
final class Ways {

    private final GalleryServer gallery;
    private final RedisServer redis;
    private final Path work;
    private final AtomicInteger folders = new AtomicInteger();
    private final List<Way> ways = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** @param redis null if the machine has none */
    Ways(GalleryServer gallery, RedisServer redis, Path work) {
        this.gallery = gallery;
        this.redis = redis;
        this.work = work;
    }

    List<Way> find(Path jar) throws IOException, InterruptedException {
        addOurs("jar", "java -jar", PackagedApplication.jar(jar, gallery, redis));
        Path script = jar.resolveSibling("imgur-caravan");
        if (Files.isExecutable(script)) {
            PackagedApplication application = PackagedApplication.launcher(script, gallery, redis);
            application.prepare(work);
            addOurs("launcher", "launcher", application);
        } else {
            notes.add("No " + script.getFileName() + " beside the jar, so no runs through it.");
        }
        if (redis == null) {
            notes.add("No redis-server in the PATH, so no runs with Redis.");
        }
        addPeers();
        return List.copyOf(ways);
    }

    /** The ways that were left out, and why. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    private void addOurs(String name, String by, PackagedApplication application) {
        cold(
                Way.WayKind.OURS,
                "direct-" + name,
                "direct, one at a time, " + by,
                folder -> application.once(folder, "direct"));
        cold(Way.WayKind.OURS, "seda-" + name, "seda, " + by, folder -> application.once(folder, "seda"));
        warm(
                Way.WayKind.OURS,
                "seda-warm-" + name,
                "seda, warm, " + by,
                (folder, times) -> application.again(folder, "seda", times));
        if (redis == null) {
            return;
        }
        cold(Way.WayKind.OURS, "redis-1x8-" + name, "redis, 1 process of 8, " + by, folder -> {
            redis.clear();
            return application.once(folder, "redis");
        });
        warm(Way.WayKind.OURS, "redis-1x8-warm-" + name, "redis, 1 process of 8, warm, " + by, (folder, times) -> {
            redis.clear();
            return application.again(folder, "redis", times);
        });
        cold(Way.WayKind.OURS, "redis-8x1-" + name, "redis, 8 processes, " + by, folder -> {
            redis.clear();
            return application.once(folder, 8);
        });
        warm(Way.WayKind.OURS, "redis-8x1-warm-" + name, "redis, 8 processes, warm, " + by, (folder, times) -> {
            redis.clear();
            return application.again(folder, 8, Duration.ofSeconds(4), PackagedApplication.WARM_UP, times);
        });
    }

    private void addPeers() throws InterruptedException {
        Peers peers = new Peers(gallery);
        if (installed("aria2c")) {
            cold(Way.WayKind.PEER, "aria2c", "aria2c -j8", peers::aria2);
        }
        if (installed("curl")) {
            cold(Way.WayKind.PEER, "curl", "curl --parallel-max 8", peers::curl);
        }
        if (installed("python3")) {
            cold(Way.WayKind.PEER, "python", "Python, 8 threads", peers::threads);
        }
        Optional<String> rq = Peers.python("rq");
        if (redis == null || rq.isEmpty()) {
            notes.add("No RQ that a python3 can import, or no Redis for it.");
            return;
        }
        String python = rq.orElseThrow();
        cold(
                Way.WayKind.PEER,
                "rq-command",
                "RQ, 1 worker, by its command",
                folder -> peers.rq(folder, python, redis, Peers.rqCommand(redis), 1));
        for (int count : List.of(1, 8)) {
            String title = "RQ, " + count + (count == 1 ? " worker" : " workers") + ", imports made before";
            cold(
                    Way.WayKind.PEER,
                    "rq-" + count,
                    title,
                    folder -> peers.rq(folder, python, redis, Peers.rqPrepared(redis), count));
        }
        warm(
                Way.WayKind.PEER,
                "rq-command-warm",
                "RQ, 1 worker, by its command, warm",
                (folder, times) -> peers.rqAgain(folder, python, redis, Peers.rqCommand(redis), 1, times));
        warm(
                Way.WayKind.PEER,
                "rq-8-warm",
                "RQ, 8 workers, imports made before, warm",
                (folder, times) -> peers.rqAgain(folder, python, redis, Peers.rqPrepared(redis), 8, times));
    }

    private boolean installed(String program) {
        boolean found = Peers.isInstalled(program);
        if (!found) {
            notes.add("No " + program + " in the PATH.");
        }
        return found;
    }

    private void cold(Way.WayKind kind, String name, String title, Once once) {
        ways.add(new Way(name, title, kind, true, times -> {
            List<Run> runs = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                runs.add(once.run(folder(name)));
            }
            return runs;
        }));
    }

    private void warm(Way.WayKind kind, String name, String title, Again again) {
        ways.add(new Way(name, title, kind, false, times -> again.run(folder(name), times)));
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectories(work.resolve(name + "-" + folders.incrementAndGet()));
    }

    interface Once {
        Run run(Path folder) throws IOException, InterruptedException;
    }

    interface Again {
        List<Run> run(Path folder, int times) throws IOException, InterruptedException;
    }
}
