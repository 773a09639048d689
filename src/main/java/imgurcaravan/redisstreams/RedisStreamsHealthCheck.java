package imgurcaravan.redisstreams;

import java.util.Map;
import java.util.Optional;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;

/** Reports whether a consumer can use Redis; without secrets. */
final class RedisStreamsHealthCheck implements HealthCheck {

    private final RedisStreamsConsumer consumer;
    private volatile boolean enabled = true;

    RedisStreamsHealthCheck(RedisStreamsConsumer consumer) {
        this.consumer = consumer;
    }

    @Override
    public Result call(Map<String, Object> options) {
        HealthCheckResultBuilder builder = HealthCheckResultBuilder.on(this);
        Map<String, Object> stats = consumer.getEndpoint().stats();
        if (stats != null) {
            builder.details(stats);
        }
        Optional<String> failure = consumer.queue().outages().current(consumer.tasks());
        if (failure.isPresent()) {
            return builder.message(failure.get()).down().build();
        }
        return stats == null
                ? builder.message("Redis at " + consumer.queue().redis().address() + " does not respond")
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
