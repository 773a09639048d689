package imgurcaravan.image;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * Makes what a server sent safe for the name of a file, on every system that the file may be copied to.
 *
 * <p>The rules are those of Windows, which has most: <a
 * href="https://learn.microsoft.com/windows/win32/fileio/naming-a-file">Naming Files, Paths, and Namespaces</a>. The
 * length is that of Linux, where a name has at most 255 bytes.
 */
final class SafeName {

    /** The most bytes that a file system takes for one part of a path. */
    static final int MOST_BYTES = 255;

    private static final Pattern BLANKS = Pattern.compile(" {2,}");
    /** A dot would hide the file, a dash make it an option of a command, a tilde the folder of somebody. */
    private static final Pattern START = Pattern.compile("^[ .~-]+");
    /** Windows drops these. */
    private static final Pattern END = Pattern.compile("[ .]+$");

    private static final Pattern DEVICE =
            Pattern.compile("(?i)(CON|PRN|AUX|NUL|CONIN\\$|CONOUT\\$|(COM|LPT)[0-9\u00b9\u00b2\u00b3]) *(\\..*)?");

    private final Charset charset;

    /** @param charset what the system can write file names in */
    SafeName(Charset charset) {
        this.charset = charset;
    }

    /** For the file names of this system: on Unix what the locale says, Unicode elsewhere. */
    static SafeName ofThisSystem() {
        String encoding = System.getProperty("sun.jnu.encoding");
        boolean unicode = File.separatorChar != '/' || encoding == null;
        return new SafeName(unicode ? StandardCharsets.UTF_8 : Charset.forName(encoding));
    }

    /** Whether any text can be in a name, not just that of some languages. */
    boolean isUnicode() {
        return charset.newEncoder().canEncode("\ud83d\udc2a");
    }

    /**
     * A text as a part of a file name: one line, with no separator or other character that means something to a file
     * system, a shell or Camel; empty where nothing is left of it.
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

    /** Format characters can turn a name around, or make two names look the same. */
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

    /** The beginning of a text, at most so many bytes of UTF-8 long, with no character in half. */
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

    /** Without the blanks and dots at its end, so that {@code .} and {@code ..} become nothing. */
    static String trimmed(String name) {
        return END.matcher(name).replaceFirst("");
    }

    /** A name that is no device of Windows, with or without an extension. */
    static String noDevice(String name) {
        return DEVICE.matcher(name).matches() ? "_" + name : name;
    }
}
