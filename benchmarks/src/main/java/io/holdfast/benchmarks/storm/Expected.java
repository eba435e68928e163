package io.holdfast.benchmarks.storm;

import io.holdfast.protocol.reconnect.Decision;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.Preset;
import io.holdfast.protocol.reconnect.Reconnect;
import io.holdfast.protocol.reconnect.ServerAdvice;

import java.util.Random;

/** What the arrivals should look like. */
final class Expected {
    /** Enough for a smooth line. */
    private static final int FLEETS = 200;

    private static final long SEED = 1;

    private Expected() {}

    /** After a drain: each client at the moment it was told. */
    static PerSecond told(Fleet fleet, long originNanos) {
        return PerSecond.of(
                originNanos,
                fleet.members().stream()
                        .filter(member -> !member.told().isEmpty())
                        .mapToLong(member -> member.told().getFirst().dueNanos()));
    }

    /**
     * After a kill: the mean of many fleets of the preset, where every attempt is refused until the
     * server is ready, and takes no time.
     *
     * @param readyNanos from the kill
     */
    static PerSecond backingOff(Preset preset, int clients, long readyNanos) {
        PerSecond arrivals = PerSecond.none();
        Random random = new Random(SEED);
        Ending cut = new Ending.Closed(1006, "");
        Ending refused = new Ending.Refused("");
        for (int i = 0; i < clients * FLEETS; i++) {
            Reconnect reconnect = new Reconnect(preset.policy(), random);
            long upNanos = Reconnect.STABLE_AFTER.toNanos();
            long now = delay(reconnect.ended(cut, ServerAdvice.NONE, upNanos, 0));
            while (now < readyNanos) {
                reconnect.connecting(now);
                now += delay(reconnect.ended(refused, ServerAdvice.NONE, Reconnect.NEVER_UP, now));
            }
            arrivals.add(now, 1.0 / FLEETS);
        }
        return arrivals;
    }

    private static long delay(Decision decision) {
        if (decision instanceof Decision.Retry retry) {
            return retry.delayNanos();
        }
        throw new IllegalStateException("a client gave up: " + decision);
    }
}
