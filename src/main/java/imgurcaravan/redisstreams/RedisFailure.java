package imgurcaravan.redisstreams;

import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Why Redis could not do something just now.
 *
 * @param kind what it hinders
 * @param code of the error reply, if it was one; otherwise empty
 * @param words the cause in plain words, without secrets
 */
record RedisFailure(Kind kind, String code, String words) {

    enum Kind {
        /** Nothing can be asked of Redis. */
        UNREACHABLE,
        /** It does not let us in. */
        REFUSED,
        /** It answers, but changes nothing: it is not, or no longer, the one to ask. */
        ASIDE,
        /** It answers, but not to this. */
        UNABLE,
        /** It is too old. */
        TOO_OLD
    }

    private static final int LONGEST = 200;

    /** The code of an error reply; within the text in Redis 6.2 when a script met it. */
    private static final Pattern CODE =
            Pattern.compile("\\b(LOADING|OOM|READONLY|MISCONF|NOAUTH|WRONGPASS|NOPERM|MASTERDOWN"
                    + "|CLUSTERDOWN|BUSY|WRONGTYPE|TRYAGAIN|NOREPLICAS|ASK|MOVED|NOGROUP|UNBLOCKED)\\b");

    private static final Pattern SCRIPT_AFTER = Pattern.compile(" script: \\p{XDigit}+, on @user_script:\\d+\\.?$");

    static RedisFailure of(Throwable thrown) {
        if (thrown instanceof RedisTooOldException) {
            return new RedisFailure(Kind.TOO_OLD, "", thrown.getMessage());
        }
        if (thrown instanceof JedisConnectionException) {
            return new RedisFailure(Kind.UNREACHABLE, "", "cannot be reached (" + cause(thrown) + ")");
        }
        String code = code(thrown);
        String text = oneLine(withoutScript(thrown.getMessage(), code), LONGEST);
        return switch (code) {
            case "LOADING", "MASTERDOWN", "CLUSTERDOWN", "BUSY" ->
                new RedisFailure(Kind.UNREACHABLE, code, "is not ready (" + text + ")");
            case "NOAUTH", "WRONGPASS", "AUTH" ->
                new RedisFailure(Kind.REFUSED, code, "does not accept the user or password (" + text + ")");
            case "READONLY", "UNBLOCKED", "MOVED", "ASK", "TRYAGAIN" ->
                new RedisFailure(Kind.ASIDE, code, "is not the one to ask just now (" + text + ")");
            default -> new RedisFailure(Kind.UNABLE, code, "cannot do it (" + text + ")");
        };
    }

    /** An error reply without the script that met it, which is named before the code or, since Redis 7, after the text. */
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
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
            tls |= cause instanceof SSLException;
        }
        String text = oneLine(cause.getMessage(), LONGEST);
        if (cause instanceof UnknownHostException) {
            return "unknown host " + text;
        }
        if (cause instanceof SocketTimeoutException) {
            return "no answer in time";
        }
        String words = text.isEmpty() ? cause.getClass().getSimpleName() : text;
        return tls ? "TLS: " + words : words;
    }

    /** The text without line breaks or other control characters, cut to a length. */
    static String oneLine(String text, int longest) {
        if (text == null) {
            return "";
        }
        String line = text.substring(0, Math.min(text.length(), 4 * longest))
                .replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}\\s]+", " ")
                .strip();
        if (line.length() <= longest) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(longest - 1)) ? longest - 1 : longest;
        return line.substring(0, end);
    }
}
