package imgurcaravan.redisstreams;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLSocketFactory;
import org.apache.camel.Endpoint;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.apache.camel.support.jsse.SSLContextParameters;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;

/** Work queues on Redis Streams with consumer groups; its options are the address of Redis and the credentials. */
@Component("redis-streams")
public class RedisStreamsComponent extends HealthCheckComponent implements SSLContextParametersAware {

    private final ReentrantLock access = new ReentrantLock();
    private final Map<Keys, WorkQueue> queues = new HashMap<>();
    private Redis redis;

    @Metadata(
            label = "security",
            security = "secret",
            defaultValue = "redis://localhost:6379",
            description = "Where Redis is: redis://host:port/database,"
                    + " redis-sentinel://host:port,host:port/master/database or redis-cluster://host:port,host:port; with"
                    + " rediss instead of redis for TLS. Port and database are optional. user:password and an at sign may"
                    + " precede the first host, with special characters percent-encoded.")
    private String url = "redis://localhost:6379";

    @Metadata(
            label = "security",
            security = "secret",
            description = "User to log in as, if not the default user; overrides the one in the url.")
    private String username;

    @Metadata(
            label = "security",
            security = "secret",
            description = "Password to log in with; overrides the one in the url.")
    private String password;

    @Metadata(
            label = "advanced",
            defaultValue = "2000",
            javaType = "java.time.Duration",
            description = "How long to wait for a connection; at least 1 ms.")
    private long connectTimeout = 2000;

    @Metadata(
            label = "advanced",
            defaultValue = "2000",
            javaType = "java.time.Duration",
            description = "How long to wait for a response, beyond the time for which a command blocks; at least 1 ms.")
    private long socketTimeout = 2000;

    @Metadata(label = "security", description = "TLS settings, for a url with rediss.")
    private SSLContextParameters sslContextParameters;

    @Metadata(
            label = "security",
            defaultValue = "false",
            description = "Enable usage of global SSL context parameters.")
    private boolean useGlobalSslContextParameters;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        RedisStreamsConfiguration configuration = new RedisStreamsConfiguration();
        configuration.setStream(remaining);
        RedisStreamsEndpoint endpoint = new RedisStreamsEndpoint(uri, this, configuration);
        setProperties(endpoint, parameters);
        configuration.check();
        return endpoint;
    }

    /** The queue with these keys; opens no connection yet. */
    @SuppressWarnings("deprecation") // The new way takes key stores only, not the socket factory that Camel makes.
    WorkQueue queue(Keys keys) {
        access.lock();
        try {
            if (redis == null) {
                RedisAddress address = RedisAddress.parse(url);
                SSLSocketFactory tls = address.tls() ? socketFactory() : null;
                redis = new Redis(address, () -> DefaultJedisClientConfig.builder()
                        .connectionTimeoutMillis(Math.toIntExact(connectTimeout))
                        .socketTimeoutMillis(Math.toIntExact(socketTimeout))
                        .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                        .user(username != null ? username : address.user())
                        .password(password != null ? password : address.password())
                        .ssl(address.tls())
                        .sslSocketFactory(tls));
            }
            Redis shared = redis;
            shared.checkSlots(keys);
            return queues.computeIfAbsent(keys, all -> new WorkQueue(all, new RedisPool(shared, all.stream())));
        } finally {
            access.unlock();
        }
    }

    private SSLSocketFactory socketFactory() {
        SSLContextParameters parameters =
                sslContextParameters != null ? sslContextParameters : retrieveGlobalSslContextParameters();
        if (parameters == null) {
            return (SSLSocketFactory) SSLSocketFactory.getDefault();
        }
        try {
            return parameters.createSSLContext(getCamelContext()).getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("The sslContextParameters cannot be used: " + e.getMessage(), e);
        }
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        access.lock();
        try {
            queues.values().forEach(WorkQueue::close);
            queues.clear();
            redis = null;
        } finally {
            access.unlock();
        }
    }

    public String getUrl() {
        return url;
    }

    public void setUrl(String url) {
        this.url = url;
    }

    public String getUsername() {
        return username;
    }

    public void setUsername(String username) {
        this.username = username == null || username.isEmpty() ? null : username;
    }

    public String getPassword() {
        return password;
    }

    public void setPassword(String password) {
        this.password = password == null || password.isEmpty() ? null : password;
    }

    public long getConnectTimeout() {
        return connectTimeout;
    }

    public void setConnectTimeout(long connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public long getSocketTimeout() {
        return socketTimeout;
    }

    public void setSocketTimeout(long socketTimeout) {
        this.socketTimeout = socketTimeout;
    }

    public SSLContextParameters getSslContextParameters() {
        return sslContextParameters;
    }

    public void setSslContextParameters(SSLContextParameters sslContextParameters) {
        this.sslContextParameters = sslContextParameters;
    }

    @Override
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }
}
