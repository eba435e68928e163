package io.holdfast.simulation.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How fast the clients of one drain come back (spec: lifecycle, "Pacing"): "arrivals at the successor
 * stay at or under the same number". Counted are the first connects of those who were told, each with
 * those who went like it: when they were told, or when the drain closed them. What happens in
 * between is excused, since nobody knows when a client will go.
 */
final class ArrivalChecker {
    private static final long SECOND = 1_000_000_000L;
    /** Who goes later than this after a word has not gone because of it. */
    private static final long PROMPT_NANOS = SECOND / 2;
    /** How far a client's own timers may be off. */
    private static final long TIMER_NANOS = SECOND / 500;

    private static final class Leaver {
        private final long toldNanos;
        private final int adviceSeconds;
        private long closedNanos = -1;
        private long leftNanos = -1;
        private boolean arrived;

        private Leaver(long toldNanos, int adviceSeconds) {
            this.toldNanos = toldNanos;
            this.adviceSeconds = adviceSeconds;
        }
    }

    /** One arrival, and how long after the word that sent it away the client was gone. */
    private record Arrival(long nanos, long lateNanos) {}

    private final Findings findings;
    private final int drainRate;
    private final Map<String, Leaver> leavers = new HashMap<>();
    private final List<Arrival> whenTold = new ArrayList<>();
    private final List<Arrival> whenClosed = new ArrayList<>();

    ArrivalChecker(Findings findings, int drainRate) {
        this.findings = findings;
        this.drainRate = drainRate;
    }

    void told(String clientId, int adviceSeconds, long nowNanos) {
        leavers.put(clientId, new Leaver(nowNanos, adviceSeconds));
    }

    void closed(String clientId, long nowNanos) {
        Leaver leaver = leavers.get(clientId);
        if (leaver != null) {
            leaver.closedNanos = nowNanos;
        }
    }

    /** It waits now as it was advised. */
    void left(String clientId, long nowNanos) {
        Leaver leaver = leavers.get(clientId);
        if (leaver != null && leaver.leftNanos < 0) {
            leaver.leftNanos = nowNanos;
        }
    }

    /** It connects; only the first time counts. */
    void arrives(String clientId, long nowNanos) {
        Leaver leaver = leavers.get(clientId);
        if (leaver == null || leaver.leftNanos < 0 || leaver.arrived) {
            return;
        }
        leaver.arrived = true;
        long due = leaver.leftNanos + leaver.adviceSeconds * SECOND;
        if (Math.abs(nowNanos - due) > TIMER_NANOS) {
            return; // Its host has slept, or was paused.
        }
        long sinceTold = leaver.leftNanos - leaver.toldNanos;
        long sinceClosed = leaver.leftNanos - leaver.closedNanos;
        if (sinceTold <= PROMPT_NANOS) {
            count(whenTold, new Arrival(nowNanos, sinceTold), "told");
        } else if (leaver.closedNanos >= 0 && sinceClosed <= PROMPT_NANOS) {
            count(whenClosed, new Arrival(nowNanos, sinceClosed), "closed");
        }
    }

    /**
     * No more than the rate and 5 % in a second, less what those in it were later or sooner to go
     * than each other.
     */
    private void count(List<Arrival> arrivals, Arrival last, String when) {
        arrivals.add(last);
        int most = Math.max(1, drainRate * 105 / 100);
        long soonest = last.lateNanos;
        long latest = last.lateNanos;
        int together = 0;
        for (int i = arrivals.size() - 1; i >= 0; i--) {
            Arrival each = arrivals.get(i);
            soonest = Math.min(soonest, each.lateNanos);
            latest = Math.max(latest, each.lateNanos);
            long window = SECOND - (latest - soonest) - 2 * TIMER_NANOS;
            if (last.nanos - each.nanos >= window) {
                break;
            }
            together++;
        }
        findings.require(
                together <= most,
                "arrival-rate",
                together + " clients that went when they were " + when
                        + " came back within a second at a rate of " + drainRate);
    }

    /** Arrivals that could be held against the rate. */
    int counted() {
        return whenTold.size() + whenClosed.size();
    }
}
