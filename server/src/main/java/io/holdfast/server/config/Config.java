package io.holdfast.server.config;

import java.util.ArrayList;
import java.util.List;

/** Everything an operator can set, validated together. Immutable; made by {@link ConfigLoader}. */
public final class Config {

    private final Values values;
    private final ServerSettings server;
    private final LogSettings log;
    private final RoomsSettings rooms;
    private final DeepstreamSettings deepstream;
    private final BotSettings bot;
    private final StoreSettings store;
    private final LimitsSettings limits;
    private final AuthSettings auth;
    private final DrainSection drain;

    Config(Values values) {
        this.values = values;
        this.server = ServerSettings.from(values);
        this.log = LogSettings.from(values);
        this.rooms = RoomsSettings.from(values);
        this.deepstream = DeepstreamSettings.from(values);
        this.bot = BotSettings.from(values);
        this.store = StoreSettings.from(values);
        this.limits = LimitsSettings.from(values);
        this.auth = AuthSettings.from(values);
        this.drain = DrainSection.from(values);
    }

    public ServerSettings server() {
        return server;
    }

    public LogSettings log() {
        return log;
    }

    public RoomsSettings rooms() {
        return rooms;
    }

    public DeepstreamSettings deepstream() {
        return deepstream;
    }

    public BotSettings bot() {
        return bot;
    }

    public StoreSettings store() {
        return store;
    }

    public LimitsSettings limits() {
        return limits;
    }

    public AuthSettings auth() {
        return auth;
    }

    public DrainSection drain() {
        return drain;
    }

    /**
     * Each value and where it came from, secrets masked, in the form of a configuration file (so
     * that it can be kept and used as one, but for the secrets).
     */
    public String print() {
        return ConfigListing.of(values);
    }

    /** What differs from an older configuration. Secrets are compared, never shown. */
    public ConfigChanges changesFrom(Config old) {
        List<ConfigChanges.Change> live = new ArrayList<>();
        List<ConfigChanges.Change> restart = new ArrayList<>();
        for (Key<?> key : Keys.ALL) {
            Setting<?> before = old.values.setting(key);
            Setting<?> after = values.setting(key);
            if (!text(before).equals(text(after))) {
                (key.live() ? live : restart)
                        .add(new ConfigChanges.Change(key.path(), before.shown(), after.shown()));
            }
        }
        return new ConfigChanges(List.copyOf(live), List.copyOf(restart));
    }

    /** The listing: safe to log. */
    @Override
    public String toString() {
        return print();
    }

    private static <T> String text(Setting<T> setting) {
        return setting.key().type().format().apply(setting.value());
    }
}
