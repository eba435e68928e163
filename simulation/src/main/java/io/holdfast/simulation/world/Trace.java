package io.holdfast.simulation.world;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What happened in a run: always as a hash, so that two runs can be compared, and on demand as lines
 * for people. Notes hold names, numbers and message payloads, never a token.
 */
public final class Trace {
    private static final long PRIME = 0x100000001B3L;

    private final SimClock clock;
    private final int keep;
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private final Map<Hit, Long> hits = new EnumMap<>(Hit.class);
    private long hash = 0xCBF29CE484222325L;
    private long notes;

    /** @param keep the last lines kept; 0 keeps the hash only */
    public Trace(SimClock clock, int keep) {
        this.clock = clock;
        this.keep = keep;
    }

    /** @param facts texts, numbers, booleans and enum constants */
    public void note(String who, String what, Object... facts) {
        mix(clock.nowNanos());
        mix(who.hashCode());
        mix(what.hashCode());
        for (Object fact : facts) {
            mix(
                    fact instanceof Number number
                            ? number.longValue()
                            : fact.toString().hashCode());
        }
        notes++;
        if (keep > 0) {
            StringBuilder line = new StringBuilder(String.format(
                    Locale.ROOT, "%11.6f s  %-10s %s", clock.nowNanos() / 1e9, who, what));
            for (Object fact : facts) {
                line.append(' ').append(fact);
            }
            if (lines.size() == keep) {
                lines.remove();
            }
            lines.add(line.toString());
        }
    }

    /** A fault has struck where it was aimed at. */
    public void hit(Hit what) {
        hits.merge(what, 1L, Long::sum);
    }

    /** How often each was hit; what never was is not in it. */
    public Map<Hit, Long> hits() {
        return hits;
    }

    private void mix(long value) {
        hash = (hash ^ value) * PRIME;
        hash ^= hash >>> 32;
    }

    public long hash() {
        return hash;
    }

    public long notes() {
        return notes;
    }

    public List<String> lines() {
        return new ArrayList<>(lines);
    }
}
