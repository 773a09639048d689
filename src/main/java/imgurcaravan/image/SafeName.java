package imgurcaravan.image;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * Makes a text from a server safe as a file name, on every system that the file may be copied to.
 *
 * <p>The rules are those of Windows, which has the most: <a
 * href="https://learn.microsoft.com/windows/win32/fileio/naming-a-file">Naming Files, Paths, and Namespaces</a>. The
 * length is that of Linux, where a name has at most 255 bytes.
 */
final class SafeName {

    /** The maximum number of bytes that a file system allows for one part of a path. */
    static final int MOST_BYTES = 255;

    private static final Pattern BLANKS = Pattern.compile(" {2,}");
    /** A dot would hide the file, a dash make it an option of a command, a tilde a home folder. */
    private static final Pattern START = Pattern.compile("^[ .~-]+");
    /** Windows drops these. */
    private static final Pattern END = Pattern.compile("[ .]+$");

    private static final Pattern DEVICE =
            Pattern.compile("(?i)(CON|PRN|AUX|NUL|CONIN\\$|CONOUT\\$|(COM|LPT)[0-9\u00b9\u00b2\u00b3]) *(\\..*)?");

    private final Charset charset;

    /** @param charset the character set of the system's file names */
    SafeName(Charset charset) {
        this.charset = charset;
    }

    /** For the file names of this system: on Unix according to the locale, Unicode elsewhere. */
    static SafeName ofThisSystem() {
        String encoding = System.getProperty("sun.jnu.encoding");
        boolean unicode = File.separatorChar != '/' || encoding == null;
        return new SafeName(unicode ? StandardCharsets.UTF_8 : Charset.forName(encoding));
    }

    /** Whether names can contain any text, not just that of some languages. */
    boolean isUnicode() {
        return charset.newEncoder().canEncode("\ud83d\udc2a");
    }

    /**
     * Turns a text into a part of a file name: one line, without separators or other characters that are special to a
     * file system, a shell or Camel; empty if nothing is left of it.
     *
     * @param text may be null
     */
    String text(String text) {
        if (text == null) {
            return "";
        }
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> append(safe, c));
        String name = Normalizer.normalize(safe, Normalizer.Form.NFC);
        name = BLANKS.matcher(encodable(name)).replaceAll(" ");
        return trimmed(START.matcher(name).replaceFirst(""));
    }

    private static void append(StringBuilder safe, int c) {
        if (Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85) {
            safe.append(' ');
            return;
        }
        switch (c) {
            case '/', '\\', '|', ':' -> safe.append('-');
            case '"' -> safe.append('\'');
            case '{' -> safe.append('(');
            case '}' -> safe.append(')');
            default -> {
                if (!isDropped(c)) {
                    safe.appendCodePoint(c);
                }
            }
        }
    }

    /** Format characters can reverse the direction of a name, or make two names look the same. */
    private static boolean isDropped(int c) {
        int type = Character.getType(c);
        boolean noncharacter = (c & 0xfffe) == 0xfffe || c >= 0xfdd0 && c <= 0xfdef;
        return "?*<>".indexOf(c) >= 0
                || type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || noncharacter;
    }

    private String encodable(String name) {
        if (charset.newEncoder().canEncode(name)) {
            return name;
        }
        StringBuilder shown = new StringBuilder(name.length());
        name.codePoints().forEach(c -> {
            String character = Character.toString(c);
            if (charset.newEncoder().canEncode(character)) {
                shown.append(character);
            } else if (shown.isEmpty() || shown.charAt(shown.length() - 1) != '_') {
                shown.append('_');
            }
        });
        return shown.toString();
    }

    /** The beginning of a text, at most this many bytes of UTF-8 long, without cutting a character in half. */
    static String cut(String text, int mostBytes) {
        int bytes = 0;
        int end = 0;
        while (end < text.length()) {
            int c = text.codePointAt(end);
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            if (bytes > mostBytes) {
                return trimmed(text.substring(0, end));
            }
            end += Character.charCount(c);
        }
        return text;
    }

    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Removes the blanks and dots at the end, so that {@code .} and {@code ..} become empty. */
    static String trimmed(String name) {
        return END.matcher(name).replaceFirst("");
    }

    /** Changes a name that is a Windows device, with or without an extension. */
    static String noDevice(String name) {
        return DEVICE.matcher(name).matches() ? "_" + name : name;
    }
}
