package imgurcaravan.start;

import imgurcaravan.run.SettingsException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The arguments after {@code java -jar imgur-caravan.jar}.
 *
 * @param command what to do
 * @param demo whether the demo profile is selected
 * @param reason a text that the reasons of the selected dead letters contain; empty for all
 * @param json whether dead letters are listed as JSON lines
 * @param properties settings given as {@code -Dkey=value}
 */
public record CommandLine(
        Command command, boolean demo, Optional<String> reason, boolean json, Map<String, String> properties) {

    /** What the process does. */
    public enum Command {
        /** Polls and downloads; the default without a command. */
        RUN,
        /** Lists the dead letters. */
        FAILED,
        /** Requeues the dead letters. */
        REQUEUE
    }

    private static final String PROFILE = "camel.main.profile";
    private static final String REASON = "--reason";

    /**
     * Reads the arguments: the commands {@code demo}, {@code failed [--reason text] [--json]} and
     * {@code requeue [--reason text]}, and settings as {@code -Dkey=value}, which may come here as well as before
     * {@code -jar}.
     *
     * @throws SettingsException if there is any other argument, or an option without its text or its command
     */
    public static CommandLine parse(String... args) {
        Command command = Command.RUN;
        boolean demo = false;
        boolean json = false;
        Optional<String> reason = Optional.empty();
        Map<String, String> properties = new TreeMap<>();
        for (Iterator<String> rest = List.of(args).iterator(); rest.hasNext(); ) {
            String arg = rest.next();
            int equals = arg.indexOf('=');
            if (arg.startsWith("-D") && equals > 2) {
                properties.put(arg.substring(2, equals), arg.substring(equals + 1));
            } else if (arg.equals("demo")) {
                demo = true;
            } else if (arg.equals("requeue")) {
                command = Command.REQUEUE;
            } else if (arg.equals("failed")) {
                command = Command.FAILED;
            } else if (arg.equals("--json")) {
                json = true;
            } else if (arg.equals(REASON) && rest.hasNext()) {
                reason = Optional.of(rest.next());
            } else if (arg.startsWith(REASON + "=")) {
                reason = Optional.of(arg.substring(REASON.length() + 1));
            } else {
                throw new SettingsException("Unknown argument " + arg
                        + ": there is demo, failed [--reason text] [--json], requeue [--reason text], and settings as"
                        + " -Dimgur.queue=direct or in the environment");
            }
        }
        if (reason.isPresent() && (command == Command.RUN || reason.get().isBlank())) {
            throw new SettingsException(REASON + " needs the command failed or requeue before it and a text after it");
        }
        if (json && command != Command.FAILED) {
            throw new SettingsException("--json needs the command failed before it");
        }
        return new CommandLine(command, demo, reason, json, properties);
    }

    /** The profile that is selected here, by a system property or by the environment, in this order. */
    public Optional<String> activeProfile() {
        return (demo ? Optional.of("demo") : Optional.<String>empty())
                .or(() -> Optional.ofNullable(properties.get(PROFILE)))
                .or(() -> Optional.ofNullable(System.getProperty(PROFILE)))
                .or(() -> Optional.ofNullable(System.getenv("CAMEL_MAIN_PROFILE")))
                .filter(name -> !name.isBlank());
    }
}
