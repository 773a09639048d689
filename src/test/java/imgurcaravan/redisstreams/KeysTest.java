package imgurcaravan.redisstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.util.JedisClusterCRC16;

class KeysTest {

    @ParameterizedTest
    @ValueSource(strings = {"imgur:images", "{imgur}:images", "a{b}c", "x"})
    void liveInOneSlot(String stream) {
        Keys keys = Keys.of(stream, null);

        int slot = JedisClusterCRC16.getSlot(stream);
        assertThat(JedisClusterCRC16.getSlot(keys.deadLetters())).isEqualTo(slot);
        assertThat(JedisClusterCRC16.getSlot(keys.results())).isEqualTo(slot);
        assertThat(JedisClusterCRC16.getSlot(keys.duplicate("{other}"))).isEqualTo(slot);
    }

    @Test
    void areNamedAfterTheStream() {
        assertThat(Keys.of("imgur:images", null))
                .isEqualTo(new Keys(
                        "imgur:images", "{imgur:images}:dead", "{imgur:images}:results", "{imgur:images}:key:"));
        assertThat(Keys.of("{imgur}:images", "dead").deadLetters()).isEqualTo("dead");
        assertThat(Keys.of("{imgur}:images", null).results()).isEqualTo("{imgur}:images:results");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a{}b", "a{b", "a}b", "}a{"})
    void refuseNamesThatNoSlotHolds(String stream) {
        assertThatThrownBy(() -> Keys.of(stream, null)).isInstanceOf(IllegalArgumentException.class);
    }
}
