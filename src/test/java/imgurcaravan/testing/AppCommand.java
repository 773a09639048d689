package imgurcaravan.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What an {@link AppProcess} runs, where, and with which settings. */
public final class AppCommand {

    /** Most of what a process of a few seconds computes is its own start. */
    private static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private final Path javaHome;
    private final List<String> before = new ArrayList<>();
    private final List<String> jvm = new ArrayList<>();
    private final List<String> program = new ArrayList<>();
    private final List<String> args = new ArrayList<>();
    private final Map<String, String> env = new HashMap<>();
    private Path workDir;

    AppCommand(Path javaHome) {
        this.javaHome = javaHome;
    }

    /** Runs a program that is not the JVM itself, such as a script that starts one. */
    static AppCommand of(String... words) {
        return new AppCommand(null).program(words);
    }

    /** Runs the main class of a jar, with the archive of classes that the build has made, where it is of use. */
    public AppCommand jar(Path jar) {
        Path archive =
                jar.resolveSibling("lib/imgur-caravan-" + Runtime.version().feature() + ".jsa");
        if (Files.isRegularFile(archive.toAbsolutePath())) {
            jvm("-XX:SharedArchiveFile=" + archive.toAbsolutePath(), "-Xlog:cds*=off");
        }
        return program("-jar", jar.toAbsolutePath().toString());
    }

    /** Runs this class from a class path. */
    public AppCommand mainClass(String classPath, String name) {
        return program("-cp", classPath, name);
    }

    /** Adds options of the JVM. */
    public AppCommand jvm(String... options) {
        jvm.addAll(List.of(options));
        return this;
    }

    /**
     * Sets an environment variable. Otherwise the environment is that of this JVM without {@code IMGUR_*},
     * {@code CAMEL_*} and the variables from which a JVM takes options.
     */
    public AppCommand env(String name, String value) {
        env.put(name, value);
        return this;
    }

    /** Runs in this folder; at first that of this JVM. */
    public AppCommand workDir(Path folder) {
        workDir = folder;
        return this;
    }

    /** Adds arguments of the program. */
    public AppCommand args(String... arguments) {
        args.addAll(List.of(arguments));
        return this;
    }

    /** Runs it under another program, such as a tracer, with these words before the command. */
    public AppCommand under(String... words) {
        before.addAll(List.of(words));
        return this;
    }

    /** Starts it, with nothing to read on its standard input. */
    public AppProcess start() {
        List<String> command = new ArrayList<>(before);
        if (javaHome != null) {
            command.add(javaHome.resolve("bin").resolve("java").toString());
            command.addAll(SHORT_LIVED);
            command.addAll(jvm);
        }
        command.addAll(program);
        command.addAll(args);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .directory(workDir == null ? null : workDir.toFile());
        builder.environment().keySet().removeIf(AppCommand::unwanted);
        builder.environment().putAll(env);
        try {
            return AppProcess.start(builder);
        } catch (IOException e) {
            throw new AssertionError("cannot start " + command, e);
        }
    }

    private AppCommand program(String... words) {
        program.clear();
        program.addAll(List.of(words));
        return this;
    }

    private static boolean unwanted(String name) {
        return name.startsWith("IMGUR_")
                || name.startsWith("CAMEL_")
                || List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JAVA_OPTS", "CLASSPATH")
                        .contains(name);
    }
}
