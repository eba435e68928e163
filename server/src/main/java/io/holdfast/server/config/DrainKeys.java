package io.holdfast.server.config;

import static io.holdfast.server.config.Section.DRAIN;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** [drain]. */
final class DrainKeys {

    static final Key<Duration> DRAIN_DELAY = Key.of(
                    DRAIN,
                    "drain_delay",
                    ValueType.duration(Duration.ZERO, Duration.ofHours(1)),
                    "0s",
                    "How long to go on serving after health says shutting_down; set it to"
                            + " what load balancers need to notice.")
            .reloadable();

    static final Key<Integer> DRAIN_RATE = Key.of(
                    DRAIN,
                    "drain_rate",
                    ValueType.wholeNumber(1, 1_000_000),
                    "500",
                    "Clients told to leave per second, and so arriving at the successor;"
                            + " what the successor can take in.")
            .reloadable();

    static final Key<Optional<Duration>> TERMINATION_GRACE = Key.of(
                    DRAIN,
                    "termination_grace",
                    ValueType.optional(
                            ValueType.duration(Duration.ofSeconds(6), Duration.ofDays(7))),
                    "",
                    "Time until the platform kills the process: Kubernetes'"
                            + " terminationGracePeriodSeconds; under Kubernetes 25s is"
                            + " assumed when nothing is set.")
            .reloadable();

    static final List<Key<?>> ALL = List.of(DRAIN_DELAY, DRAIN_RATE, TERMINATION_GRACE);

    private DrainKeys() {}
}
