package imgurcaravan.redisstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.HostAndPort;

class RedisAddressTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            nullValues = "-",
            value = {
                "redis://localhost STANDALONE false localhost:6379 0 - -",
                "redis://redis.example:7000/3 STANDALONE false redis.example:7000 3 - -",
                "REDISS://host/ STANDALONE true host:6379 0 - -",
                "redis://:p%40ss@host STANDALONE false host:6379 0 - p@ss",
                "redis://me:a:b@c@host:1/2 STANDALONE false host:1 2 me a:b@c",
                "redis://me@host STANDALONE false host:6379 0 me -",
                "redis://%C3%BC:%F0%9F%96%BC@host STANDALONE false host:6379 0 ü 🖼",
                "redis://my_host STANDALONE false my_host:6379 0 - -",
                "redis-cluster://a:1,b CLUSTER false a:1,b:6379 0 - -",
                "rediss-cluster://me:x@a:1 CLUSTER true a:1 0 me x",
            })
    void readsUrls(
            String url,
            RedisAddress.Topology kind,
            boolean tls,
            String hosts,
            int database,
            String user,
            String password) {
        RedisAddress address = RedisAddress.parse(url);

        assertThat(address.kind()).isEqualTo(kind);
        assertThat(address.tls()).isEqualTo(tls);
        assertThat(address).hasToString(hosts);
        assertThat(address.database()).isEqualTo(database);
        assertThat(address.user()).isEqualTo(user);
        assertThat(address.password()).isEqualTo(password);
    }

    @Test
    void readsSentinels() {
        RedisAddress address = RedisAddress.parse("redis-sentinel://me:x@a:1,[::1]/main/2");

        assertThat(address.kind()).isEqualTo(RedisAddress.Topology.SENTINEL);
        assertThat(address.hosts()).containsExactly(new HostAndPort("a", 1), new HostAndPort("::1", 26379));
        assertThat(address.master()).isEqualTo("main");
        assertThat(address.database()).isEqualTo(2);
        assertThat(address).hasToString("main of the sentinels a:1,::1:26379");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret@localhost",
                "http://secret@localhost",
                "redis://secret@",
                "redis://secret@host:secret",
                "redis://secret@host:0",
                "redis://secret@a,b",
                "redis://secret@host/secret",
                "redis://secret@host/0/secret",
                "redis://secret@host?secret=1",
                "redis://se%cret@host",
                "redis-sentinel://secret@host",
                "redis-cluster://secret@host/1",
            })
    void refusesOthersWithoutRepeatingThem(String url) {
        assertThatThrownBy(() -> RedisAddress.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The URL of Redis cannot be used: ")
                .message()
                .doesNotContain("secret", "se%cret");
    }
}
