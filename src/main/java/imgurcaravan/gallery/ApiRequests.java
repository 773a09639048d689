package imgurcaravan.gallery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import imgurcaravan.http.RateLimitGates;
import imgurcaravan.http.RateLimitHeaders;
import imgurcaravan.http.RateLimitedException;
import imgurcaravan.http.TransferDeadlines;
import imgurcaravan.run.Settings;
import imgurcaravan.state.ApiBudget;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * The steps of the route {@code imgur-api} around its request: decide when it may be made, and what its response means.
 */
public final class ApiRequests {

    /** A page of the gallery is below 1 MB; a long album is below 2 MB. */
    public static final long MAX_BYTES = 8_000_000;

    /** Reads responses of the API within limits; the data format {@code json} of the routes uses it. */
    public static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(MAX_BYTES)
                            .maxTokenCount(500_000)
                            .maxStringLength(1_000_000)
                            .maxNestingDepth(50)
                            .maxNumberLength(100)
                            .build())
                    .build())
            .build();

    /** Exchange property: the {@code ETag} of the last response. */
    static final String ETAG = "imgurETag";

    private static final String RESPONSE = "imgurApiResponse";
    private static final String LIMITS = "imgurApiLimits";
    private static final String STATUS = "imgurApiStatus";
    private static final String BODY = "imgurApiBody";

    private final Settings settings;
    private final RateLimitGates gates;
    private final ApiBudget budget;

    public ApiRequests(Settings settings, RateLimitGates gates, ApiBudget budget) {
        this.settings = settings;
        this.gates = gates;
        this.budget = budget;
    }

    /**
     * Waits until the API may be called, counts the request and prepares it: the body is the path, query included.
     *
     * @throws InterruptedIOException if the process is stopping
     */
    public void prepare(Exchange exchange) throws InterruptedIOException {
        gates.awaitApi();
        Optional<Instant> later = budget.take();
        while (later.isPresent()) {
            String reason = "imgur.api.daily-requests=" + settings.api().dailyRequests() + " leave none for now";
            gates.api().close(later.get(), reason);
            gates.awaitApi();
            later = budget.take();
        }
        Message message = exchange.getMessage();
        message.setHeader(Exchange.HTTP_URI, settings.api().url() + message.getBody(String.class));
        message.setBody(null);
    }

    /** Keeps the headers that matter, and limits the body before it is parsed. */
    public void receive(Exchange exchange) {
        Message message = exchange.getMessage();
        RateLimitHeaders limits = RateLimitHeaders.of(message, Instant.now());
        budget.note(limits);
        exchange.setProperty(LIMITS, limits);
        exchange.setProperty(STATUS, message.getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class));
        exchange.setProperty(ETAG, message.getHeader("ETag", String.class));
        ResponseBody body =
                new ResponseBody(message.getBody(InputStream.class), MAX_BYTES, TransferDeadlines.of(exchange));
        exchange.setProperty(BODY, body);
        message.removeHeaders("*");
        message.setBody(body);
    }

    /** Decides what the response means; the body has been parsed by now, unless it is not JSON. */
    public ApiResponse classify(Exchange exchange) throws IOException {
        RateLimitHeaders limits = exchange.getProperty(LIMITS, RateLimitHeaders.class);
        int status = exchange.getProperty(STATUS, Integer.class);
        ResponseBody body = (ResponseBody) exchange.removeProperty(BODY);
        Object read = exchange.getMessage().getBody();
        ApiResponse response = ApiResponse.of(status, limits.retryAt() != null, read, body);
        if (response.kind() == ApiResponse.Kind.DATA || response.kind() == ApiResponse.Kind.NOT_MODIFIED) {
            gates.api().passed();
            if (limits.userRemaining() == 0 && limits.userReset() != null) {
                gates.api().close(limits.userReset(), "the API allows no more requests for now");
            }
        }
        return response;
    }

    /**
     * Holds all API requests until the time that the response names, or for a growing back-off.
     *
     * @throws RateLimitedException always: the request has to be retried
     */
    public void limit(Exchange exchange) throws RateLimitedException {
        RateLimitHeaders limits = exchange.getProperty(LIMITS, RateLimitHeaders.class);
        ApiResponse response = exchange.getProperty(RESPONSE, ApiResponse.class);
        boolean tooMany = exchange.getProperty(STATUS, Integer.class) == 429
                || !RateLimitHeaders.isOverCapacity(response.reason());
        String reason = settings.secrets().mask(response.reason());
        gates.api().close(limits.opening(tooMany), reason);
        throw new RateLimitedException(reason);
    }
}
