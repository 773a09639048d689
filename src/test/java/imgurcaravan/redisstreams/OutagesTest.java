package imgurcaravan.redisstreams;

import static org.assertj.core.api.Assertions.assertThat;

import imgurcaravan.testing.LogLines;
import java.net.ConnectException;
import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

class OutagesTest {

    private final Outages outages = new Outages("redis.example:6379");
    private final Exception refused =
            new JedisConnectionException("Could not connect", new ConnectException("Connection refused"));

    @Test
    void anEpisodeIsTwoLinesHoweverManyWaitAndWhateverAilsTheServer() {
        try (LogLines log = new LogLines()) {
            outages.failed("read", refused);
            outages.failed("add", refused);
            outages.failed("read", new JedisDataException("LOADING Redis is loading the dataset in memory"));
            assertThat(outages.unreachable()).isTrue();
            assertThat(outages.current(List.of("read")))
                    .contains("Redis at redis.example:6379 is not ready (LOADING Redis is loading the dataset in"
                            + " memory)");
            outages.worked("read");
            outages.failed("read", new JedisDataException("NOAUTH Authentication required."));
            outages.worked("other");
            outages.worked("add");
            outages.worked("read");

            assertThat(outages.current(List.of("read", "add"))).isEmpty();
            assertThat(log.lines()).hasSize(2);
            assertThat(log.lines().get(0))
                    .contains("Redis at redis.example:6379 cannot be reached (Connection refused); waiting for it");
            assertThat(log.lines().get(1)).contains("Redis at redis.example:6379 is back after 0 s");
        }
    }

    @Test
    void whatHindersOneThingOnlyIsAnEpisodeOfItsOwn() {
        try (LogLines log = new LogLines()) {
            outages.failed("add", new JedisDataException("OOM command not allowed"));
            outages.failed("read", refused);
            outages.worked("read");
            outages.worked("read");
            assertThat(outages.unreachable()).isFalse();
            assertThat(outages.current(List.of("read"))).isEmpty();
            assertThat(outages.current(List.of("add"))).isPresent();
            outages.worked("add");

            assertThat(log.with("OOM")).singleElement().asString().contains("add");
            assertThat(log.with("is back")).hasSize(2);
        }
    }

    @Test
    void whoeverGivesUpIsNotWaitedFor() {
        try (LogLines log = new LogLines()) {
            outages.failed("add", refused);
            outages.gaveUp("add");
            assertThat(outages.unreachable()).isTrue();
            outages.worked("read");

            assertThat(outages.unreachable()).isFalse();
            assertThat(log.lines()).hasSize(2);
        }
    }

    @Test
    void knowsTheCodeOfWhatAScriptMetInOldAndNewServers() {
        assertThat(Trouble.code(new JedisDataException("ERR Error running script (call to f_1): @user_script:12:"
                        + " WRONGTYPE Operation against a key holding the wrong kind of value")))
                .isEqualTo("WRONGTYPE");
        assertThat(Trouble.code(new JedisDataException("OOM command not allowed script: 1, on @user_script:3.")))
                .isEqualTo("OOM");
        assertThat(Trouble.code(new JedisDataException("BUSYGROUP Consumer Group name already exists")))
                .isEmpty();
        assertThat(Trouble.oneLine("a\r\n\tb\u0007\u2028c 🖼🖼", 7)).isEqualTo("a b c ");
    }
}
