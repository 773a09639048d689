package imgurcaravan.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

class RedisProcessTest {

    @Test
    void keepsPortAndDataWhenItIsKilled() {
        try (RedisProcess redis = RedisProcess.bundled().durable().start()) {
            try (Jedis client = redis.client()) {
                client.set("a", "b");
            }
            redis.kill();
            assertThatThrownBy(() -> redis.client().ping()).isInstanceOf(JedisConnectionException.class);

            redis.restart();

            try (Jedis client = redis.client()) {
                assertThat(client.get("a")).isEqualTo("b");
                assertThat(client.info("server")).contains("redis_version:6.2");
                assertThat(redis.calls("get")).isEqualTo(1);
            }
        }
    }

    @Test
    void usesTlsAndRequiresAPassword() {
        for (RedisCommand command : new RedisCommand[] {RedisProcess.bundled(), RedisProcess.installed()}) {
            try (RedisProcess redis = command.tls().password("secret").start();
                    Jedis client = redis.client()) {
                assertThat(client.ping()).isEqualTo("PONG");
            }
        }
    }

    @Test
    void aReplicaFollowsAndASentinelKnowsWhoLeads() {
        try (RedisProcess primary = RedisProcess.bundled().start();
                RedisProcess replica = RedisProcess.bundled().replicaOf(primary).start();
                RedisProcess sentinel =
                        RedisProcess.bundled().sentinelOf("main", primary).start();
                Jedis client = primary.client();
                Jedis copy = replica.client();
                Jedis watcher = sentinel.client()) {
            client.set("a", "b");

            await().atMost(Duration.ofSeconds(10)).until(() -> "b".equals(copy.get("a")));
            assertThat(watcher.sentinelGetMasterAddrByName("main"))
                    .containsExactly("127.0.0.1", Integer.toString(primary.port()));
        }
    }

    @Test
    void aClusterOfOneNodeTakesEverySlot() {
        for (RedisCommand command : new RedisCommand[] {RedisProcess.bundled(), RedisProcess.installed()}) {
            try (RedisProcess redis = command.cluster().start();
                    Jedis client = redis.client()) {
                assertThat(client.set("a", "b")).isEqualTo("OK");
            }
        }
    }
}
