package io.holdfast.protocol.drain;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.drain.DialectGroup.Phase;
import io.holdfast.protocol.drain.DrainInput.Acknowledged;
import io.holdfast.protocol.drain.DrainInput.Cancel;
import io.holdfast.protocol.drain.DrainInput.Gone;
import io.holdfast.protocol.drain.DrainInput.Halt;
import io.holdfast.protocol.drain.DrainInput.Hurry;
import io.holdfast.protocol.drain.DrainInput.Joined;
import io.holdfast.protocol.drain.DrainInput.Origin;
import io.holdfast.protocol.drain.DrainInput.Start;
import io.holdfast.protocol.drain.DrainInput.StoreDone;
import io.holdfast.protocol.drain.DrainInput.Tick;
import io.holdfast.protocol.drain.DrainInput.Told;
import io.holdfast.protocol.drain.DrainInput.Undelivered;
import io.holdfast.protocol.drain.DrainState.Closing;
import io.holdfast.protocol.drain.DrainState.Delaying;
import io.holdfast.protocol.drain.DrainState.Finished;
import io.holdfast.protocol.drain.DrainState.Halted;
import io.holdfast.protocol.drain.DrainState.Idle;
import io.holdfast.protocol.drain.DrainState.Leaving;
import io.holdfast.protocol.drain.DrainState.Storing;
import io.holdfast.protocol.machine.Transition;
import io.holdfast.protocol.machine.TransitionTable;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The shutdown sequence (spec: lifecycle, shutdown sequence).
 *
 * <p>Rule of use: one thread makes all calls, and does not call {@link #handle} from inside an
 * output: reports that are ready at once are queued and handed in afterwards. After each call it
 * schedules a {@link Tick} for {@link #nextDeadlineNanos()}. A tick may be late: what was due
 * meanwhile is caught up, up to the schedule and not beyond it. Times come from a clock that does
 * not wrap.
 */
public final class Drain {
    /** {@link #nextDeadlineNanos()} of a drain that waits for nothing. */
    public static final long NEVER = Long.MAX_VALUE;

    public static final TransitionTable<DrainState> TRANSITIONS = new TransitionTable<>(
            "Drain",
            Idle.class,
            List.of(Finished.class, Halted.class),
            List.of(
                    new Transition<>(Idle.class, Delaying.class, "start"),
                    new Transition<>(Delaying.class, Leaving.class, "the delay is over"),
                    new Transition<>(Delaying.class, Closing.class, "second signal"),
                    new Transition<>(Delaying.class, Idle.class, "cancel"),
                    new Transition<>(
                            Leaving.class,
                            Closing.class,
                            "a dialect's time is up, or second signal"),
                    new Transition<>(Leaving.class, Storing.class, "all have gone"),
                    new Transition<>(Leaving.class, Idle.class, "cancel"),
                    new Transition<>(Closing.class, Storing.class, "all have gone or were cut"),
                    new Transition<>(
                            Storing.class, Finished.class, "store written, or its time is up"),
                    new Transition<>(Delaying.class, Halted.class, "third signal"),
                    new Transition<>(Leaving.class, Halted.class, "third signal"),
                    new Transition<>(Closing.class, Halted.class, "third signal"),
                    new Transition<>(Storing.class, Halted.class, "third signal")));

    private static final String TIMEOUT_REASON = "Server shutdown timeout";
    private static final String HURRIED_REASON = CloseCode.GOING_AWAY.defaultReason();

    private final DrainSettings settings;
    private DrainState state = new Idle();
    private long lastHandledNanos;
    private boolean handling;

    public Drain(DrainSettings settings) {
        this.settings = settings;
    }

    public DrainState state() {
        return state;
    }

    /**
     * When those may come back whom the drain under way sends away: to be asked by whoever refuses
     * newcomers, from {@link DrainOutput.RefuseNewcomers} on. Null while there is no drain.
     */
    public @Nullable ArrivalSlots slots() {
        DrainCourse course = course();
        return course == null ? null : course.slots;
    }

    /** What a drain of so many clients by dialect would do; changes nothing. */
    public DrainPlan plan(int[] counts) {
        return DrainPlan.of(settings, counts);
    }

    /** Takes one input and gives what is to be done, in order. */
    public void handle(DrainInput input, long nowNanos, Consumer<? super DrainOutput> out) {
        if (handling) {
            throw new IllegalStateException(
                    "The drain was given " + input + " from inside one of its outputs;"
                            + " expected it after handle has returned: queue it.");
        }
        handling = true;
        try {
            lastHandledNanos = nowNanos;
            take(input, nowNanos, out);
        } finally {
            handling = false;
        }
    }

    private void take(DrainInput input, long nowNanos, Consumer<? super DrainOutput> out) {
        DrainCourse course = course();
        if (course == null) {
            switch (input) {
                case Start start when state instanceof Idle -> start(start, nowNanos, out);
                case Cancel cancel
                when state instanceof Idle ->
                    out.accept(new DrainOutput.CancelRefused("No drain is under way."));
                default -> {
                    // Late reports, and anything after the end.
                }
            }
            return;
        }
        switch (input) {
            case Start start -> startAgain(course, start, out);
            case Joined joined -> join(course, joined, out);
            case Told told -> course.fleet.written(told.id());
            case Undelivered undelivered -> {
                // Stays unwritten, which is what the verdict counts; nobody waits for it.
            }
            case Acknowledged acknowledged -> course.fleet.acknowledged(acknowledged.id());
            case Gone gone -> course.fleet.gone(gone.id(), gone.how());
            case Hurry hurry -> hurry(course, nowNanos, out);
            case Halt halt -> {
                become(new Halted());
                out.accept(new DrainOutput.HaltNow());
            }
            case Cancel cancel -> cancel(course, nowNanos, out);
            case Tick tick -> {
                // Time alone.
            }
            case StoreDone done -> storeDone(course, done, nowNanos, out);
        }
        advance(nowNanos, out);
    }

    private void start(Start start, long nowNanos, Consumer<? super DrainOutput> out) {
        DrainCourse course = new DrainCourse(settings, start, nowNanos);
        long delayEnd = Math.min(nowNanos + settings.drainDelay().toNanos(), course.deadlineNanos);
        become(new Delaying(course, delayEnd));
        out.accept(new DrainOutput.HealthShuttingDown(start.drainId()));
        DrainPlan plan = plan(course.fleet.counts());
        course.ratePerSecond = plan.ratePerSecond();
        plan.warnings().forEach(warning -> out.accept(new DrainOutput.Warn(warning)));
        advance(nowNanos, out);
    }

    private static void startAgain(
            DrainCourse course, Start start, Consumer<? super DrainOutput> out) {
        if (start.origin() == Origin.SIGNAL) {
            // The process has now been told to end; a cancel would leave it running.
            course.origin = Origin.SIGNAL;
        }
        out.accept(new DrainOutput.AlreadyDraining(course.drainId()));
    }

    private void join(DrainCourse course, Joined joined, Consumer<? super DrainOutput> out) {
        if (state instanceof Delaying) {
            course.fleet.join(joined.id(), joined.dialect());
        } else if (!course.fleet.knows(joined.id())) {
            out.accept(new DrainOutput.Refuse(joined.id()));
        }
    }

    private void cancel(DrainCourse course, long nowNanos, Consumer<? super DrainOutput> out) {
        if (course.origin == Origin.SIGNAL) {
            out.accept(new DrainOutput.CancelRefused("Drain " + course.drainId()
                    + " was asked for by a signal: only the API's can be cancelled."));
        } else if (state instanceof Delaying || state instanceof Leaving) {
            become(new Idle());
            out.accept(new DrainOutput.Resume(
                    course.fleet.verdict(course, Verdict.Outcome.CANCELLED, nowNanos)));
        } else {
            out.accept(new DrainOutput.CancelRefused("Drain " + course.drainId()
                    + " is already closing connections: it is too late to cancel."));
        }
    }

    /** Everything that time, or the last input, has made due. */
    private void advance(long nowNanos, Consumer<? super DrainOutput> out) {
        if (state instanceof Delaying delaying && nowNanos >= delaying.untilNanos()) {
            beginTelling(delaying.course(), nowNanos, out);
        }
        DrainCourse course = course();
        if (course == null) {
            return;
        }
        if (state instanceof Leaving) {
            course.slots.closedTogetherAt(course.projectedEndNanos(nowNanos));
        }
        if (state instanceof Leaving || state instanceof Closing) {
            tell(course, nowNanos, out);
            closeAndCut(course, nowNanos, out);
            if (course.fleet.remaining() == 0) {
                become(new Storing(course, nowNanos + settings.storeReserve().toNanos()));
                out.accept(new DrainOutput.WriteStore(
                        nowNanos + settings.storeReserve().toNanos()));
                return;
            }
        }
        if (state instanceof Storing storing) {
            if (nowNanos >= storing.deadlineNanos()) {
                out.accept(new DrainOutput.Warn("The store was not written within "
                        + settings.storeReserve().toSeconds()
                        + " s: what it had not written yet is lost."));
                finish(course, false, nowNanos, out);
            }
        } else {
            reportProgress(course, nowNanos, out);
        }
    }

    private void beginTelling(
            DrainCourse course, long nowNanos, Consumer<? super DrainOutput> out) {
        become(new Leaving(course));
        out.accept(new DrainOutput.RefuseNewcomers());
        long available = course.deadlineNanos == NEVER ? NEVER : course.deadlineNanos - nowNanos;
        int rate = Timetable.rate(settings, course.fleet.counts(), Math.max(0, available));
        if (rate > course.ratePerSecond) {
            // The fleet grew during the delay.
            out.accept(new DrainOutput.Warn(
                    DrainPlan.rateWarning(settings, course.fleet.remaining(), rate)));
        }
        course.ratePerSecond = rate;
    }

    /** Step 3: one dialect after the other, each client when the schedule has come to it. */
    private void tell(DrainCourse course, long nowNanos, Consumer<? super DrainOutput> out) {
        for (DialectGroup group : course.fleet.groups) {
            if (group.remaining() == 0) {
                continue;
            }
            if (group.phase instanceof Phase.Waiting && nowNanos >= course.nextStartNanos()) {
                group.phase = new Phase.Telling(nowNanos, 0, nowNanos);
            }
            if (group.phase instanceof Phase.Telling telling
                    && !tellDue(course, group, telling, nowNanos, out)) {
                return;
            }
        }
    }

    /** Returns whether everybody of the group has been told. */
    private boolean tellDue(
            DrainCourse course,
            DialectGroup group,
            Phase.Telling telling,
            long nowNanos,
            Consumer<? super DrainOutput> out) {
        long allowed = Pace.allowed(course.ratePerSecond, nowNanos - telling.startNanos());
        // What everybody surely has: the dialect's own time, or less if the process is killed.
        long stay = Math.max(0, course.endNanosIfToldAt(group, nowNanos) - nowNanos);
        long sent = telling.sent();
        long lastSentNanos = telling.lastSentNanos();
        for (; sent < allowed && group.untold() > 0; sent++) {
            lastSentNanos = nowNanos;
            out.accept(course.tellNext(group, stay / Pace.SECOND_NANOS, nowNanos));
        }
        if (group.untold() > 0) {
            group.phase = new Phase.Telling(telling.startNanos(), sent, lastSentNanos);
            return false;
        }
        group.phase = new Phase.Told(course.endNanosIfToldAt(group, lastSentNanos));
        return true;
    }

    /** Step 6, for each dialect whose time is up. */
    private void closeAndCut(DrainCourse course, long nowNanos, Consumer<? super DrainOutput> out) {
        for (DialectGroup group : course.fleet.groups) {
            if (group.remaining() > 0 && nowNanos >= course.endNanos(group)) {
                close(
                        course,
                        group,
                        TIMEOUT_REASON,
                        group.settings.closeGrace().toNanos(),
                        nowNanos,
                        out);
            }
            if (group.phase instanceof Phase.Closed closed && nowNanos >= closed.cutNanos()) {
                cut(course, group, out);
            }
        }
    }

    /**
     * Closes everybody who is left. Those whom the schedule had not come to are told in the same
     * breath: their {@code reconnect_after} is what keeps them from arriving all at once.
     */
    private void close(
            DrainCourse course,
            DialectGroup group,
            String reason,
            long graceNanos,
            long nowNanos,
            Consumer<? super DrainOutput> out) {
        if (!(state instanceof Closing)) {
            become(new Closing(course));
        }
        group.phase = new Phase.Closed(nowNanos + graceNanos);
        course.slots.closedTogetherAt(nowNanos);
        while (group.untold() > 0) {
            out.accept(course.tellNext(group, 0, nowNanos));
        }
        for (int i = 0; i < group.size(); i++) {
            if (!group.isGone(i)) {
                group.markClosed(i);
                out.accept(new DrainOutput.Close(group.id(i), CloseCode.GOING_AWAY, reason));
            }
        }
    }

    private static void cut(
            DrainCourse course, DialectGroup group, Consumer<? super DrainOutput> out) {
        for (int i = 0; i < group.size() && group.remaining() > 0; i++) {
            if (!group.isGone(i)) {
                course.fleet.cut(group, i);
                out.accept(new DrainOutput.Cut(group.id(i)));
            }
        }
    }

    private void hurry(DrainCourse course, long nowNanos, Consumer<? super DrainOutput> out) {
        if (state instanceof Storing) {
            return;
        }
        if (state instanceof Delaying) {
            out.accept(new DrainOutput.RefuseNewcomers());
        }
        course.cutShort |= course.fleet.remaining() > 0;
        if (!(state instanceof Closing)) {
            become(new Closing(course));
        }
        long hurriedNanos = settings.hurriedGrace().toNanos();
        for (DialectGroup group : course.fleet.groups) {
            if (group.phase instanceof Phase.Closed closed) {
                group.phase =
                        new Phase.Closed(Math.min(closed.cutNanos(), nowNanos + hurriedNanos));
            } else if (group.remaining() > 0) {
                long graceNanos = Math.min(group.settings.closeGrace().toNanos(), hurriedNanos);
                close(course, group, HURRIED_REASON, graceNanos, nowNanos, out);
            }
        }
    }

    private void reportProgress(
            DrainCourse course, long nowNanos, Consumer<? super DrainOutput> out) {
        if (nowNanos >= course.nextProgressNanos) {
            long from = state instanceof Delaying delaying ? delaying.untilNanos() : nowNanos;
            out.accept(course.progress(from, nowNanos));
        }
    }

    private void storeDone(
            DrainCourse course, StoreDone done, long nowNanos, Consumer<? super DrainOutput> out) {
        if (state instanceof Storing) {
            finish(course, done.written(), nowNanos, out);
        }
    }

    private void finish(
            DrainCourse course, boolean written, long nowNanos, Consumer<? super DrainOutput> out) {
        Verdict.Outcome outcome =
                course.cutShort ? Verdict.Outcome.HURRIED : Verdict.Outcome.COMPLETED;
        Verdict verdict = course.fleet.verdict(course, outcome, nowNanos);
        // A store that was not written is the graver of the two: data is lost.
        int exitStatus = !written ? 1 : course.cutShort ? 3 : 0;
        become(new Finished(verdict, exitStatus));
        out.accept(new DrainOutput.Finished(verdict, exitStatus));
    }

    public long nextDeadlineNanos() {
        return nextDeadline().nanos();
    }

    public DrainDeadline nextDeadlineReason() {
        return nextDeadline().reason();
    }

    private DrainCourse.Deadline nextDeadline() {
        return switch (state) {
            case Idle idle -> DrainCourse.Deadline.NONE;
            case Delaying delaying ->
                delaying.course()
                        .progressDeadline()
                        .orSooner(delaying.untilNanos(), DrainDeadline.DELAY);
            case Leaving leaving -> leaving.course().nextDeadline(lastHandledNanos);
            case Closing closing -> closing.course().nextDeadline(lastHandledNanos);
            case Storing storing ->
                new DrainCourse.Deadline(storing.deadlineNanos(), DrainDeadline.STORE);
            case Finished finished -> DrainCourse.Deadline.NONE;
            case Halted halted -> DrainCourse.Deadline.NONE;
        };
    }

    /** The course of the drain under way, if one is. */
    private @Nullable DrainCourse course() {
        return switch (state) {
            case Idle idle -> null;
            case Delaying delaying -> delaying.course();
            case Leaving leaving -> leaving.course();
            case Closing closing -> closing.course();
            case Storing storing -> storing.course();
            case Finished finished -> null;
            case Halted halted -> null;
        };
    }

    /** The only place where the state changes. */
    private void become(DrainState next) {
        TRANSITIONS.check(state, next);
        state = next;
    }
}
