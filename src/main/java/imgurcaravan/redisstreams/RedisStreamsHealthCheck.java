package imgurcaravan.redisstreams;

import java.util.Map;
import java.util.Optional;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Tells whether a consumer can use Redis; without secrets. */
final class RedisStreamsHealthCheck implements HealthCheck {

    private final RedisStreamsConsumer consumer;
    private volatile boolean enabled = true;

    RedisStreamsHealthCheck(RedisStreamsConsumer consumer) {
        this.consumer = consumer;
    }

    @Override
    public Result call(Map<String, Object> options) {
        HealthCheckResultBuilder builder = HealthCheckResultBuilder.on(this);
        Map<String, Object> figures = consumer.getEndpoint().figures();
        if (figures != null) {
            builder.details(figures);
        }
        Optional<String> trouble = consumer.queue().outages().current(consumer.doings());
        if (trouble.isPresent()) {
            return builder.message(trouble.get()).down().build();
        }
        return figures == null
                ? builder.message("Redis at " + consumer.queue().redis().address() + " does not answer")
                        .down()
                        .build()
                : builder.up().build();
    }

    @Override
    public String getId() {
        return "redis-streams-" + consumer.getRouteId();
    }

    @Override
    public String getGroup() {
        return "camel";
    }

    @Override
    public boolean isEnabled() {
        return enabled;
    }

    @Override
    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }
}
