package io.holdfast.server.config;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration is made from.
 *
 * @param flags by {@code section.key}
 * @param environment usually {@link System#getenv()}
 * @param file a file that must exist, or null for none
 */
public record ConfigSources(
        Map<String, Flag> flags,
        Map<String, String> environment,
        @Nullable Path file) {

    /**
     * A value from the command line.
     *
     * @param name as the user typed it, such as {@code --port}, for messages
     */
    public record Flag(String name, String value) {}

    public ConfigSources {
        flags = Map.copyOf(flags);
        environment = Map.copyOf(environment);
    }

    /** Defaults but for these settings, by {@code section.key}: for embedding and for tests. */
    public static ConfigSources of(Map<String, String> settings) {
        Map<String, Flag> flags = new LinkedHashMap<>();
        settings.forEach((key, value) -> flags.put(key, new Flag("setting " + key, value)));
        return new ConfigSources(flags, Map.of(), null);
    }

    /** Splits the argument of {@code --set}. */
    public static Map.Entry<String, Flag> parseSet(String assignment) throws ConfigException {
        int equals = assignment.indexOf('=');
        int dot = assignment.indexOf('.');
        if (dot < 1 || equals < dot) {
            // Only the part before "=" is shown: what follows may be a secret.
            String shown = equals < 0 ? assignment : assignment.substring(0, equals) + "=…";
            throw new ConfigException("--set "
                    + Escaping.of(shown)
                    + ": allowed: section.key=value, such as limits.message_size=64KiB");
        }
        String key = assignment.substring(0, equals).strip();
        return Map.entry(
                key, new Flag("--set " + key, assignment.substring(equals + 1).strip()));
    }
}
