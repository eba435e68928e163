package io.holdfast.server.config;

import java.time.Duration;
import java.util.Optional;

/**
 * [drain].
 *
 * @param ratePerSecond clients told to leave in one second
 * @param terminationGrace until the platform kills the process; absent when nobody will
 */
public record DrainSection(Duration delay, int ratePerSecond, Optional<Duration> terminationGrace) {

    static DrainSection from(Values values) {
        return new DrainSection(
                values.get(DrainKeys.DRAIN_DELAY),
                values.get(DrainKeys.DRAIN_RATE),
                values.get(DrainKeys.TERMINATION_GRACE));
    }
}
