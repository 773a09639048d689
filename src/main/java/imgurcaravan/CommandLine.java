package imgurcaravan;

import imgurcaravan.run.SettingsException;
import java.util.Optional;

/**
 * What stands behind {@code java -jar imgur-caravan.jar}.
 *
 * @param profile the profile that a command asks for
 */
record CommandLine(Optional<String> profile) {

    private static final String PROFILE = "camel.main.profile";

    /**
     * Reads the arguments: the command {@code demo}, and settings as {@code -Dkey=value}, which may stand here as well
     * as before {@code -jar}.
     *
     * @throws SettingsException if there is another
     */
    static CommandLine parse(String... args) {
        Optional<String> profile = Optional.empty();
        for (String arg : args) {
            int equals = arg.indexOf('=');
            if (arg.startsWith("-D") && equals > 2) {
                System.setProperty(arg.substring(2, equals), arg.substring(equals + 1));
            } else if (arg.equals("demo")) {
                profile = Optional.of("demo");
            } else {
                throw new SettingsException("Unknown argument " + arg
                        + ": there is demo, and settings as -Dimgur.queue=direct or in the environment");
            }
        }
        return new CommandLine(profile);
    }

    /** The profile that is asked for here, by a system property or by the environment, in this order. */
    Optional<String> activeProfile() {
        return profile.or(() -> Optional.ofNullable(System.getProperty(PROFILE)))
                .or(() -> Optional.ofNullable(System.getenv("CAMEL_MAIN_PROFILE")))
                .filter(name -> !name.isBlank());
    }
}
