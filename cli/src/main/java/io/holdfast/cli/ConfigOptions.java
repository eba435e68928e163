package io.holdfast.cli;

import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigException;
import io.holdfast.server.config.ConfigLoader;
import io.holdfast.server.config.ConfigSources;
import io.holdfast.server.config.ConfigSources.Flag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how the server is configured; the same for every command that needs it. */
final class ConfigOptions {
    /** Read when it is there and no other file is named. */
    private static final Path DEFAULT_FILE = Path.of("holdfast.ini");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "configuration file (default: holdfast.ini, if it is there)")
    private @Nullable Path file;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "address of the public port and of the bot port")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "PORT", description = "public port; 0 picks a free one")
    private @Nullable String port;

    @Option(
            names = "--bot-port",
            paramLabel = "PORT",
            description = "port for bots (TCP); 0 picks a free one")
    private @Nullable String botPort;

    @Option(
            names = "--operations-port",
            paramLabel = "PORT",
            description = "port for health and metrics; 0 picks a free one")
    private @Nullable String operationsPort;

    @Option(
            names = "--set",
            paramLabel = "SECTION.KEY=VALUE",
            description = "any setting, as in the file; may be given more than once")
    private List<String> settings = List.of();

    Config load() throws ConfigException {
        Map<String, Flag> flags = new LinkedHashMap<>();
        for (String setting : settings) {
            Map.Entry<String, Flag> parsed = ConfigSources.parseSet(setting);
            flags.put(parsed.getKey(), parsed.getValue());
        }
        put(flags, "server.host", "--host", host);
        if (host != null) {
            // Both are for clients: whoever says "loopback only" means all of them. What is said
            // of the bot port in particular stands.
            flags.putIfAbsent("bot.host", new Flag("--host", host));
        }
        put(flags, "server.port", "--port", port);
        put(flags, "bot.port", "--bot-port", botPort);
        put(flags, "server.operations_port", "--operations-port", operationsPort);
        Path wanted = file;
        if (wanted == null && Files.exists(DEFAULT_FILE)) {
            wanted = DEFAULT_FILE;
        }
        return ConfigLoader.load(new ConfigSources(flags, System.getenv(), wanted));
    }

    private static void put(
            Map<String, Flag> flags, String key, String name, @Nullable String value) {
        if (value != null) {
            flags.put(key, new Flag(name, value));
        }
    }
}
