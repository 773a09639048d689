package imgurcaravan.redisstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import imgurcaravan.testing.LogLines;
import imgurcaravan.testing.RedisCommand;
import imgurcaravan.testing.RedisProcess;
import imgurcaravan.testing.TestCertificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.X509TrustManager;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import redis.clients.jedis.Jedis;

/** The kinds of servers, versions and connections. */
class ServersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    static final List<Named<Supplier<RedisCommand>>> SERVERS = List.of(
            Named.of("Redis 6.2", RedisProcess::bundled),
            Named.of("installed Redis", RedisProcess::installed),
            Named.of("installed Valkey", RedisProcess::valkey));

    @ParameterizedTest
    @FieldSource("SERVERS")
    void everyVersionWorks(Supplier<RedisCommand> server) throws Exception {
        try (RedisProcess redis = server.get().start();
                LogLines log = new LogLines();
                Worker worker = new Worker(redis.url())) {
            worker.consumerOptions("&maxDeliveries=2").doing(exchange -> {
                String text = exchange.getMessage().getBody(String.class);
                long deliveries = exchange.getMessage().getHeader(RedisStreamsConstants.DELIVERIES, Long.class);
                if (text.equals("bad") || text.equals("once bad") && deliveries == 1) {
                    throw new IllegalStateException("cannot be done");
                }
            });
            worker.start();

            worker.add("good");
            worker.add("bad");
            worker.add("once bad");
            for (int i = 0; i < 20; i++) {
                worker.add("good " + i);
            }

            await().atMost(PATIENCE).until(() -> worker.results().containsAll(worker.sent()));
            assertThat(worker.seen())
                    .containsKeys("good", "once bad", "good 19")
                    .doesNotContainKey("bad");
            try (Jedis client = redis.client()) {
                assertThat(client.xlen(Worker.STREAM)).isZero();
                assertThat(client.xrange("{" + Worker.STREAM + "}:dead", "-", "+"))
                        .singleElement()
                        .satisfies(letter -> assertThat(letter.getFields())
                                .containsEntry("body", "bad")
                                .containsEntry("reason", "cannot be done")
                                .containsEntry("deliveries", "2"));
            }
            assertThat(log.with("; retrying")).isEmpty();
        }
    }

    @ParameterizedTest
    @FieldSource("SERVERS")
    void tlsConnectsToATrustedServer(Supplier<RedisCommand> server) throws Exception {
        try (RedisProcess redis = server.get().tls().password("pass").start();
                Worker worker = new Worker(redis.url("", "pass"))) {
            worker.component().setSslContextParameters(trusting());
            worker.start();

            worker.add("secret");

            await().atMost(PATIENCE).until(() -> worker.results().contains("secret"));
        }
    }

    @Test
    void aCertificateThatIsNotTrustedIsAnOutage() throws Exception {
        try (RedisProcess redis = RedisProcess.bundled().tls().start();
                LogLines log = new LogLines();
                Worker worker = new Worker(redis.url())) {
            worker.component().setSslContextParameters(trustingNobody());
            worker.withoutProducer().start();

            await().atMost(PATIENCE).until(() -> !log.with("; retrying").isEmpty());

            assertThat(log.with("; retrying")).singleElement().asString().contains(redis.address(), "TLS");
        }
    }

    @ParameterizedTest
    @FieldSource("SERVERS")
    void aClusterWorks(Supplier<RedisCommand> server) throws Exception {
        try (RedisProcess redis = server.get().cluster().start();
                Worker worker = new Worker("redis-cluster://" + redis.address())) {
            worker.start();

            worker.add("clustered");

            await().atMost(PATIENCE).until(() -> worker.results().contains("clustered"));
            try (Jedis client = redis.client()) {
                assertThat(client.clusterKeySlot(Worker.STREAM))
                        .isEqualTo(client.clusterKeySlot("{" + Worker.STREAM + "}:results"));
            }
        }
    }

    @Test
    void aSentinelLeadsToTheNewPrimary() throws Exception {
        try (RedisProcess first = RedisProcess.bundled()
                        .password("pass")
                        .with("masterauth", "pass")
                        .start();
                RedisProcess second = RedisProcess.bundled()
                        .password("pass")
                        .with("masterauth", "pass")
                        .replicaOf(first)
                        .start();
                RedisProcess sentinel =
                        RedisProcess.bundled().sentinelOf("main", first).start();
                Jedis watcher = sentinel.client();
                LogLines log = new LogLines();
                Worker worker = new Worker("redis-sentinel://:pass@" + sentinel.address() + "/main")) {
            await().atMost(PATIENCE).until(() -> watcher.sentinelReplicas("main").stream()
                    .anyMatch(replica -> replica.get("flags").equals("slave")
                            && replica.get("master-link-status").equals("ok")));
            worker.start();
            worker.add("first");
            await().atMost(PATIENCE).until(() -> worker.results().contains("first"));

            first.kill();
            worker.add("second");

            await().atMost(PATIENCE).until(() -> worker.results().contains("second"));
            try (Jedis client = second.client()) {
                assertThat(client.exists(Worker.STREAM)).isTrue();
            }
            await().atMost(PATIENCE).until(() -> log.with("is back after").size() == 1);
            assertThat(log.with("; retrying")).hasSize(1);
        }
    }

    /** Not the default: other tests in the same JVM make that one trust the certificate. */
    private static SSLContextParameters trustingNobody() {
        TrustManagersParameters trusted = new TrustManagersParameters();
        trusted.setTrustManager(new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
                throw new CertificateException("not trusted");
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
                throw new CertificateException("not trusted");
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        });
        SSLContextParameters parameters = new SSLContextParameters();
        parameters.setTrustManagers(trusted);
        return parameters;
    }

    private static SSLContextParameters trusting() {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource("file:" + TestCertificate.trustStore());
        store.setPassword(TestCertificate.password());
        TrustManagersParameters trusted = new TrustManagersParameters();
        trusted.setKeyStore(store);
        SSLContextParameters parameters = new SSLContextParameters();
        parameters.setTrustManagers(trusted);
        return parameters;
    }
}
