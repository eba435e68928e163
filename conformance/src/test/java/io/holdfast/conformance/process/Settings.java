package io.holdfast.conformance.process;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a server under test is started with: configuration keys, JVM flags, further arguments.
 * Immutable. Keys are written {@code section.name} and end up in the configuration file.
 */
public final class Settings {
    /** Loopback, nothing periodic, no rate limit: what most tests want. */
    public static final Settings QUIET = new Settings(
                    Map.of(),
                    List.of("-Xmx256m", "-XX:+UseSerialGC"),
                    List.of("--port", "0", "--bot-port", "0", "--operations-port", "0"),
                    Map.of())
            .with("server.host", "127.0.0.1")
            .with("bot.host", "127.0.0.1")
            .with(Keys.BOT_CONNECTIONS_PER_MINUTE, "0")
            .with("rooms.broadcast_interval", "0")
            .with("rooms.max_messages_per_minute", "0");

    private final Map<String, String> keys;
    private final List<String> jvmFlags;
    private final List<String> arguments;
    private final Map<String, String> environment;

    private Settings(
            Map<String, String> keys,
            List<String> jvmFlags,
            List<String> arguments,
            Map<String, String> environment) {
        this.keys = keys;
        this.jvmFlags = jvmFlags;
        this.arguments = arguments;
        this.environment = environment;
    }

    public Settings with(String key, Object value) {
        var more = new LinkedHashMap<>(keys);
        more.put(key, value.toString());
        return new Settings(more, jvmFlags, arguments, environment);
    }

    /** Leaves the key to the server's default. */
    public Settings without(String key) {
        var fewer = new LinkedHashMap<>(keys);
        fewer.remove(key);
        return new Settings(fewer, jvmFlags, arguments, environment);
    }

    public Settings jvmFlag(String flag) {
        return new Settings(keys, appended(jvmFlags, flag), arguments, environment);
    }

    public Settings argument(String... more) {
        return new Settings(keys, jvmFlags, appended(arguments, more), environment);
    }

    /** Gives a flag that is there already, such as {@code --port}, another value. */
    public Settings flag(String name, String value) {
        var at = arguments.indexOf(name);
        if (at < 0) {
            throw new IllegalArgumentException("no " + name + " to replace in " + arguments);
        }
        var changed = new ArrayList<>(arguments);
        changed.set(at + 1, value);
        return new Settings(keys, jvmFlags, List.copyOf(changed), environment);
    }

    /** Sets a variable of the server's environment. */
    public Settings environment(String name, String value) {
        var more = new LinkedHashMap<>(environment);
        more.put(name, value);
        return new Settings(keys, jvmFlags, arguments, more);
    }

    List<String> jvmFlags() {
        return jvmFlags;
    }

    List<String> arguments() {
        return arguments;
    }

    Map<String, String> environment() {
        return environment;
    }

    /** The configuration file's text. */
    public String file() {
        var sections = new LinkedHashMap<String, StringBuilder>();
        keys.forEach((key, value) -> {
            var dot = key.indexOf('.');
            sections.computeIfAbsent(
                            key.substring(0, dot), name -> new StringBuilder("[" + name + "]\n"))
                    .append(key.substring(dot + 1))
                    .append(" = ")
                    .append(value)
                    .append('\n');
        });
        return String.join("\n", sections.values());
    }

    private static List<String> appended(List<String> list, String... more) {
        var longer = new ArrayList<>(list);
        longer.addAll(List.of(more));
        return List.copyOf(longer);
    }
}
