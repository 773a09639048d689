package imgurcaravan.soak;

import imgurcaravan.testing.Reply;
import imgurcaravan.testing.Request;
import imgurcaravan.testing.Samples;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Responds badly to a third of all requests.
 *
 * <p>The response depends on the seed, on the path and on the number of earlier requests for that path, so it does not
 * depend on the order in which requests for different paths arrive. Thread-safe.
 */
final class Hostility {

    private static final int ONE_IN = 3;
    private static final String JSON = "application/json";
    private static final String HTML = new String(Samples.html(), StandardCharsets.UTF_8);
    private static final byte[] CUT_JSON =
            "{\"data\":[{\"id\":\"i000001\",\"title\":\"A cara".getBytes(StandardCharsets.UTF_8);

    private final long seed;
    private final AtomicLong closedUntil = new AtomicLong();
    private final AtomicLong apiClosedUntil = new AtomicLong();
    private final AtomicInteger early = new AtomicInteger();
    private final AtomicInteger apiEarly = new AtomicInteger();
    private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> apiResponses = new ConcurrentHashMap<>();

    Hostility(long seed) {
        this.seed = seed;
    }

    /** Responds to a request for an image, according to its fate or worse. */
    Reply image(ListedImage image) {
        if (System.currentTimeMillis() < closedUntil.get()) {
            early.incrementAndGet();
        }
        SplittableRandom random = random(image.id(), image.requests());
        ImageResponse response = image.fate().response();
        if (random.nextInt(ONE_IN) == 0) {
            response = ImageResponse.HOSTILE.get(random.nextInt(ImageResponse.HOSTILE.size()));
        }
        image.give(response);
        return reply(response, image, random);
    }

    private Reply reply(ImageResponse response, ListedImage image, SplittableRandom random) {
        return switch (response) {
            case REMOVED -> Reply.redirect(302, "/removed.png");
            case NOT_FOUND -> Reply.html(404, "<html><body>404</body></html>");
            case TOO_MANY_REQUESTS -> tooManyRequests(random);
            case OVER_CAPACITY -> Reply.html(503, HTML).with("Retry-After", "0");
            case SERVER_ERROR -> Reply.html(random.nextBoolean() ? 500 : 502, "<html><body>Oops</body></html>");
            case HTML -> Reply.html(200, HTML);
            case EMPTY -> Reply.empty(200);
            default -> body(response, image, random);
        };
    }

    private static Reply body(ImageResponse response, ListedImage image, SplittableRandom random) {
        String mime = image.mime();
        byte[] bytes = image.bytes();
        int sent = random.nextInt(1, bytes.length);
        Reply reply =
                switch (response) {
                    case RESET -> Reply.resetAfter(mime, bytes, sent);
                    case TRUNCATED -> Reply.truncated(mime, bytes, sent);
                    case TRUNCATED_CHUNKED -> Reply.cutChunked(mime, bytes, sent);
                    case TRUNCATED_WITHOUT_LENGTH -> Reply.closeDelimited(mime, Arrays.copyOf(bytes, sent));
                    case STALL -> random.nextInt(4) == 0 ? Reply.noResponse() : Reply.stall(mime, bytes, sent);
                    default -> Reply.bytes(200, mime, bytes);
                };
        return reply.with("ETag", "\"" + Samples.md5(bytes) + "\"");
    }

    private Reply tooManyRequests(SplittableRandom random) {
        Reply reply = Reply.html(429, HTML);
        int seconds = random.nextInt(1, 4);
        Instant until = Instant.now().plusSeconds(seconds).truncatedTo(ChronoUnit.SECONDS);
        int kind = random.nextInt(3);
        if (kind == 2) {
            return reply;
        }
        closedUntil.accumulateAndGet(until.toEpochMilli(), Math::max);
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(until.atOffset(ZoneOffset.UTC));
        return reply.with("Retry-After", kind == 0 ? Integer.toString(seconds) : date);
    }

