package imgurcaravan.soak;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The lines of a log, grouped by their text without ids, addresses and numbers. */
final class LogShapes {

    /** How many lines have a shape, and the first of them. */
    record Group(int count, String example) {}

    private static final Pattern TIME = Pattern.compile("^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} ");
    private static final Pattern URL = Pattern.compile("https?://[\\w.:/-]*\\w");
    private static final Pattern ID = Pattern.compile("\\b[ai]\\d{6}\\b");
    private static final Pattern SIZE = Pattern.compile("\\b[\\d.]+ (?:[kMG]?B)\\b");
    private static final Pattern NUMBER = Pattern.compile("(?<!responded )\\b\\d+(?:[.,:]\\d+)*");

    /** Stack traces, class names and lines that none of our loggers wrote. */
    private static final Pattern NOISE = Pattern.compile("^(?!" + TIME.pattern().substring(1)
            + ")|^\\s+at |Caused by|\\b\\w+(?:Exception|Error)\\b|\\b(?:org|java|javax)\\.\\w|Camel|\\bnull\\b");

    private static final Pattern TRACE = Pattern.compile("^\\s+(?:at |\\.\\.\\. \\d+ more)");

    private LogShapes() {}

    static String shape(String line) {
        if (TRACE.matcher(line).find()) {
            return "    at … (stack traces)";
        }
        String shape = TIME.matcher(line).replaceFirst("");
        shape = URL.matcher(shape).replaceAll("<url>");
        shape = ID.matcher(shape).replaceAll("<id>");
        shape = SIZE.matcher(shape).replaceAll("<size>");
        return NUMBER.matcher(shape).replaceAll("N");
    }

    /** The groups by shape, in the order in which they first came. */
    static Map<String, Group> of(List<String> lines) {
        Map<String, Group> groups = new LinkedHashMap<>();
        for (String line : lines) {
            groups.merge(shape(line), new Group(1, line), (old, one) -> new Group(old.count() + 1, old.example()));
        }
        return groups;
    }

    /** Whether a line should not appear in a log for people. */
    static boolean isNoise(String line) {
        return NOISE.matcher(line).find();
    }
}
