package io.holdfast.protocol.breaker;

import io.holdfast.protocol.breaker.BreakerState.Closed;
import io.holdfast.protocol.breaker.BreakerState.HalfOpen;
import io.holdfast.protocol.breaker.BreakerState.Open;
import io.holdfast.protocol.machine.Transition;
import io.holdfast.protocol.machine.TransitionTable;

import java.util.List;

/**
 * Keeps calls from a peer that fails all of them: some failures in a row open the circuit for a
 * while, then one trial call decides whether it closes or stays open.
 *
 * <p>Rule of use: {@link #tryCall} before each call; with a ticket, make the call and report its
 * end once with {@link #succeeded}, {@link #failed} or {@link #cancelled}; with {@link #REFUSED},
 * do not call. Calls may overlap. What is reported of a call that began before the circuit last
 * changed says nothing about the peer's state now, and changes nothing. A trial whose end is never
 * reported counts as lost after {@link BreakerSettings#openNanos()}.
 *
 * <p>One thread at a time: the shell guards it with a lock where calls come from several. There is
 * no timer; time passes with the calls.
 */
public final class CircuitBreaker {

    /** The ticket of nobody. */
    public static final long REFUSED = 0;

    /** Hears of every change, after it, on the changing thread: the log line and the metric. */
    @FunctionalInterface
    public interface Listener {
        void changed(BreakerState from, BreakerState to, String reason);
    }

    public static final TransitionTable<BreakerState> TRANSITIONS = new TransitionTable<>(
            "CircuitBreaker",
            Closed.class,
            List.of(),
            List.of(
                    new Transition<>(Closed.class, Open.class, "5 failures in a row"),
                    new Transition<>(Open.class, HalfOpen.class, "a call after 60 s, the trial"),
                    new Transition<>(HalfOpen.class, Closed.class, "the trial succeeded"),
                    new Transition<>(
                            HalfOpen.class, Open.class, "the trial failed, or was not made")));

    private static final Closed NO_FAILURES = new Closed(0);

    private final BreakerSettings settings;
    private final Listener listener;
    private BreakerState state = NO_FAILURES;
    /** Given to all calls that go through until the circuit changes; never {@link #REFUSED}. */
    private long ticket = 1;

    public CircuitBreaker(BreakerSettings settings, Listener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    public BreakerState state() {
        return state;
    }

    /**
     * Asks for a call.
     *
     * @return the ticket to report its end with, or {@link #REFUSED}
     */
    public long tryCall(long nowNanos) {
        return switch (state) {
            case Closed ignored -> ticket;
            case Open open -> nowNanos >= open.untilNanos() ? trial(nowNanos) : REFUSED;
            case HalfOpen half -> nowNanos >= half.lostAtNanos() ? trial(nowNanos) : REFUSED;
        };
    }

    /** The call ended well. */
    public void succeeded(long itsTicket) {
        if (itsTicket != ticket) {
            return;
        }
        switch (state) {
            case Closed closed -> {
                if (closed.failures() > 0) {
                    become(NO_FAILURES, "success");
                }
            }
            case HalfOpen ignored -> become(NO_FAILURES, "the trial call succeeded");
            case Open ignored -> {} // an open circuit has given its ticket to nobody
        }
    }

    /** The call failed by the peer's or the network's fault, or took too long. */
    public void failed(long itsTicket, long nowNanos) {
        if (itsTicket != ticket) {
            return;
        }
        switch (state) {
            case Closed closed -> {
                int failures = closed.failures() + 1;
                if (failures < settings.failures()) {
                    become(new Closed(failures), "failure");
                } else {
                    open(nowNanos, failures + " failures in a row");
                }
            }
            case HalfOpen ignored -> open(nowNanos, "the trial call failed");
            case Open ignored -> {}
        }
    }

    /** The call was not made, or was given up before it could tell: the next one may try. */
    public void cancelled(long itsTicket, long nowNanos) {
        if (itsTicket == ticket && state instanceof HalfOpen) {
            become(new Open(nowNanos), "the trial call was not made");
        }
    }

    /** Nanoseconds until a call may be let through; 0 when it would be now. */
    public long nanosUntilCall(long nowNanos) {
        return switch (state) {
            case Closed ignored -> 0;
            case Open open -> Math.max(0, open.untilNanos() - nowNanos);
            case HalfOpen half -> Math.max(0, half.lostAtNanos() - nowNanos);
        };
    }

    private long trial(long nowNanos) {
        become(new HalfOpen(nowNanos + settings.openNanos()), "a trial call");
        return ticket;
    }

    private void open(long nowNanos, String reason) {
        become(new Open(nowNanos + settings.openNanos()), reason);
    }

    /** The only place where the state changes. */
    private void become(BreakerState next, String reason) {
        BreakerState previous = state;
        TRANSITIONS.check(previous, next);
        state = next;
        if (!(next instanceof Closed && previous instanceof Closed)) {
            ticket++; // also from one trial to the next: the lost one has no say any more
        }
        if (previous.getClass() != next.getClass()) {
            listener.changed(previous, next, reason);
        }
    }
}