    /** The hostile response of the API; null if the normal one is to be sent. */
    Reply api(Request request) {
        if (System.currentTimeMillis() < apiClosedUntil.get()) {
            apiEarly.incrementAndGet();
        }
        int before = requests.computeIfAbsent(request.path(), path -> new AtomicInteger())
                .getAndIncrement();
        SplittableRandom random = random(request.path(), before);
        if (random.nextInt(ONE_IN) != 0) {
            count("true");
            return null;
        }
        return switch (random.nextInt(11)) {
            case 0 -> limited(named("429 with UserReset", json(429, apiError(429, "Rate limit hit"))), random);
            case 1 -> limited(named("429 with UserReset, legacy", json(429, legacyError())), random);
            case 2 -> named("429 without a time", json(429, legacyError()));
            case 3 -> named("403 over capacity", json(403, textError(403, request.path())));
            case 4 -> named("500 over capacity", json(500, textError(500, request.path())));
            case 5 -> named("500", json(500, "{\"data\":\"An error occurred\",\"success\":false,\"status\":500}"));
            case 6 -> named("503 HTML", Reply.html(503, HTML).with("Retry-After", "0"));
            case 7 -> named("200 HTML or empty", random.nextBoolean() ? Reply.html(200, HTML) : Reply.empty(200));
            case 8 -> named("cut JSON", random.nextBoolean() ? Reply.bytes(200, JSON, CUT_JSON) : truncated());
            case 9 -> named("reset", Reply.resetAfter(JSON, CUT_JSON, random.nextInt(CUT_JSON.length)));
            default -> named("stall", random.nextBoolean() ? Reply.noResponse() : Reply.stall(JSON, CUT_JSON, 20));
        };
    }

    private Reply named(String name, Reply reply) {
        count(name);
        return reply;
    }

    private void count(String name) {
        apiResponses.computeIfAbsent(name, key -> new AtomicInteger()).incrementAndGet();
    }

    /** The number of API responses of each kind. */
    Map<String, Integer> apiResponses() {
        Map<String, Integer> counts = new TreeMap<>();
        apiResponses.forEach((name, count) -> counts.put(name, count.get()));
        return counts;
    }

    /** GETs of images that arrived before the time that the image host had named. */
    int early() {
        return early.get();
    }

    /** API requests that arrived before the time that the API had named. */
    int apiEarly() {
        return apiEarly.get();
    }

    private static Reply json(int status, String json) {
        return Reply.json(status, json);
    }

    private static Reply truncated() {
        return Reply.truncated(JSON, CUT_JSON, CUT_JSON.length / 2);
    }

    private Reply limited(Reply reply, SplittableRandom random) {
        long reset = Instant.now().getEpochSecond() + random.nextInt(2, 6);
        apiClosedUntil.accumulateAndGet(1_000 * reset, Math::max);
        return reply.with("X-RateLimit-UserLimit", "500")
                .with("X-RateLimit-UserRemaining", "0")
                .with("X-RateLimit-UserReset", Long.toString(reset));
    }

    private static String textError(int status, String path) {
        return "{\"data\":{\"error\":\"Imgur is temporarily over capacity. Please try again later.\",\"request\":\""
                + path + "\",\"method\":\"GET\"},\"success\":false,\"status\":" + status + "}";
    }

    private static String apiError(int code, String message) {
        return "{\"data\":{\"error\":{\"code\":" + code + ",\"message\":\"" + message
                + "\",\"type\":\"ImgurException\",\"exception\":[]}},\"success\":false,\"status\":400}";
    }

    private static String legacyError() {
        return "{\"errors\":[{\"id\":\"legacy-api-7d9f\",\"code\":\"429\",\"status\":\"Too Many Requests\","
                + "\"detail\":\"You are exceeding your rate limit\"}]}";
    }

    private SplittableRandom random(String what, int time) {
        return new SplittableRandom(seed * 1_000_003 + what.hashCode() * 31L + time);
    }
}
