package io.holdfast.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds the configuration: flags over environment over file over defaults, each value checked,
 * then the values against each other. The first thing that is wrong ends it with one line. Run it
 * again for a reload and ask {@link Config#changesFrom}.
 */
public final class ConfigLoader {

    /** Read by the launcher, the client commands and the tests, not by the server. */
    private static final Set<String> OTHER_VARIABLES = Set.of(
            "HOLDFAST_FAST_START",
            "HOLDFAST_JAVA_HOME",
            "HOLDFAST_JAVA_OPTS",
            "HOLDFAST_REQUIRE_ALL",
            "HOLDFAST_TOKEN");

    private static final String PREFIX = "HOLDFAST_";

    /**
     * systemd sets it for a unit with StateDirectory= (systemd.exec(5)): absolute paths, apart by
     * colons when there are several; the first is ours.
     */
    private static final String STATE_DIRECTORY = "STATE_DIRECTORY";

    /** Kubernetes sets it in every pod. */
    private static final String KUBERNETES = "KUBERNETES_SERVICE_HOST";

    /** Its default of 30 s, less 5 s for what the kubelet does before and after. */
    private static final Duration KUBERNETES_GRACE = Duration.ofSeconds(25);

    /** What was said about a key, the strongest source so far. */
    private record Said(String text, Source source) {}

    private final ConfigSources sources;
    private final Map<Key<?>, Said> said = new HashMap<>();

    private ConfigLoader(ConfigSources sources) {
        this.sources = sources;
    }

    /** The message of the exception is one line without any secret. */
    public static Config load(ConfigSources sources) throws ConfigException {
        ConfigLoader loader = new ConfigLoader(sources);
        loader.readStateDirectory();
        Path file = sources.file();
        if (file != null) {
            loader.readFile(file);
        }
        loader.readEnvironment();
        loader.readFlags();
        Values values = loader.values();
        ImpossiblePairs.check(values);
        return new Config(values);
    }

    /** Weaker than the file: a unit gives a place, and an operator may have chosen another. */
    private void readStateDirectory() {
        String directories = sources.environment().getOrDefault(STATE_DIRECTORY, "");
        int colon = directories.indexOf(':');
        readVariable(
                StoreKeys.DIRECTORY,
                STATE_DIRECTORY,
                colon < 0 ? directories : directories.substring(0, colon));
    }

    private void readFile(Path file) throws ConfigException {
        for (IniFile.Entry entry : IniFile.read(file)) {
            String path = entry.section() + "." + entry.key();
            Key<?> key = Keys.byPath(path);
            if (key == null) {
                throw new ConfigException("%s:%d: [%s] %s: unknown key; %s"
                        .formatted(
                                file,
                                entry.line(),
                                entry.section(),
                                Escaping.of(entry.key()),
                                hint(path)));
            }
            said.put(key, new Said(entry.value(), new Source.Line(file, entry.line())));
        }
    }

    /** An empty variable counts as not set: compose files cannot leave one out. */
    private void readEnvironment() throws ConfigException {
        Map<String, String> environment = new TreeMap<>(sources.environment());
        boolean kubernetes = environment.containsKey(KUBERNETES);
        for (Key<?> key : Keys.ALL) {
            String plain = key.plainVariable();
            if (plain != null) {
                readVariable(key, plain, environment.getOrDefault(plain, ""));
            }
        }
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            boolean ours = name.startsWith(PREFIX) && !OTHER_VARIABLES.contains(name);
            if (!ours || (kubernetes && ServiceLinks.isOne(name, variable.getValue()))) {
                continue;
            }
            Key<?> key = Keys.byVariable(name);
            if (key == null) {
                throw new ConfigException(unknownVariable(name));
            }
            readVariable(key, name, variable.getValue());
        }
    }

    private void readVariable(Key<?> key, String name, String value) {
        if (!value.isBlank()) {
            said.put(key, new Said(value.strip(), new Source.Variable(name)));
        }
    }

    private static String unknownVariable(String name) {
        String words = name.substring(PREFIX.length());
        int split = words.indexOf('_');
        String path = words.substring(0, Math.max(split, 0)) + "." + words.substring(split + 1);
        Key<?> nearest = Keys.nearest(path);
        String hint = nearest == null
                ? "allowed: HOLDFAST_<SECTION>_<KEY>, see docs/CONFIGURATION.md"
                : "did you mean " + nearest.variable() + "?";
        return "environment variable " + Escaping.of(name) + ": unknown; " + hint;
    }

    private void readFlags() throws ConfigException {
        for (Map.Entry<String, ConfigSources.Flag> entry :
                new TreeMap<>(sources.flags()).entrySet()) {
            Key<?> key = Keys.byPath(entry.getKey());
            ConfigSources.Flag flag = entry.getValue();
            if (key == null) {
                throw new ConfigException(
                        Escaping.of(flag.name()) + ": unknown key; " + hint(entry.getKey()));
            }
            said.put(key, new Said(flag.value(), new Source.Flag(flag.name())));
        }
    }

    private static String hint(String unknownPath) {
        Key<?> nearest = Keys.nearest(unknownPath);
        return nearest == null
                ? "allowed: the keys of docs/CONFIGURATION.md"
                : "did you mean [" + nearest.section().label() + "] " + nearest.name() + "?";
    }

    private Values values() throws ConfigException {
        Map<Key<?>, Setting<?>> settings = new HashMap<>();
        for (Key<?> key : Keys.ALL) {
            settings.put(key, setting(key, said.get(key)));
        }
        boolean graceUnset = !said.containsKey(DrainKeys.TERMINATION_GRACE);
        if (graceUnset && sources.environment().containsKey(KUBERNETES)) {
            settings.put(
                    DrainKeys.TERMINATION_GRACE,
                    new Setting<>(
                            DrainKeys.TERMINATION_GRACE,
                            Optional.of(KUBERNETES_GRACE),
                            new Source.Detected("assumed, Kubernetes was detected")));
        }
        return new Values(settings);
    }

    private static <T> Setting<T> setting(Key<T> key, @Nullable Said said) throws ConfigException {
        Said effective = said == null ? new Said(key.defaultText(), new Source.Default()) : said;
        T value = key.type().parser().parse(effective.text());
        if (value == null) {
            String shown = key.secret() ? Secret.MASK : Escaping.of(effective.text());
            throw new ConfigException("%s = %s: allowed: %s"
                    .formatted(effective.source().where(key), shown, key.type().allowed()));
        }
        return new Setting<>(key, value, effective.source());
    }
}
