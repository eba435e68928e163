package io.holdfast.protocol.drain;

import io.holdfast.protocol.Limits;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a drain.
 *
 * @param drainDelay keep serving this long after health has changed ({@code drain_delay})
 * @param drainRate clients told per second, and arrivals per second at the successor
 *     ({@code drain_rate}), 1 to {@link #MAX_DRAIN_RATE}
 * @param dialects in any order; the index in this list names the dialect in the inputs
 * @param terminationGrace from the start until the process is killed; null where nobody kills
 * @param storeReserve kept of it for writing the store
 * @param hurriedGrace the longest that clients are waited for after a second signal
 */
public record DrainSettings(
        Duration drainDelay,
        int drainRate,
        List<DialectDrain> dialects,
        @Nullable Duration terminationGrace,
        Duration storeReserve,
        Duration hurriedGrace) {
    /** Beyond any successor; pacing so fast paces nothing. */
    public static final int MAX_DRAIN_RATE = 1_000_000;

    public static final DrainSettings DEFAULT = new DrainSettings(
            Duration.ZERO,
            Limits.DRAIN_RATE_PER_SECOND,
            List.of(DialectDrain.ROOMS, DialectDrain.DEEPSTREAM, DialectDrain.BOT),
            null,
            Limits.STORE_RESERVE,
            Limits.HURRIED_GRACE);

    public DrainSettings {
        dialects = List.copyOf(dialects);
        if (drainRate < 1 || drainRate > MAX_DRAIN_RATE) {
            throw new IllegalArgumentException("drain_rate is " + drainRate + "; expected 1 to "
                    + MAX_DRAIN_RATE + " connections per second.");
        }
        if (drainDelay.isNegative() || storeReserve.isNegative() || hurriedGrace.isNegative()) {
            throw new IllegalArgumentException(
                    "A time of the drain is negative; expected 0 or more: check [drain].");
        }
        if (terminationGrace != null && terminationGrace.isNegative()) {
            throw new IllegalArgumentException("termination_grace is " + terminationGrace
                    + "; expected 0 or more, or nothing where nobody kills the process.");
        }
    }

    public DrainSettings withDrainDelay(Duration delay) {
        return new DrainSettings(
                delay, drainRate, dialects, terminationGrace, storeReserve, hurriedGrace);
    }

    public DrainSettings withDrainRate(int rate) {
        return new DrainSettings(
                drainDelay, rate, dialects, terminationGrace, storeReserve, hurriedGrace);
    }

    public DrainSettings withDialects(List<DialectDrain> newDialects) {
        return new DrainSettings(
                drainDelay, drainRate, newDialects, terminationGrace, storeReserve, hurriedGrace);
    }

    public DrainSettings withTerminationGrace(@Nullable Duration grace) {
        return new DrainSettings(
                drainDelay, drainRate, dialects, grace, storeReserve, hurriedGrace);
    }

    /**
     * Nanoseconds from the start of the drain to the moment at which waiting must end, so that
     * the last close and the store still fit into {@code termination_grace};
     * {@link Drain#NEVER} where nobody kills the process.
     */
    long waitingNanos() {
        if (terminationGrace == null) {
            return Drain.NEVER;
        }
        long longestCloseNanos = dialects.stream()
                .mapToLong(dialect -> dialect.closeGrace().toNanos())
                .max()
                .orElse(0);
        return Math.max(0, terminationGrace.toNanos() - storeReserve.toNanos() - longestCloseNanos);
    }
}
