package io.holdfast.protocol.drain;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.drain.DialectGroup.Phase;
import io.holdfast.protocol.drain.DrainInput.Origin;
import io.holdfast.protocol.drain.DrainInput.Start;

import java.time.Duration;
import java.util.List;

/**
 * The data of one drain under way: its clients, its deadline, its pace. Handed from state to
 * state; only {@link Drain} changes it. Its public face is for progress displays.
 */
public final class DrainCourse {
    private static final long PROGRESS_NANOS = Limits.DRAIN_PROGRESS_INTERVAL.toNanos();
    /** Clients are told in batches this far apart: a timer per client would wake us 500 times. */
    private static final long TELLING_STEP_NANOS = Duration.ofMillis(10).toNanos();

    /** A moment at which something is due. */
    record Deadline(long nanos, DrainDeadline reason) {
        static final Deadline NONE = new Deadline(Drain.NEVER, DrainDeadline.NONE);

        Deadline orSooner(long otherNanos, DrainDeadline otherReason) {
            return otherNanos < nanos ? new Deadline(otherNanos, otherReason) : this;
        }
    }

    final Fleet fleet;
    final DrainSettings settings;
    /** When all waiting must end; {@link Drain#NEVER} without a termination grace. */
    final long deadlineNanos;

    private final Start start;
    private final long startedNanos;
    Origin origin;
    int ratePerSecond;
    long nextProgressNanos;
    boolean cutShort;

    final ArrivalSlots slots;
    private long firstToldNanos;
    private long lastToldNanos;

    DrainCourse(DrainSettings settings, Start start, long nowNanos) {
        this.settings = settings;
        this.start = new Start(start.drainId(), start.reason(), start.origin(), List.of());
        this.origin = start.origin();
        this.startedNanos = nowNanos;
        this.fleet = new Fleet(settings, start.connections());
        long waitingNanos = settings.waitingNanos();
        this.deadlineNanos = waitingNanos == Drain.NEVER ? Drain.NEVER : nowNanos + waitingNanos;
        this.ratePerSecond = settings.drainRate();
        this.slots = new ArrivalSlots(settings.drainRate(), settings.dialects().size(), nowNanos);
        this.nextProgressNanos = nowNanos + PROGRESS_NANOS;
        this.firstToldNanos = nowNanos;
        this.lastToldNanos = nowNanos;
    }

    public String drainId() {
        return start.drainId();
    }

    public String reason() {
        return start.reason();
    }

    public Origin origin() {
        return origin;
    }

    public long startedNanos() {
        return startedNanos;
    }

    /** Clients told per second, raised where {@code drain_rate} did not fit. */
    public int ratePerSecond() {
        return ratePerSecond;
    }

    public int clients() {
        return fleet.clients();
    }

    /** Clients that {@link DrainOutput.Tell} was sent for. */
    public int told() {
        return fleet.sent();
    }

    public int remaining() {
        return fleet.remaining();
    }

    public int forced() {
        return fleet.forced();
    }

    /** Gone without being forced. */
    public int gone() {
        return fleet.clients() - fleet.remaining() - fleet.forced();
    }

    Duration tellingTook() {
        return Duration.ofNanos(lastToldNanos - firstToldNanos);
    }

    /** The {@code Tell} for the next client of the group. */
    DrainOutput.Tell tellNext(DialectGroup group, long timeoutSeconds, long nowNanos) {
        if (fleet.sent() == 0) {
            firstToldNanos = nowNanos;
        }
        lastToldNanos = nowNanos;
        long id = group.id(group.takeNextUntold());
        fleet.countSent();
        int reconnectAfter =
                slots.told(group.dialect, group.settings.reconnectBaseSeconds(), nowNanos);
        return new DrainOutput.Tell(id, reconnectAfter, timeoutSeconds);
    }

    /** When the group's time is up if its last client is told at the given moment. */
    long endNanosIfToldAt(DialectGroup group, long lastToldAtNanos) {
        return Math.min(lastToldAtNanos + group.settings.timeout().toNanos(), deadlineNanos);
    }

