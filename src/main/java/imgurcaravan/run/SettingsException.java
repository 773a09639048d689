package imgurcaravan.run;

import java.util.Locale;

/** A setting that cannot be used; the process ends with {@link ExitCode#CONFIG}. The message is one readable line. */
public final class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SettingsException(String message) {
        super(message);
    }

    /**
     * Describes a value that cannot be used.
     *
     * @param key the setting, such as {@code imgur.queue}
     * @param value the configured value
     * @param rule describes a valid value
     */
    public static SettingsException unusable(String key, String value, String rule) {
        return new SettingsException(
                "%s=%s cannot be used: %s (set %s in the environment, or %s in application.properties)"
                        .formatted(key, value.replaceAll("\\p{C}", "?"), rule, environmentName(key), key));
    }

    /** Describes a value that cannot be used and must not be shown. */
    static SettingsException unusableSecret(String key, String rule) {
        return new SettingsException("%s (%s in the environment) cannot be used: %s; its value is not shown here"
                .formatted(key.replaceAll("\\p{C}", "?"), environmentName(key).replaceAll("\\p{C}", "?"), rule));
    }

    /** The environment variable that overrides a setting: {@code IMGUR_CLIENT_ID} for {@code imgur.client-id}. */
    static String environmentName(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
