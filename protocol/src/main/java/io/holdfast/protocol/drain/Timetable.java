package io.holdfast.protocol.drain;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The order in which dialects are told, and when. Shared by the drain and its plan. */
final class Timetable {
    /**
     * Left to the last client told when the rate is raised to fit a deadline: enough to read the
     * message and say goodbye.
     */
    static final Duration LAST_WORD = Duration.ofSeconds(2);
    /** A timeout under this does not raise the rate any further: it would not pace at all. */
    private static final Duration SHORTEST_TELLING = Duration.ofSeconds(1);

    private Timetable() {}

    /** Indexes of the dialects, the longest timeout first; equal ones as configured. */
    static List<Integer> order(DrainSettings settings) {
        return IntStream.range(0, settings.dialects().size())
                .boxed()
                .sorted(Comparator.comparing(
                        dialect -> settings.dialects().get(dialect).timeout(),
                        Comparator.reverseOrder()))
                .toList();
    }

    /**
     * The rate that fits: {@code drain_rate}, or what it must be raised to so that each dialect is
     * told within its own timeout and all of them within the time there is.
     *
     * @param counts clients by dialect
     * @param availableNanos until waiting must end; {@link Drain#NEVER} without such a moment
     */
    static int rate(DrainSettings settings, int[] counts, long availableNanos) {
        int rate = settings.drainRate();
        long clients = 0;
        for (int dialect = 0; dialect < counts.length; dialect++) {
            long timeoutNanos = settings.dialects().get(dialect).timeout().toNanos();
            long windowNanos = Math.max(timeoutNanos, SHORTEST_TELLING.toNanos());
            rate = Math.max(rate, Pace.rateFor(counts[dialect], windowNanos));
            clients += counts[dialect];
        }
        if (availableNanos != Drain.NEVER) {
            long lastWordNanos = Math.min(LAST_WORD.toNanos(), availableNanos / 2);
            rate = Math.max(rate, Pace.rateFor(clients, availableNanos - lastWordNanos));
        }
        return rate;
    }

    /**
     * The latest moment at which the first of the dialects that still wait can begin, so that each
     * has been told, one after the other, when only its own timeout is left until the end.
     *
     * @param endNanos when the dialects under way end
     * @param counts clients to tell in the waiting dialects, in the order of telling
     * @param timeoutNanos their timeouts
     */
    static long latestStart(long endNanos, int ratePerSecond, int[] counts, long[] timeoutNanos) {
        long start = endNanos;
        for (int i = counts.length - 1; i >= 0; i--) {
            long toldBy = Math.min(start, endNanos - timeoutNanos[i]);
            start = toldBy - Pace.nanosFor(counts[i], ratePerSecond);
        }
        return start;
    }
}
