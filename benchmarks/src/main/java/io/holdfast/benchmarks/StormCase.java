package io.holdfast.benchmarks;

import io.holdfast.protocol.reconnect.Preset;

import java.util.List;

/** The ways in which the scenario storm restarts a server, and who comes back. */
enum StormCase {
    /**
     * Everybody is told within two seconds, and told to come back at the configured rate: the rate
     * of the telling is raised to fit, that of the return is not.
     */
    DRAIN("SIGTERM, `feed`", Speaks.ROOMS, Preset.FEED),
    FEED("SIGKILL, `feed` (full jitter)", Speaks.ROOMS, Preset.FEED),
    DEEPSTREAM("SIGKILL, `deepstream` (10 % jitter)", Speaks.DEEPSTREAM, Preset.DEEPSTREAM),
    BOT("SIGKILL, `bot` (0–10 % added)", Speaks.BOT, Preset.BOT);

    /** What a fleet's clients speak. */
    enum Speaks {
        ROOMS,
        DEEPSTREAM,
        BOT
    }

    private final String title;
    private final Speaks speaks;
    private final Preset preset;

    StormCase(String title, Speaks speaks, Preset preset) {
        this.title = title;
        this.speaks = speaks;
        this.preset = preset;
    }

    String title() {
        return title;
    }

    Speaks speaks() {
        return speaks;
    }

    Preset preset() {
        return preset;
    }

    boolean drains() {
        return this == DRAIN;
    }

    /** Beside those of every storm. */
    List<String> settings(int rate) {
        return drains()
                ? List.of("rooms.shutdown_timeout=2s", "drain.drain_rate=" + rate)
                : List.of();
    }
}
