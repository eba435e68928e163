package io.holdfast.protocol.drain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a drain would do if it began now and nobody left by himself: the answer to
 * {@code --dry-run}, and the source of the warnings at the start. All times count from the start.
 *
 * @param ratePerSecond clients told per second, raised where {@code drain_rate} does not fit
 * @param steps by dialect with clients, in the order of telling
 * @param toldBy when the last client has been told
 * @param waitingEnds when the last dialect's time is up
 * @param endsBy when the process has gone, at the latest
 * @param longestReconnectAfterSeconds the largest advice given; sessions must outlive it
 */
public record DrainPlan(
        int clients,
        int ratePerSecond,
        boolean rateRaised,
        List<Step> steps,
        Duration toldBy,
        Duration waitingEnds,
        Duration endsBy,
        int longestReconnectAfterSeconds,
        List<String> warnings) {

    /** One dialect: when the telling begins and ends, and when those who are left are closed. */
    public record Step(
            String dialect, int clients, Duration begins, Duration toldBy, Duration closed) {}

    public DrainPlan {
        steps = List.copyOf(steps);
        warnings = List.copyOf(warnings);
    }

    /**
     * The plan for so many clients.
     *
     * @param counts clients by dialect, as in {@link DrainSettings#dialects()}
     */
    public static DrainPlan of(DrainSettings settings, int[] counts) {
        if (counts.length != settings.dialects().size()) {
            throw new IllegalArgumentException("A plan for " + counts.length
                    + " dialects; expected " + settings.dialects().size()
                    + ", one count for each that is configured.");
        }
        long waitingNanos = settings.waitingNanos();
        long delayNanos = Math.min(settings.drainDelay().toNanos(), waitingNanos);
        long availableNanos = waitingNanos == Drain.NEVER ? Drain.NEVER : waitingNanos - delayNanos;
        int rate = Timetable.rate(settings, counts, availableNanos);
        int clients = Arrays.stream(counts).sum();
        List<Step> steps = steps(settings, counts, rate, delayNanos, waitingNanos);
        Duration told = latest(steps.stream().map(Step::toldBy).toList(), delayNanos);
        Duration waiting = latest(steps.stream().map(Step::closed).toList(), delayNanos);
        Duration closeGrace = latest(
                settings.dialects().stream().map(DialectDrain::closeGrace).toList(), 0);
        return new DrainPlan(
                clients,
                rate,
                rate > settings.drainRate(),
                steps,
                told,
                waiting,
                waiting.plus(clients == 0 ? Duration.ZERO : closeGrace)
                        .plus(settings.storeReserve()),
                longestReconnectAfter(settings, counts, rate),
                warnings(settings, counts, rate, waitingNanos));
    }

    private static List<Step> steps(
            DrainSettings settings, int[] counts, int rate, long delayNanos, long waitingNanos) {
        List<Integer> order = Timetable.order(settings).stream()
                .filter(dialect -> counts[dialect] > 0)
                .toList();
        int[] waitingCounts =
                order.stream().mapToInt(dialect -> counts[dialect]).toArray();
        long[] timeouts = order.stream()
                .mapToLong(dialect -> settings.dialects().get(dialect).timeout().toNanos())
                .toArray();
        List<Step> steps = new ArrayList<>();
        long toldBy = delayNanos;
        long end = delayNanos;
        for (int i = 0; i < waitingCounts.length; i++) {
            long begins = toldBy;
            if (i > 0) {
                int[] later = Arrays.copyOfRange(waitingCounts, i, waitingCounts.length);
                long[] laterTimeouts = Arrays.copyOfRange(timeouts, i, timeouts.length);
                begins = Math.max(toldBy, Timetable.latestStart(end, rate, later, laterTimeouts));
            }
            toldBy = Math.min(begins + Pace.nanosFor(waitingCounts[i], rate), waitingNanos);
            long closed = Math.min(toldBy + timeouts[i], waitingNanos);
            end = Math.max(end, closed);
            String name = settings.dialects().get(order.get(i)).name();
            steps.add(new Step(
                    name,
                    waitingCounts[i],
                    Duration.ofNanos(begins),
                    Duration.ofNanos(toldBy),
                    Duration.ofNanos(closed)));
        }
        return steps;
    }

    private static int longestReconnectAfter(DrainSettings settings, int[] counts, int rate) {
        ArrivalSlots slots = new ArrivalSlots(settings.drainRate(), counts.length, 0);
        int longest = 0;
        long told = 0;
        for (int dialect : Timetable.order(settings)) {
            int base = settings.dialects().get(dialect).reconnectBaseSeconds();
            for (int i = 0; i < counts[dialect]; i++) {
                longest = Math.max(longest, slots.told(dialect, base, Pace.nanosFor(++told, rate)));
            }
        }
        return longest;
    }

    private static List<String> warnings(
            DrainSettings settings, int[] counts, int rate, long waitingNanos) {
        List<String> warnings = new ArrayList<>();
        int clients = Arrays.stream(counts).sum();
        if (rate > settings.drainRate()) {
            warnings.add(rateWarning(settings, clients, rate));
        }
        for (int dialect = 0; dialect < counts.length; dialect++) {
            Duration timeout = settings.dialects().get(dialect).timeout();
            if (counts[dialect] > 0 && timeout.toNanos() > waitingNanos) {
                warnings.add("termination_grace of " + seconds(settings.terminationGrace())
                        + " cuts the shutdown_timeout of "
                        + settings.dialects().get(dialect).name() + " from "
                        + seconds(timeout) + " to " + seconds(Duration.ofNanos(waitingNanos))
                        + " in all.");
            }
        }
        return warnings;
    }

    static String rateWarning(DrainSettings settings, int clients, int rate) {
        return "drain_rate of " + settings.drainRate() + " per second does not fit " + clients
                + " clients into the time there is: raised to " + rate + " per second.";
    }

    private static String seconds(@Nullable Duration time) {
        return time == null ? "unlimited" : time.toMillis() / 1000.0 + " s";
    }

    private static Duration latest(List<Duration> times, long atLeastNanos) {
        return times.stream()
                .reduce(Duration.ofNanos(atLeastNanos), (a, b) -> a.compareTo(b) >= 0 ? a : b);
    }
}
