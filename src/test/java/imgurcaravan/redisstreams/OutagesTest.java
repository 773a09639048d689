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
            failed("read", refused);
            failed("add", refused);
            failed("read", new JedisDataException("LOADING Redis is loading the dataset in memory"));
            assertThat(outages.unreachable()).isTrue();
            assertThat(outages.current(List.of("read")))
                    .contains("Redis at redis.example:6379 is not ready (LOADING Redis is loading the dataset in"
                            + " memory)");
            worked("read");
            failed("read", new JedisDataException("NOAUTH Authentication required."));
            worked("other");
            worked("add");
            worked("read");

            assertThat(outages.current(List.of("read", "add"))).isEmpty();
            assertThat(log.lines()).hasSize(2);
            assertThat(log.lines().get(0))
                    .contains("Redis at redis.example:6379 cannot be reached (Connection refused); retrying");
            assertThat(log.lines().get(1)).contains("Redis at redis.example:6379 is back after 0 s");
        }
    }

    @Test
    void whatHindersOneThingOnlyIsAnEpisodeOfItsOwn() {
        try (LogLines log = new LogLines()) {
            failed("add", new JedisDataException("OOM command not allowed"));
            failed("read", refused);
            worked("read");
            worked("read");
            assertThat(outages.unreachable()).isFalse();
            assertThat(outages.current(List.of("read"))).isEmpty();
            assertThat(outages.current(List.of("add"))).isPresent();
            worked("add");

            assertThat(log.with("OOM")).singleElement().asString().contains("add");
            assertThat(log.with("is back")).hasSize(2);
        }
    }

    @Test
    void whatWasTriedBeforeSaysNothingOfTheTimeAfter() {
        try (LogLines log = new LogLines()) {
            long before = System.nanoTime();
            failed("read", refused);
            outages.worked("read", before);
            outages.worked("add", before);
            assertThat(log.lines()).hasSize(1);

            worked("read");
            outages.failed("add", before, refused);
            assertThat(log.lines()).hasSize(2);
            assertThat(outages.unreachable()).isFalse();

            failed("add", refused);
            assertThat(log.lines()).hasSize(3);
        }
    }

    @Test
    void aCallerThatGivesUpIsNotWaitedFor() {
        try (LogLines log = new LogLines()) {
            failed("add", refused);
            outages.gaveUp("add");
            assertThat(outages.unreachable()).isTrue();
            worked("read");

            assertThat(outages.unreachable()).isFalse();
            assertThat(log.lines()).hasSize(2);
        }
    }

    @Test
    void anErrorReplyIsLoggedWithoutTheScript() {
        assertThat(RedisFailure.of(new JedisDataException("ERR Error running script (call to f_1): @user_script:10:"
                                + " @user_script: 10: -OOM command not allowed when used memory > 'maxmemory'."))
                        .words())
                .isEqualTo("rejects the request (OOM command not allowed when used memory > 'maxmemory'.)");
        assertThat(RedisFailure.of(
                                new JedisDataException("READONLY You can't write against a read only replica. script:"
                                        + " 7cc1d3cf14942c17e660c1c969c89a0efda86123, on @user_script:17."))
                        .words())
                .isEqualTo(
                        "cannot serve this request just now (READONLY You can't write against a read only replica.)");
        assertThat(RedisFailure.of(new JedisDataException("ERR something else")).words())
                .isEqualTo("rejects the request (ERR something else)");
    }

    @Test
    void knowsTheCodeOfWhatAScriptMetInOldAndNewServers() {
        assertThat(RedisFailure.code(new JedisDataException("ERR Error running script (call to f_1): @user_script:12:"
                        + " WRONGTYPE Operation against a key holding the wrong kind of value")))
                .isEqualTo("WRONGTYPE");
        assertThat(RedisFailure.code(new JedisDataException("OOM command not allowed script: 1, on @user_script:3.")))
                .isEqualTo("OOM");
        assertThat(RedisFailure.code(new JedisDataException("BUSYGROUP Consumer Group name already exists")))
                .isEmpty();
        assertThat(RedisFailure.oneLine("a\r\n\tb\u0007\u2028c 🖼🖼", 7)).isEqualTo("a b c ");
        assertThat(RedisFailure.oneLine("a\u0085b\u009b31mc\u202ed\u2066e\u200ff", 300))
                .isEqualTo("a b 31mc d e f");
    }

    private void failed(String doing, Exception thrown) {
        outages.failed(doing, System.nanoTime(), thrown);
    }

    private void worked(String doing) {
        outages.worked(doing, System.nanoTime());
    }
}
