package io.holdfast.benchmarks;

import java.util.List;
import java.util.Locale;

/**
 * What takes turns in a scenario: a server and how it is set.
 *
 * @param name in the report
 * @param holdfastSettings beside those of {@link Server#HOLDFAST}; the command line's win
 */
record Contestant(String name, Server server, List<String> holdfastSettings) {
    static Contestant of(Server server) {
        return new Contestant(server.name().toLowerCase(Locale.ROOT), server, List.of());
    }

    static Contestant holdfast(String name, String... settings) {
        return new Contestant(name, Server.HOLDFAST, List.of(settings));
    }
}
