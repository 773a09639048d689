package imgurcaravan.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.RedirectException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** Describes a failure in one short line, for people who read the log. */
public final class FailureReasons {

    private static final Pattern LENGTHS = Pattern.compile("expected: ([\\d,.]+); received: ([\\d,.]+)");
    /** Control characters, those that change the direction of a text, those that nobody sees, and lone surrogates. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

    private static final int SHOWN = 300;
    private static final int MAX_CAUSES = 10;

    private FailureReasons() {}

    /** The reason of a failure, in printable characters, without a stack trace. */
    public static String of(Throwable thrown) {
        return of(thrown, MAX_CAUSES);
    }

    private static String of(Throwable thrown, int causes) {
        if (thrown instanceof HostRefusedException || thrown instanceof TransferTimeoutException) {
            return printable(thrown.getMessage());
        }
        if (thrown instanceof RedirectException) {
            return "more than " + HttpClients.MAX_REDIRECTS + " redirects";
        }
        if (thrown instanceof ClientProtocolException && thrown.getCause() != null && causes > 0) {
            return of(thrown.getCause(), causes - 1);
        }
        if (thrown instanceof UnknownHostException) {
            return "host not found: " + printable(thrown.getMessage());
        }
        if (thrown instanceof SocketTimeoutException) {
            String message = String.valueOf(thrown.getMessage());
            boolean plain = message.equals("Read timed out");
            return "the server timed out" + (plain ? "" : ": " + printable(message));
        }
        if (thrown instanceof ConnectException) {
            return "no connection: " + printable(thrown.getMessage());
        }
        if (thrown instanceof SocketException) {
            return "the connection broke: " + printable(thrown.getMessage());
        }
        if (thrown instanceof SSLException) {
            return "no secure connection: " + printable(thrown.getMessage());
        }
        if (thrown instanceof NoHttpResponseException || thrown instanceof ConnectionClosedException) {
            return "the server closed the connection" + howFar(String.valueOf(thrown.getMessage()));
        }
        boolean ours = thrown.getClass().getName().startsWith("imgurcaravan.");
        if (ours && thrown.getMessage() != null) {
            return printable(thrown.getMessage());
        }
        String name = thrown.getClass().getSimpleName();
        String message = thrown.getMessage() == null ? name : name + ": " + thrown.getMessage();
        boolean withCause = !(thrown instanceof IOException) && thrown.getCause() != null && causes > 0;
        return printable(withCause ? message + ": " + of(thrown.getCause(), causes - 1) : message);
    }

    /** The HTTP client reports how much of a body of known length was received, in its own wording. */
    private static String howFar(String message) {
        Matcher lengths = LENGTHS.matcher(message);
        if (lengths.find()) {
            return ": %s of %s bytes received".formatted(plain(lengths.group(2)), plain(lengths.group(1)));
        }
        return message.startsWith("Premature end of chunk") ? " in the middle of the body" : ": " + printable(message);
    }

    private static String plain(String number) {
        return number.replaceAll("\\D", "");
    }

    /** The first line of an external text, without control characters, truncated to 300 characters. */
    public static String printable(String text) {
        if (text == null) {
            return "no reason given";
        }
        String line =
                UNPRINTABLE.matcher(text.strip().lines().findFirst().orElse("")).replaceAll("?");
        if (line.length() <= SHOWN) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN;
        return line.substring(0, end) + "…";
    }

    /**
     * A line whose unprintable characters are written as {@code \}{@code uXXXX}. In JSON they occur only in strings,
     * where that means the same.
     */
    public static String escaped(String line) {
        return UNPRINTABLE.matcher(line).replaceAll(found -> {
            StringBuilder escape = new StringBuilder();
            for (char half : found.group().toCharArray()) {
                escape.append("\\\\u%04x".formatted((int) half));
            }
            return escape.toString();
        });
    }
}
