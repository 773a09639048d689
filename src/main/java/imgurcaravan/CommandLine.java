package imgurcaravan;

import imgurcaravan.run.SettingsException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What stands behind {@code java -jar imgur-caravan.jar}.
 *
 * @param profile the profile that a command asks for
 * @param requeue whether the dead letters are to be sent round again
 * @param reason a text in the reasons of those to send; empty for all
 */
record CommandLine(Optional<String> profile, boolean requeue, Optional<String> reason) {

    private static final String PROFILE = "camel.main.profile";

    private static final String REASON = "--reason";

    /**
     * Reads the arguments: the commands {@code demo} and {@code requeue [--reason text]}, and settings as
     * {@code -Dkey=value}, which may stand here as well as before {@code -jar}.
     *
     * @throws SettingsException if there is another, or a reason without its text or its command
     */
    static CommandLine parse(String... args) {
        Optional<String> profile = Optional.empty();
        boolean requeue = false;
        Optional<String> reason = Optional.empty();
        for (Iterator<String> rest = List.of(args).iterator(); rest.hasNext(); ) {
            String arg = rest.next();
            int equals = arg.indexOf('=');
            if (arg.startsWith("-D") && equals > 2) {
                System.setProperty(arg.substring(2, equals), arg.substring(equals + 1));
            } else if (arg.equals("demo")) {
                profile = Optional.of("demo");
            } else if (arg.equals("requeue")) {
                requeue = true;
            } else if (arg.equals(REASON) && rest.hasNext()) {
                reason = Optional.of(rest.next());
            } else if (arg.startsWith(REASON + "=")) {
                reason = Optional.of(arg.substring(REASON.length() + 1));
            } else {
                throw new SettingsException("Unknown argument " + arg
                        + ": there is demo, requeue [--reason text], and settings as -Dimgur.queue=direct or in the"
                        + " environment");
            }
        }
        if (reason.isPresent() && (!requeue || reason.get().isBlank())) {
            throw new SettingsException(REASON + " needs the command requeue before it and a text behind it");
        }
        return new CommandLine(profile, requeue, reason);
    }

    /** The profile that is asked for here, by a system property or by the environment, in this order. */
    Optional<String> activeProfile() {
        return profile.or(() -> Optional.ofNullable(System.getProperty(PROFILE)))
                .or(() -> Optional.ofNullable(System.getenv("CAMEL_MAIN_PROFILE")))
                .filter(name -> !name.isBlank());
    }
}
