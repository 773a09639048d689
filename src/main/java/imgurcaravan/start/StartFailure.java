package imgurcaravan.start;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Describes a failed start in one line: the file that it names, and the innermost cause, which has line and column. */
public final class StartFailure {

    private static final Pattern FILE = Pattern.compile("[^\\s\\[\\]():,]*\\.camel\\.yaml");

    private StartFailure() {}

    /** The line for a failure. */
    public static String of(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        Throwable innermost = causes.get(causes.size() - 1);
        String line = oneLine(innermost);
        for (Throwable cause : causes) {
            Matcher file = FILE.matcher(String.valueOf(cause.getMessage()));
            if (file.find() && !line.contains(file.group())) {
                return file.group() + ": " + line;
            }
        }
        return line;
    }

    private static String oneLine(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getName() : message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
