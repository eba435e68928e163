package io.holdfast.protocol.connection;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.connection.ConnectionState.AwaitingFirstMessage;
import io.holdfast.protocol.connection.ConnectionState.Closed;
import io.holdfast.protocol.connection.ConnectionState.Closing;
import io.holdfast.protocol.connection.ConnectionState.Open;
import io.holdfast.protocol.machine.Transition;
import io.holdfast.protocol.machine.TransitionTable;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One connection from its opening to its close: the wait for a first message, the heartbeat, and
 * the closing handshake.
 *
 * <p>Rule of use: owned by one event loop, which makes all calls. After {@link #timer} and after
 * any call that changed {@link #state()} the driver schedules {@link #nextDeadlineNanos()}.
 * {@link #received} is the hot path and needs no rescheduling: it stores one timestamp, and the
 * timer looks at it when it next fires. Times come from a clock that does not wrap.
 *
 * <p>Size: 48 bytes, and 24 more for the state's data until the connection is open.
 */
public final class ConnectionLifecycle {
    /** {@link #nextDeadlineNanos()} of a connection that waits for nothing. */
    public static final long NEVER = Long.MAX_VALUE;

    public static final TransitionTable<ConnectionState> TRANSITIONS = new TransitionTable<>(
            "ConnectionLifecycle",
            AwaitingFirstMessage.class,
            List.of(Closed.class),
            List.of(
                    new Transition<>(
                            AwaitingFirstMessage.class,
                            Open.class,
                            "first message accepted, or none needed"),
                    new Transition<>(
                            AwaitingFirstMessage.class,
                            Closing.class,
                            "close, or its time is up (1008)"),
                    new Transition<>(AwaitingFirstMessage.class, Closed.class, "transport closed"),
                    new Transition<>(
                            Open.class,
                            Closing.class,
                            "close by either side, silence (4100), or credentials end (4501)"),
                    new Transition<>(Open.class, Closed.class, "transport closed"),
                    new Transition<>(
                            Closing.class,
                            Closed.class,
                            "transport closed, or cut when the grace is over")));

    private static final String FIRST_MESSAGE_TIMEOUT = "Authentication timeout";

    private final ConnectionSettings settings;
    private ConnectionState state;
    private long lastTrafficNanos;
    private long nextPingNanos;
    private long credentialsEndNanos = NEVER;

    private ConnectionLifecycle(
            ConnectionSettings settings,
            ConnectionState state,
            long nowNanos,
            RandomGenerator random) {
        this.settings = settings;
        this.state = state;
        this.lastTrafficNanos = nowNanos;
        // A random phase: after a restart everybody connects at once, and would else be pinged
        // at once for ever after.
        this.nextPingNanos = settings.hasHeartbeat()
                ? nowNanos + 1 + random.nextLong(settings.pingIntervalNanos())
                : NEVER;
    }

    /** A connection whose first message decides whether it may stay. */
    public static ConnectionLifecycle awaitingFirstMessage(
            ConnectionSettings settings, long nowNanos, RandomGenerator random) {
        long deadlineNanos = nowNanos + settings.firstMessageNanos();
        return new ConnectionLifecycle(
                settings, new AwaitingFirstMessage(deadlineNanos), nowNanos, random);
    }

    /** A connection that was admitted by its handshake alone. */
    public static ConnectionLifecycle open(
            ConnectionSettings settings, long nowNanos, RandomGenerator random) {
        return new ConnectionLifecycle(settings, Open.OPEN, nowNanos, random);
    }

    public ConnectionState state() {
        return state;
    }

    public boolean isOpen() {
        return state instanceof Open;
    }

    /** Anything arrived: data, ping, pong. "Any traffic counts." */
    public void received(long nowNanos) {
        lastTrafficNanos = nowNanos;
    }

    /** When anything last arrived: {@code last_seen}. */
    public long lastTrafficNanos() {
        return lastTrafficNanos;
    }

    /**
     * The peer's credentials end at that moment, and the connection with them (4501); {@link #NEVER}
     * if they do not end.
     */
    public void credentialsEnd(long atNanos) {
        credentialsEndNanos = atNanos;
    }

    /** The first message was accepted. Without effect unless one was awaited. */
    public void authenticated() {
        if (state instanceof AwaitingFirstMessage) {
            become(Open.OPEN);
        }
    }

    /** We want to close. The first close wins; later ones, and late ones, are ignored. */
    public void close(CloseCode code, String reason, long nowNanos, ConnectionOutputs out) {
        if (state instanceof AwaitingFirstMessage || state instanceof Open) {
            startClosing(code.code(), reason, nowNanos);
            out.sendClose(code.code(), reason);
        }
    }

    /**
     * The peer's close frame arrived.
     *
     * @param code as received; 1005 when the frame had none
     */
    public void peerClosed(int code, long nowNanos, ConnectionOutputs out) {
        if (state instanceof AwaitingFirstMessage || state instanceof Open) {
            // RFC 6455 section 5.5.1: answer with a close frame, typically echoing the code.
            // Nobody sends 1005; a peer that named no code asked for a normal close.
            int echo = CloseCode.maySend(code) ? code : CloseCode.NORMAL.code();
            startClosing(echo, "", nowNanos);
            out.sendClose(echo, "");
            out.finish();
        } else if (state instanceof Closing) {
            // RFC 6455 section 7.1.1: with both frames through, the server closes the transport.
            out.finish();
        }
    }

    /** The transport is gone, whoever closed it. */
    public void transportClosed() {
        if (!(state instanceof Closed)) {
            become(Closed.CLOSED);
        }
    }

    /** The deadline passed, or any other moment: does what is due by {@code nowNanos}. */
    public void timer(long nowNanos, ConnectionOutputs out) {
        switch (state) {
            case AwaitingFirstMessage awaiting -> {
                if (nowNanos >= awaiting.deadlineNanos()) {
                    close(CloseCode.POLICY_VIOLATION, FIRST_MESSAGE_TIMEOUT, nowNanos, out);
                }
            }
            case Open open -> {
                if (nowNanos >= credentialsEndNanos) {
                    CloseCode expired = CloseCode.TOKEN_EXPIRED;
                    close(expired, expired.defaultReason(), nowNanos, out);
                } else if (settings.hasHeartbeat()) {
                    heartbeat(nowNanos, out);
                }
            }
            case Closing closing -> {
                if (nowNanos >= closing.deadlineNanos()) {
                    become(Closed.CLOSED);
                    out.cut();
                }
            }
            case Closed closed -> {
                // A timer that was already on its way.
            }
        }
    }

    public long nextDeadlineNanos() {
        return switch (state) {
            case AwaitingFirstMessage awaiting -> awaiting.deadlineNanos();
            case Open open ->
                Math.min(credentialsEndNanos, Math.min(nextPingNanos, silentAtNanos()));
            case Closing closing -> closing.deadlineNanos();
            case Closed closed -> NEVER;
        };
    }

    public ConnectionDeadline nextDeadlineReason() {
        return switch (state) {
            case AwaitingFirstMessage awaiting -> ConnectionDeadline.FIRST_MESSAGE;
            case Open open -> openDeadlineReason();
            case Closing closing -> ConnectionDeadline.CLOSE_GRACE;
            case Closed closed -> ConnectionDeadline.NONE;
        };
    }

    private ConnectionDeadline openDeadlineReason() {
        if (credentialsEndNanos <= Math.min(nextPingNanos, silentAtNanos())) {
            return ConnectionDeadline.CREDENTIALS_END;
        }
        return nextPingNanos <= silentAtNanos()
                ? ConnectionDeadline.PING
                : ConnectionDeadline.SILENCE;
    }

    private void heartbeat(long nowNanos, ConnectionOutputs out) {
        long interval = settings.pingIntervalNanos();
        long lateNanos = nowNanos - nextPingNanos;
        if (lateNanos >= interval) {
            // Our own timer slept through a whole interval (a stopped process, a suspended
            // machine): the peer's answers may be waiting unread, so it gets one interval more.
            long firstFairMoment = nowNanos - settings.silenceNanos() + interval;
            lastTrafficNanos = Math.max(lastTrafficNanos, firstFairMoment);
        }
        if (nowNanos >= silentAtNanos()) {
            close(CloseCode.PING_TIMEOUT, CloseCode.PING_TIMEOUT.defaultReason(), nowNanos, out);
            return;
        }
        if (lateNanos >= 0) {
            // One ping for all that were missed, and the phase is kept.
            nextPingNanos += (lateNanos / interval + 1) * interval;
            out.sendPing();
        }
    }

    private long silentAtNanos() {
        return settings.hasHeartbeat() ? lastTrafficNanos + settings.silenceNanos() : NEVER;
    }

    private void startClosing(int code, String reason, long nowNanos) {
        become(new Closing(code, reason, nowNanos + settings.closeGraceNanos()));
    }

    /** The only place where the state changes. */
    private void become(ConnectionState next) {
        TRANSITIONS.check(state, next);
        state = next;
    }
}
