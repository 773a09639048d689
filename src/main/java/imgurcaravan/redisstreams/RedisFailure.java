package imgurcaravan.redisstreams;

import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Why a request to Redis failed.
 *
 * @param effect how much it affects
 * @param code of the error reply, if it was one; otherwise empty
 * @param words the cause in plain words, without secrets
 */
record RedisFailure(Effect effect, String code, String words) {

    enum Effect {
        /** Redis cannot be used at all. */
        UNREACHABLE,
        /** It rejects our credentials. */
        REFUSED,
        /** It responds, but is not, or no longer, the server to write to. */
        NOT_PRIMARY,
        /** It rejects this request. */
        REJECTED,
        /** It is too old. */
        TOO_OLD
    }

    private static final int LONGEST = 200;

    /** The code of an error reply; inside the text in Redis 6.2 when it occurred in a script. */
    private static final Pattern CODE =
            Pattern.compile("\\b(LOADING|OOM|READONLY|MISCONF|NOAUTH|WRONGPASS|NOPERM|MASTERDOWN"
                    + "|CLUSTERDOWN|BUSY|WRONGTYPE|TRYAGAIN|NOREPLICAS|ASK|MOVED|NOGROUP|UNBLOCKED)\\b");

    private static final Pattern SCRIPT_AFTER = Pattern.compile(" script: \\p{XDigit}+, on @user_script:\\d+\\.?$");

    static RedisFailure of(Throwable thrown) {
        if (thrown instanceof RedisTooOldException) {
            return new RedisFailure(Effect.TOO_OLD, "", thrown.getMessage());
        }
        if (thrown instanceof JedisConnectionException) {
            return new RedisFailure(Effect.UNREACHABLE, "", "cannot be reached (" + cause(thrown) + ")");
        }
        String code = code(thrown);
        String text = oneLine(withoutScript(thrown.getMessage(), code), LONGEST);
        return switch (code) {
            case "LOADING", "MASTERDOWN", "CLUSTERDOWN", "BUSY" ->
                new RedisFailure(Effect.UNREACHABLE, code, "is not ready (" + text + ")");
            case "NOAUTH", "WRONGPASS", "AUTH" ->
                new RedisFailure(Effect.REFUSED, code, "does not accept the user or password (" + text + ")");
            case "READONLY", "UNBLOCKED", "MOVED", "ASK", "TRYAGAIN" ->
                new RedisFailure(Effect.NOT_PRIMARY, code, "cannot serve this request just now (" + text + ")");
            default -> new RedisFailure(Effect.REJECTED, code, "rejects the request (" + text + ")");
        };
    }

    /** An error reply without the name of its script, which is before the code or, since Redis 7, after the text. */
    private static String withoutScript(String text, String code) {
        int start = text == null ? -1 : text.indexOf(code);
        return start < 0 ? text : SCRIPT_AFTER.matcher(text.substring(start)).replaceFirst("");
    }

    /** The code of an error reply, or an empty text. */
    static String code(Throwable thrown) {
        if (!(thrown instanceof JedisDataException) || thrown.getMessage() == null) {
            return "";
        }
        String text = thrown.getMessage();
        if (text.startsWith("ERR AUTH ") || text.startsWith("ERR invalid password")) {
            return "AUTH";
        }
        Matcher code = CODE.matcher(text);
        return code.find() ? code.group(1) : "";
    }

    private static String cause(Throwable thrown) {
        Throwable cause = thrown;
        boolean tls = false;
        for (Throwable next = cause; next != null; next = next(cause)) {
            cause = next;
            tls |= cause instanceof SSLException;
        }
        String text = oneLine(cause.getMessage(), LONGEST);
        if (cause instanceof UnknownHostException) {
            return "unknown host " + text;
        }
        if (cause instanceof SocketTimeoutException) {
            return "no response in time";
        }
        String words = text.isEmpty() ? cause.getClass().getSimpleName() : text;
        return tls ? "TLS: " + words : words;
    }

    /** Jedis suppresses the failure of each address that it tried. */
    private static Throwable next(Throwable thrown) {
        Throwable[] suppressed = thrown.getSuppressed();
        return thrown.getCause() != null || suppressed.length == 0 ? thrown.getCause() : suppressed[0];
    }

    /** The text without line breaks or other control characters, cut to a length. */
    static String oneLine(String text, int longest) {
        if (text == null) {
            return "";
        }
        String line = text.substring(0, Math.min(text.length(), 4 * longest))
                .replaceAll("[\\p{C}\\p{Zl}\\p{Zp}\\s]+", " ")
                .strip();
        if (line.length() <= longest) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(longest - 1)) ? longest - 1 : longest;
        return line.substring(0, end);
    }
}