    /** When those who are left of the group are to be closed. */
    long endNanos(DialectGroup group) {
        return switch (group.phase) {
            case Phase.Waiting waiting -> deadlineNanos;
            case Phase.Telling telling -> deadlineNanos;
            case Phase.Told told -> told.endNanos();
            case Phase.Closed closed -> Drain.NEVER;
        };
    }

    /**
     * When the first dialect that waits for its turn begins: when only the time it needs is left
     * until the others' end, or at once ({@code Long.MIN_VALUE}) when nobody else is waited for.
     */
    long nextStartNanos() {
        long end = Long.MIN_VALUE;
        for (DialectGroup group : fleet.groups) {
            if (group.remaining() > 0 && group.phase instanceof Phase.Told told) {
                end = Math.max(end, told.endNanos());
            }
        }
        if (end == Long.MIN_VALUE) {
            return end;
        }
        List<DialectGroup> waiting = fleet.groups.stream()
                .filter(group -> group.phase instanceof Phase.Waiting && group.remaining() > 0)
                .toList();
        return Timetable.latestStart(
                end,
                ratePerSecond,
                waiting.stream().mapToInt(DialectGroup::untold).toArray(),
                waiting.stream()
                        .mapToLong(group -> group.settings.timeout().toNanos())
                        .toArray());
    }

    /** The next thing due while clients are told, waited for, closed or cut. */
    Deadline nextDeadline(long lastHandledNanos) {
        Deadline next = progressDeadline();
        boolean nobodyBefore = true;
        for (DialectGroup group : fleet.groups) {
            if (group.remaining() == 0) {
                continue;
            }
            next = next.orSooner(endNanos(group), DrainDeadline.TIMEOUT);
            if (group.phase instanceof Phase.Closed closed) {
                next = next.orSooner(closed.cutNanos(), DrainDeadline.CUT);
            } else if (group.phase instanceof Phase.Telling telling && nobodyBefore) {
                long due = telling.startNanos() + Pace.nanosFor(telling.sent() + 1, ratePerSecond);
                long step = lastHandledNanos + TELLING_STEP_NANOS;
                next = next.orSooner(Math.max(due, step), DrainDeadline.TELLING);
                nobodyBefore = false;
            } else if (group.phase instanceof Phase.Waiting && nobodyBefore) {
                long start = Math.max(nextStartNanos(), lastHandledNanos);
                next = next.orSooner(start, DrainDeadline.DIALECT_START);
                nobodyBefore = false;
            }
        }
        return next;
    }

    Deadline progressDeadline() {
        return new Deadline(nextProgressNanos, DrainDeadline.PROGRESS);
    }

    /** The progress line that is due; one for all that were missed. */
    DrainOutput.Progress progress(long fromNanos, long nowNanos) {
        nextProgressNanos += ((nowNanos - nextProgressNanos) / PROGRESS_NANOS + 1) * PROGRESS_NANOS;
        long left = projectedEndNanos(fromNanos) - nowNanos;
        return new DrainOutput.Progress(
                remaining(), gone(), forced(), Math.ceilDiv(left, Pace.SECOND_NANOS));
    }

    /** When waiting will be over if nobody goes by himself, as far as is known at that moment. */
    public long projectedEndNanos(long nowNanos) {
        long end = nowNanos;
        long toldBy = nowNanos;
        for (DialectGroup group : fleet.groups) {
            if (group.remaining() == 0) {
                continue;
            }
            long groupEnd = switch (group.phase) {
                case Phase.Closed closed -> closed.cutNanos();
                case Phase.Told told -> told.endNanos();
                case Phase.Telling telling -> {
                    toldBy += Pace.nanosFor(group.untold(), ratePerSecond);
                    yield endNanosIfToldAt(group, toldBy);
                }
                case Phase.Waiting waiting -> {
                    toldBy += Pace.nanosFor(group.untold(), ratePerSecond);
                    yield endNanosIfToldAt(group, toldBy);
                }
            };
            end = Math.max(end, groupEnd);
        }
        return end;
    }
}
