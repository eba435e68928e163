package io.holdfast.simulation.mutation;

import java.util.List;

/**
 * Bugs of the server's glue that the simulator has found, put back into its own glue: they prove the
 * regressions, and are not counted among those that are planted in machines.
 */
final class BugsThatWere {
    private BugsThatWere() {}

    static final List<PlantedBug> ALL = List.of(
            new PlantedBug(
                    "a fresh token is told whether it was committed or not",
                    "simulation:simulation/server/SessionCommits.java",
                    "() -> server.control().execute(() -> freshTokens.failed(fresh)));",
                    "() -> connection.freshToken(fresh.token()));"),
            new PlantedBug(
                    "messages of one turn leave the window together",
                    "simulation:simulation/server/LocalStream.java",
                    "return beyondOldest >= limits.messages() || bytes > limits.bytes();",
                    "return beyondOldest >= 0 && messages > limits.messages() || bytes > limits.bytes();"));
}
