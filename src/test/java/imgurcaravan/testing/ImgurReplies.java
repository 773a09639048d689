package imgurcaravan.testing;

import imgurcaravan.demo.ImgurJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** The responses of Imgur's API and image host, with the headers that the real ones send. */
final class ImgurReplies {

    private ImgurReplies() {}

    /** An image, with its MD5 as the entity tag. */
    static Reply image(String mime, byte[] bytes) {
        return Reply.bytes(200, mime, bytes)
                .with("ETag", "\"" + Samples.md5(bytes) + "\"")
                .with("Last-Modified", "Thu, 09 Oct 2025 08:53:20 GMT")
                .with("Accept-Ranges", "bytes")
                .with("Cache-Control", "public, max-age=31536000");
    }

    /** What was requested, or 304 when the client has it. */
    static Reply success(Object data, int creditsLeft, Request request) {
        String json = ImgurJson.success(data);
        String tag = "\"" + Samples.md5(json.getBytes(StandardCharsets.UTF_8)) + "\"";
        boolean known = tag.equals(request.header("if-none-match"));
        return limits((known ? Reply.empty(304) : Reply.json(200, json)).with("ETag", tag), creditsLeft);
    }

    /** A 404 of the API. */
    static Reply missing(int creditsLeft, Request request) {
        return limits(failure(404, "Unable to find " + request.path(), request), creditsLeft);
    }

    /** An error in the most common of the API's shapes. */
    static Reply failure(int status, String error, Request request) {
        Object data = ImgurJson.object("error", error, "request", request.path(), "method", request.method());
        return Reply.json(status, ImgurJson.write(ImgurJson.object("data", data, "success", false, "status", status)));
    }

    private static Reply limits(Reply reply, int creditsLeft) {
        long reset = Instant.now().getEpochSecond() + 3_600;
        return reply.with("X-RateLimit-UserLimit", "500")
                .with("X-RateLimit-UserRemaining", Integer.toString(Math.min(500, creditsLeft)))
                .with("X-RateLimit-UserReset", Long.toString(reset))
                .with("X-RateLimit-ClientLimit", "12500")
                .with("X-RateLimit-ClientRemaining", Integer.toString(creditsLeft));
    }
}
