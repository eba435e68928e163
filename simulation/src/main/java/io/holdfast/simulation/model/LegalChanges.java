package io.holdfast.simulation.model;

import java.util.Set;

/** Which states may follow which, written down apart from the machines (spec: lifecycle, client). */
final class LegalChanges {
    /** Of a server (spec: lifecycle, "States"). */
    static final Set<String> SERVER = Set.of(
            "starting>running",
            "starting>stopped",
            "running>draining",
            "running>handing_over",
            "running>stopped",
            "draining>running",
            "draining>stopped",
            "handing_over>running",
            "handing_over>stopped");

    /** Of one connection of a server: it begins once, and who closes does not serve again. */
    static final Set<String> CONNECTION = Set.of(
            "AwaitingFirstMessage>Open",
            "AwaitingFirstMessage>Closing",
            "AwaitingFirstMessage>Closed",
            "Open>Closing",
            "Open>Closed",
            "Closing>Closed");

    /**
     * Of a client (spec: client, "States"): nobody is connected without the server's first word, and
     * nobody connects again without having been disconnected.
     */
    static final Set<String> CLIENT = Set.of(
            "Idle>Opening",
            "Idle>Closed",
            "Waiting>Opening",
            "Waiting>AskingHealth",
            "Waiting>Closed",
            "AskingHealth>Opening",
            "AskingHealth>Waiting",
            "AskingHealth>Closed",
            "Opening>Greeting",
            "Opening>Waiting",
            "Opening>Closed",
            "Greeting>Connected",
            "Greeting>Leaving",
            "Greeting>Waiting",
            "Greeting>Closed",
            "Connected>Leaving",
            "Connected>Waiting",
            "Connected>Closed",
            "Leaving>Waiting",
            "Leaving>Closed");

    private LegalChanges() {}
}
