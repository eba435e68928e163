package io.holdfast.protocol.lifecycle;

import io.holdfast.protocol.lifecycle.ServerState.Draining;
import io.holdfast.protocol.lifecycle.ServerState.HandingOver;
import io.holdfast.protocol.lifecycle.ServerState.Running;
import io.holdfast.protocol.lifecycle.ServerState.Starting;
import io.holdfast.protocol.lifecycle.ServerState.Stopped;
import io.holdfast.protocol.machine.Transition;
import io.holdfast.protocol.machine.TransitionTable;

import java.util.List;

/**
 * The server's own machine: {@code STARTING → RUNNING → DRAINING → STOPPED}, with
 * {@code HANDING_OVER} as a branch of {@code RUNNING}.
 *
 * <p>Rule of use: one thread changes it (the one that runs the drain and the handover); any
 * thread may read {@link #state()}. The listener is called on the changing thread after the
 * change, once per change: it writes the one log line and counts the one metric.
 */
public final class ServerLifecycle {

    /** Hears of every change. */
    @FunctionalInterface
    public interface Listener {
        void changed(ServerState from, ServerState to, String reason);
    }

    public static final TransitionTable<ServerState> TRANSITIONS = new TransitionTable<>(
            "ServerLifecycle",
            Starting.class,
            List.of(Stopped.class),
            List.of(
                    new Transition<>(Starting.class, Running.class, "ready"),
                    new Transition<>(Starting.class, Stopped.class, "start failed, or a signal"),
                    new Transition<>(Running.class, Draining.class, "signal or drain request"),
                    new Transition<>(
                            Running.class, HandingOver.class, "a new process asks for everything"),
                    new Transition<>(Running.class, Stopped.class, "fatal error"),
                    new Transition<>(Draining.class, Running.class, "drain cancelled"),
                    new Transition<>(Draining.class, Stopped.class, "drain ended"),
                    new Transition<>(
                            HandingOver.class,
                            Running.class,
                            "the new process failed before COMMIT"),
                    new Transition<>(HandingOver.class, Stopped.class, "COMMIT, or fatal error")));

    private final Listener listener;
    /** Volatile for its readers (health, admin API); only one thread writes. */
    private volatile ServerState state = new Starting();

    public ServerLifecycle(Listener listener) {
        this.listener = listener;
    }

    public ServerState state() {
        return state;
    }

    /** Everything is bound and loaded. */
    public void started() {
        requireState(Starting.class);
        become(new Running(), "ready");
    }

    public void drain(String drainId, String reason) {
        become(new Draining(reason, drainId), reason);
    }

    /** A cancelled drain: back to serving. */
    public void resume(String reason) {
        requireState(Draining.class);
        become(new Running(), reason);
    }

    public void handOver(String handoverId) {
        become(new HandingOver(handoverId), "handover " + handoverId);
    }

    /** The new process did not take over: every connection is still ours. */
    public void handoverFailed(String reason) {
        requireState(HandingOver.class);
        become(new Running(), reason);
    }

    public void stop(int exitStatus, String reason) {
        become(new Stopped(exitStatus), reason);
    }

    /** Several causes lead to {@code Running}; each is legal from its own state only. */
    private void requireState(Class<? extends ServerState> expected) {
        if (!expected.isInstance(state)) {
            throw TRANSITIONS.illegal(state, new Running());
        }
    }

    /** The only place where the state changes. Entering a state again is an error here. */
    private void become(ServerState next, String reason) {
        ServerState previous = state;
        if (previous.getClass() == next.getClass()) {
            throw TRANSITIONS.illegal(previous, next);
        }
        TRANSITIONS.check(previous, next);
        state = next;
        listener.changed(previous, next, reason);
    }
}
