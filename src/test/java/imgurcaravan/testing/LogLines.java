package imgurcaravan.testing;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Captures the log of this JVM from here on; it still goes to standard output as well. Works with SLF4J's simple
 * logger.
 */
public final class LogLines implements AutoCloseable {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Object configuration;
    private final Field choice;
    private final Object before;

    public LogLines() {
        try {
            Field configurations =
                    Class.forName("org.slf4j.simple.SimpleLogger").getDeclaredField("CONFIG_PARAMS");
            configurations.setAccessible(true);
            configuration = configurations.get(null);
            choice = configuration.getClass().getDeclaredField("outputChoice");
            choice.setAccessible(true);
            before = choice.get(configuration);
            Constructor<?> made = before.getClass().getDeclaredConstructor(PrintStream.class);
            made.setAccessible(true);
            choice.set(configuration, made.newInstance(new PrintStream(new Both(bytes), true, StandardCharsets.UTF_8)));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("The log is not that of slf4j-simple", e);
        }
    }

    /** The lines so far. */
    public List<String> lines() {
        return text().lines().toList();
    }

    /** The lines so far that contain this text. */
    public List<String> with(String text) {
        return lines().stream().filter(line -> line.contains(text)).toList();
    }

    public String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            choice.set(configuration, before);
        } catch (IllegalAccessException e) {
            throw new LinkageError("The log cannot be given back", e);
        }
    }

    private static final class Both extends OutputStream {

        private final ByteArrayOutputStream kept;

        Both(ByteArrayOutputStream kept) {
            this.kept = kept;
        }

        @Override
        public void write(int value) {
            kept.write(value);
            System.out.write(value);
        }

        @Override
        public void write(byte[] some, int from, int length) {
            kept.write(some, from, length);
            System.out.write(some, from, length);
        }
    }
}
