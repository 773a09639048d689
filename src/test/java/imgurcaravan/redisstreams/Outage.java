package imgurcaravan.redisstreams;

import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/** The ways in which a working Redis fails, and how each outage ends. */
enum Outage {
    KILLED("cannot be reached") {
        @Override
        void begin(RedisProcess redis, Jedis admin) {
            redis.kill();
        }

        @Override
        void end(RedisProcess redis, Jedis admin) {
            redis.restart();
        }
    },
    SUSPENDED("no response in time") {
        @Override
        void begin(RedisProcess redis, Jedis admin) {
            redis.suspend();
        }

        @Override
        void end(RedisProcess redis, Jedis admin) {
            redis.resume();
        }
    },
    OUT_OF_MEMORY("OOM") {
        @Override
        void begin(RedisProcess redis, Jedis admin) {
            admin.configSet("maxmemory", "1");
        }

        @Override
        void end(RedisProcess redis, Jedis admin) {
            admin.configSet("maxmemory", "0");
        }
    },
    READ_ONLY_REPLICA("READONLY") {
        @Override
        void begin(RedisProcess redis, Jedis admin) {
            admin.replicaof("127.0.0.1", 1);
        }

        @Override
        void end(RedisProcess redis, Jedis admin) {
            admin.replicaofNoOne();
        }
    },
    REPLICA_WITHOUT_PRIMARY("MASTERDOWN|READONLY") {
        @Override
        void begin(RedisProcess redis, Jedis admin) {
            admin.configSet("replica-serve-stale-data", "no");
            admin.replicaof("127.0.0.1", 1);
        }

        @Override
        void end(RedisProcess redis, Jedis admin) {
            admin.replicaofNoOne();
        }
    },
    TOO_FEW_REPLICAS("NOREPLICAS") {
        @Override
        void begin(RedisProcess redis, Jedis admin) {
            admin.configSet("min-replicas-to-write", "1");
        }

        @Override
        void end(RedisProcess redis, Jedis admin) {
            admin.configSet("min-replicas-to-write", "0");
        }
    },
    DISK_FULL("MISCONF") {
        @Override
        void begin(RedisProcess redis, Jedis admin) {
            admin.configSet("save", "3600 1");
            try {
                Files.createDirectories(dump(redis).resolve("in-the-way"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            save(admin, "err");
        }

        @Override
        void end(RedisProcess redis, Jedis admin) {
            try {
                Files.delete(dump(redis).resolve("in-the-way"));
                Files.delete(dump(redis));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            save(admin, "ok");
        }

        private Path dump(RedisProcess redis) {
            return redis.folder().resolve("dump.rdb");
        }

        private void save(Jedis admin, String outcome) {
            admin.bgsave();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> admin.info("persistence").contains("rdb_last_bgsave_status:" + outcome));
        }
    },
    SCRIPT_RUNS_ON("BUSY") {
        @Override
        void begin(RedisProcess redis, Jedis admin) {
            admin.configSet("lua-time-limit", "50");
            Thread script = new Thread(
                    () -> {
                        try (Jedis client = redis.client()) {
                            client.eval("while true do end");
                        } catch (RuntimeException killed) {
                            // Which is how it is to end.
                        }
                    },
                    "script");
            script.setDaemon(true);
            script.start();
        }

        @Override
        void end(RedisProcess redis, Jedis admin) {
            admin.scriptKill();
        }
    },
    PERMISSION_TAKEN("permission|NOPERM|can't run this command") {
        @Override
        void begin(RedisProcess redis, Jedis admin) {
            admin.aclSetUser("default", "-xadd");
        }

        @Override
        void end(RedisProcess redis, Jedis admin) {
            admin.aclSetUser("default", "+xadd");
        }
    },
    PASSWORD_CHANGED("does not accept the user or password") {
        @Override
        void begin(RedisProcess redis, Jedis admin) {
            admin.configSet("requirepass", "another-secret");
            admin.clientKill(
                    ClientKillParams.clientKillParams().type(ClientType.NORMAL).skipMe(ClientKillParams.SkipMe.YES));
        }

        @Override
        void end(RedisProcess redis, Jedis admin) {
            admin.configSet("requirepass", "");
        }
    };

    private final String words;

    Outage(String words) {
        this.words = words;
    }

    /** The expected log text, as a regular expression. */
    String words() {
        return words;
    }

    /** @param admin a connection that was open before */
    abstract void begin(RedisProcess redis, Jedis admin);

    abstract void end(RedisProcess redis, Jedis admin);

    /** Whether the server still responds to others. */
    boolean responds() {
        return this != KILLED && this != SUSPENDED && this != SCRIPT_RUNS_ON && this != REPLICA_WITHOUT_PRIMARY;
    }
}
