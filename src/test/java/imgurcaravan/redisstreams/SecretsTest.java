package imgurcaravan.redisstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.LogLines;
import imgurcaravan.testing.RedisProcess;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import org.apache.camel.Exchange;
import org.apache.camel.api.management.JmxSystemPropertyKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The user's password is sent to Redis and appears nowhere else. */
class SecretsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String USER = "hidden-user";
    private static final String PASSWORD = "hidden:p@ss/word%";
    private static final String ENCODED = "hidden:p%40ss%2Fword%25";

    @Test
    void thePasswordIsNeverShown() throws Exception {
        String jmx = System.clearProperty(JmxSystemPropertyKeys.DISABLED);
        try (RedisProcess redis = RedisProcess.bundled()
                        .user(USER, PASSWORD, "~* +@all")
                        .durable()
                        .start();
                LogLines log = new LogLines();
                Worker worker = new Worker(redis.url(USER, ENCODED))) {
            worker.producerOptions("&sendTimeout=1s").start();
            assertThat(worker.add("done").getException()).isNull();
            await().atMost(PATIENCE).until(() -> worker.results().contains("done"));

            List<String> beans = beans();
            assertThat(beans).anyMatch(bean -> bean.contains("redis-streams") && bean.contains("Length=0"));
            assertShowsNoSecret(String.join("\n", beans));
            worker.camel()
                    .getEndpoints()
                    .forEach(endpoint ->
                            assertShowsNoSecret(endpoint.getEndpointUri() + endpoint.getEndpointBaseUri() + endpoint));
            assertShowsNoSecret(worker.component().toString());
            assertShowsNoSecret(RedisAddress.parse(redis.url(USER, ENCODED)).toString());

            redis.kill();
            Exchange failed = worker.add("lost");
            assertShowsNoSecret(stackTrace(failed.getException()));
            redis.restart();
            worker.component().setPassword("wrong-" + PASSWORD);
            assertShowsNoSecret(log.text());
        } finally {
            if (jmx != null) {
                System.setProperty(JmxSystemPropertyKeys.DISABLED, jmx);
            }
        }
    }

    @Test
    void aWrongPasswordIsNotRepeated() throws Exception {
        try (RedisProcess redis =
                        RedisProcess.bundled().user(USER, "right", "~* +@all").start();
                LogLines log = new LogLines();
                Worker worker = new Worker(redis.url(USER, ENCODED))) {
            worker.producerOptions("&sendTimeout=1s").start();

            Exchange refused = worker.add("refused");

            assertThat(refused.getException()).hasMessageContaining("does not accept the user or password");
            assertShowsNoSecret(stackTrace(refused.getException()));
            assertThat(log.with("does not accept the user or password")).isNotEmpty();
            assertShowsNoSecret(log.text());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hidden-user:hidden:p@ss/word%@localhost",
                "http://hidden-user:hidden:p@ss@localhost",
                "redis://hidden-user:hidden:p@ss/word%@localhost",
                "redis://hidden-user:hidden:p%zzss@localhost",
                "redis://hidden-user:hidden:p@localhost:port",
                "redis://hidden-user:hidden:p@ss:99999",
                "redis://hidden-user:hidden:p@localhost/ss/word",
                "redis-sentinel://hidden-user:hidden:p@localhost:26379",
                "redis-cluster://hidden-user:hidden:p@localhost:6379/1",
                "redis://hidden-user:hidden:p"
            })
    void aUrlThatCannotBeUsedIsNotRepeated(String url) {
        try (LogLines log = new LogLines();
                Worker worker = new Worker(url)) {
            Throwable refused = catchThrowable(worker::start);

            assertThat(refused).isNotNull();
            assertThat(stackTrace(refused)).contains("The URL of Redis cannot be used");
            assertShowsNoSecret(stackTrace(refused));
            assertShowsNoSecret(log.text());
        }
    }

    private static void assertShowsNoSecret(String text) {
        assertThat(text).doesNotContain("hidden:").doesNotContain("p@ss").doesNotContain("ss/word");
    }

    private static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    /** Everything that JMX shows of Camel. */
    private static List<String> beans() throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        List<String> beans = new ArrayList<>();
        for (ObjectName name : server.queryNames(new ObjectName("org.apache.camel:*"), null)) {
            StringBuilder bean = new StringBuilder(name.toString());
            for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                if (attribute.isReadable()) {
                    try {
                        bean.append(' ')
                                .append(attribute.getName())
                                .append('=')
                                .append(server.getAttribute(name, attribute.getName()));
                    } catch (RuntimeMBeanException e) {
                        bean.append(e.getTargetException());
                    }
                }
            }
            beans.add(bean.toString());
        }
        return beans;
    }
}
