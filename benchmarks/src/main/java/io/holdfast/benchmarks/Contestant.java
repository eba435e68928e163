package io.holdfast.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * What takes turns in a scenario: a server and how it is set.
 *
 * @param name in the report
 * @param bots whether it is spoken to on its port for bots
 * @param holdfastSettings beside those of {@link Server#HOLDFAST}; the command line's win
 */
record Contestant(String name, Server server, boolean bots, List<String> holdfastSettings) {
    static Contestant of(Server server) {
        return new Contestant(server.name().toLowerCase(Locale.ROOT), server, false, List.of());
    }

    static Contestant holdfast(String name, String... settings) {
        return new Contestant(name, Server.HOLDFAST, false, List.of(settings));
    }

    /** Spoken to on the port for bots. */
    static Contestant bots(String name, String... settings) {
        return new Contestant(name, Server.HOLDFAST, true, List.of(settings));
    }
}
