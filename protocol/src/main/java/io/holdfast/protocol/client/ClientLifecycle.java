package io.holdfast.protocol.client;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.client.ClientState.AskingHealth;
import io.holdfast.protocol.client.ClientState.Closed;
import io.holdfast.protocol.client.ClientState.Closing;
import io.holdfast.protocol.client.ClientState.Connected;
import io.holdfast.protocol.client.ClientState.Greeting;
import io.holdfast.protocol.client.ClientState.Idle;
import io.holdfast.protocol.client.ClientState.Leaving;
import io.holdfast.protocol.client.ClientState.Moving;
import io.holdfast.protocol.client.ClientState.Opening;
import io.holdfast.protocol.client.ClientState.Waiting;
import io.holdfast.protocol.machine.TransitionTable;
import io.holdfast.protocol.reconnect.Decision;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.Reconnect;
import io.holdfast.protocol.reconnect.ServerAdvice;
import io.holdfast.protocol.reconnect.StopCause;
import io.holdfast.protocol.reconnect.Target;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection over all its reconnects (spec: client): when it connects, to where, when it
 * takes a connection for dead, and when it stays away.
 *
 * <p>Rule of use: one thread makes all calls. After each call but {@link #received} the driver
 * schedules {@link #nextDeadlineNanos()}. Every attempt has a number, given with {@code connect} or
 * {@code askHealth}; what the driver reports under an old one has no effect. There is one transport
 * at a time, but for a move to another server: that is opened beside the one that serves, and
 * replaces it when it was welcomed there. After {@code cut} the old one is no longer heard.
 *
 * <p>The sleep of the host passes for time: deadlines and silence count it ({@link #slept}).
 */
public final class ClientLifecycle {
    /** {@link #nextDeadlineNanos()} of a client that waits for nothing. */
    public static final long NEVER = Long.MAX_VALUE;

    public static final TransitionTable<ClientState> TRANSITIONS = ClientTransitions.TABLE;

    private final ClientSettings settings;
    private final Reconnect reconnect;
    private final Heartbeat heartbeat;
    private final CircuitNews circuit = new CircuitNews();
    private ClientState state = Idle.IDLE;
    private long connections;
    private long sleptNanos;
    /** Of the current connection only. */
    private ServerAdvice advice = ServerAdvice.NONE;
    /** Whether another server has heard of us: it may take the session over at any moment. */
    private boolean saidHelloThere;

    public ClientLifecycle(ClientSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.reconnect = new Reconnect(settings.reconnect(), random, circuit);
        this.heartbeat = new Heartbeat(settings);
    }

    public ClientState state() {
        return state;
    }

    public Phase phase() {
        return state.phase();
    }

    /** Whether this connection has been up long enough to be a success. */
    public boolean isStable(long nowNanos) {
        return upNanos(nowNanos) >= Reconnect.STABLE_AFTER.toNanos();
    }

    private long upNanos(long nowNanos) {
        return switch (state) {
            case Connected up -> clock(nowNanos) - up.since();
            case Moving up -> clock(nowNanos) - up.since();
            default -> Reconnect.NEVER_UP;
        };
    }

    /** Attempts that have counted since the connection was last stable. */
    public int attempts(long nowNanos) {
        return isStable(nowNanos) ? 0 : reconnect.attempts();
    }

    /** Begins; without effect a second time. The first connect asks no health. */
    public void start(long nowNanos, ClientOutputs out) {
        if (state instanceof Idle) {
            open(++connections, null, clock(nowNanos), out);
        }
    }

    /** The transport is through its handshake: the driver sends its first message. */
    public void opened(long connection, long nowNanos) {
        if (state instanceof Opening opening && opening.connection() == connection) {
            long deadline = clock(nowNanos) + settings.welcomeTimeout().toNanos();
            become(new Greeting(connection, deadline));
        } else if (state instanceof Moving moving && moving.next() == connection) {
            saidHelloThere = true;
            become(new Moving(
                    moving.connection(),
                    moving.since(),
                    connection,
                    moving.target(),
                    true,
                    clock(nowNanos) + settings.welcomeTimeout().toNanos()));
        }
    }

    /** The server's first word came: {@code welcome}, {@code reconnection_ack}, an ack. */
    public void welcomed(long connection, long nowNanos, ClientOutputs out) {
        if (state instanceof Greeting greeting && greeting.connection() == connection) {
            long now = clock(nowNanos);
            heartbeat.begin(now);
            become(new Connected(connection, now));
            out.report(new ClientEvent.Connected());
        } else if (isMovingTo(connection) && state instanceof Moving moving && moving.greeting()) {
            arrived(moving, clock(nowNanos), out);
        }
    }

    /** Whether the server's first word on that connection is still awaited. */
    public boolean awaitsWelcome(long connection) {
        return switch (state) {
            case Greeting greeting -> greeting.connection() == connection;
            case Moving moving -> moving.next() == connection && moving.greeting();
            default -> false;
        };
    }

    /** Whether that is the number of the connection beside the one that serves. */
    public boolean isMovingTo(long connection) {
        return state instanceof Moving moving && moving.next() == connection;
    }

    /** Anything arrived. The hot path: the timer looks at it when it next fires. */
    public void received(long nowNanos) {
        heartbeat.received(clock(nowNanos));
    }

    /**
     * The server spoke of going away, or of where to go. Holds for this connection, with what it
     * says later.
     */
    public void advised(ServerAdvice told, long nowNanos, ClientOutputs out) {
        boolean listens = state instanceof Greeting
                || state instanceof Connected
                || state instanceof Moving
                || state instanceof Leaving;
        if (listens) {
            advice = advice.followedBy(told);
            out.report(new ClientEvent.ShuttingDown(told));
        }
    }

    /**
     * The last words of the connection that serves, which is about to end, said when to come back:
     * that beats the table. Unlike {@link #advised} they do not say that the server goes away.
     */
    public void comeBackAfter(Duration wait) {
        advice = advice.followedBy(ServerAdvice.after(wait));
    }

    /** The application is ready to leave as advised: closes with 1000, and comes back. */
    public void leave(long nowNanos, ClientOutputs out) {
        long now = clock(nowNanos);
        switch (state) {
            case Greeting greeting -> leave(greeting.connection(), Reconnect.NEVER_UP, now, out);
            case Connected connected ->
                leave(connected.connection(), now - connected.since(), now, out);
            default -> {}
        }
    }

    /**
     * Goes where the server has advised to, and closes this connection only when it was welcomed
     * there. Without effect where no address was told. When it fails, the connection stays.
     */
    public void move(long nowNanos, ClientOutputs out) {
        Target target = advice.where();
        if (state instanceof Connected connected && target != null) {
            long next = ++connections;
            long deadline = clock(nowNanos) + settings.openTimeout().toNanos();
            become(new Moving(
                    connected.connection(), connected.since(), next, target, false, deadline));
            out.openBeside(next, target);
        }
    }

    /** How long this connection serves at the least before {@link #move} follows it. */
    public long leastStayNanos(long nowNanos) {
        return reconnect.leastStayNanos(upNanos(nowNanos));
    }

    /** The transport has ended or could not be opened; also the answer to our close. */
    public void ended(long connection, Ending ending, long nowNanos, ClientOutputs out) {
        long now = clock(nowNanos);
        switch (state) {
            case Opening opening
            when opening.connection() == connection ->
                disconnect(ending, Reconnect.NEVER_UP, now, out);
            case Greeting greeting
            when greeting.connection() == connection ->
                disconnect(ending, Reconnect.NEVER_UP, now, out);
            case Connected connected
            when connected.connection() == connection ->
                disconnect(unlessMoved(ending), now - connected.since(), now, out);
            case Moving moving
            when moving.connection() == connection -> endedFirst(moving, ending, now, out);
            case Moving moving when moving.next() == connection -> stay(moving);
            case Leaving leaving
            when leaving.connection() == connection ->
                disconnect(Leaving.outcome(ending), leaving.upNanos(), now, out);
            case Closing closing
            when closing.connection() == connection -> closed(StopCause.ASKED, ending, out);
            default -> {} // an old connection, cut long ago
        }
    }

    public void healthAnswered(
            long connection, HealthAnswer answer, long nowNanos, ClientOutputs out) {
        if (!(state instanceof AskingHealth asking) || asking.connection() != connection) {
            return;
        }
        long now = clock(nowNanos);
        switch (answer) {
            case OK, OTHER -> open(connection, asking.target(), now, out);
            case SHUTTING_DOWN -> notReady("health says that it is not ready", now, out);
            case NONE -> notReady("health does not answer", now, out);
        }
    }

    /**
     * The host slept while the clock of {@code nowNanos} stood still. Time passed for the server
     * all the same: it counts as silence, and what was waited for may be due.
     */
    public void slept(long nanos, long nowNanos, ClientOutputs out) {
        sleptNanos += Math.max(0, nanos);
        timer(nowNanos, out);
    }

    /**
     * A hint that the network is back or another one: a connection is tried with a ping, and a
     * backoff is cut short, but no wait that the server asked for.
     */
    public void online(long nowNanos, ClientOutputs out) {
        long now = clock(nowNanos);
        switch (state) {
            case Connected ignored -> ping(now, out);
            case Moving ignored -> ping(now, out);
            case Waiting waiting
            when !waiting.told() -> {
                long until = Math.min(waiting.until(), now + reconnect.hurriedNanos(now));
                become(new Waiting(waiting.target(), false, until));
            }
            default -> {}
        }
    }

    /** The application wants to end. Repeated calls are harmless. */
    public void close(long nowNanos, ClientOutputs out) {
        switch (state) {
            case Idle ignored -> closed(StopCause.ASKED, null, out);
            case Waiting ignored -> closed(StopCause.ASKED, null, out);
            case AskingHealth ignored -> closed(StopCause.ASKED, null, out);
            case Opening ignored -> {
                out.cut();
                closed(StopCause.ASKED, null, out);
            }
            case Greeting greeting -> closeTransport(greeting.connection(), nowNanos, out);
            case Connected connected -> closeTransport(connected.connection(), nowNanos, out);
            case Moving moving -> {
                out.cutBeside();
                closeTransport(moving.connection(), nowNanos, out);
            }
            case Leaving leaving -> become(new Closing(leaving.connection(), leaving.deadline()));
            case Closing ignored -> {}
            case Closed ignored -> {}
        }
    }

    /** The deadline passed, or any other moment: does what is due by {@code nowNanos}. */
    public void timer(long nowNanos, ClientOutputs out) {
        long now = clock(nowNanos);
        if (now < deadline()) {
            return;
        }
        switch (state) {
            case AskingHealth ignored -> {
                out.report(new ClientEvent.TimedOut(ClientDeadline.HEALTH));
                notReady("health does not answer", now, out);
            }
            case Opening ignored ->
                giveUp(ClientDeadline.OPEN, new Ending.TimedOut("connect"), now, out);
            case Greeting ignored ->
                giveUp(ClientDeadline.WELCOME, new Ending.TimedOut("first word"), now, out);
            case Connected ignored -> heartbeat(now, out);
            case Moving moving
            when now >= moving.deadline() -> {
                out.report(new ClientEvent.TimedOut(moving.awaits()));
                out.cutBeside();
                stay(moving);
            }
            case Moving ignored -> heartbeat(now, out);
            case Leaving leaving -> {
                out.cut();
                disconnect(new Ending.Left(), leaving.upNanos(), now, out);
            }
            case Waiting waiting -> retry(waiting.target(), now, out);
            case Closing ignored -> {
                out.cut();
                closed(StopCause.ASKED, null, out);
            }
            case Idle ignored -> {}
            case Closed ignored -> {}
        }
    }

    public long nextDeadlineNanos() {
        long deadline = deadline();
        return deadline == NEVER ? NEVER : deadline - sleptNanos;
    }

    public ClientDeadline nextDeadlineReason() {
        return switch (state) {
            case Idle ignored -> ClientDeadline.NONE;
            case AskingHealth ignored -> ClientDeadline.HEALTH;
            case Opening ignored -> ClientDeadline.OPEN;
            case Greeting ignored -> ClientDeadline.WELCOME;
            case Connected ignored -> heartbeat.reason();
            case Moving moving ->
                moving.deadline() < heartbeat.deadline() ? moving.awaits() : heartbeat.reason();
            case Leaving ignored -> ClientDeadline.CLOSE_GRACE;
            case Waiting ignored -> ClientDeadline.RETRY;
            case Closing ignored -> ClientDeadline.CLOSE_GRACE;
            case Closed ignored -> ClientDeadline.NONE;
        };
    }

    /** On the clock that counts sleep. */
    private long deadline() {
        return switch (state) {
            case Idle ignored -> NEVER;
            case AskingHealth asking -> asking.deadline();
            case Opening opening -> opening.deadline();
            case Greeting greeting -> greeting.deadline();
            case Connected ignored -> heartbeat.deadline();
            case Moving moving -> Math.min(moving.deadline(), heartbeat.deadline());
            case Leaving leaving -> leaving.deadline();
            case Waiting waiting -> waiting.until();
            case Closing closing -> closing.deadline();
            case Closed ignored -> NEVER;
        };
    }

    private long clock(long nowNanos) {
        return nowNanos + sleptNanos;
    }

    private void ping(long now, ClientOutputs out) {
        heartbeat.pinged(now);
        out.sendPing();
    }

    private void heartbeat(long now, ClientOutputs out) {
        if (heartbeat.isSilent(now)) {
            giveUp(ClientDeadline.SILENCE, new Ending.Silence(), now, out);
        } else {
            heartbeat.pingedInTurn(now);
            out.sendPing();
        }
    }

    private void retry(@Nullable Target target, long now, ClientOutputs out) {
        Duration healthTimeout = settings.healthTimeout();
        long connection = ++connections;
        if (healthTimeout == null) {
            open(connection, target, now, out);
        } else {
            become(new AskingHealth(connection, target, now + healthTimeout.toNanos()));
            out.askHealth(connection, target);
        }
    }

    private void open(long connection, @Nullable Target target, long now, ClientOutputs out) {
        connecting(now, out);
        become(new Opening(connection, now + settings.openTimeout().toNanos()));
        out.connect(connection, target);
    }

    private void connecting(long now, ClientOutputs out) {
        advice = ServerAdvice.NONE;
        saidHelloThere = false;
        reconnect.connecting(now);
        circuit.tell(out);
    }

    // Moving to another server.

    private void arrived(Moving moving, long now, ClientOutputs out) {
        advice = ServerAdvice.NONE;
        saidHelloThere = false;
        heartbeat.begin(now);
        become(new Connected(moving.next(), now));
        reconnect.moved(moving.target(), now - moving.since(), now);
        circuit.tell(out);
        out.replace(false);
    }

    private void stay(Moving moving) {
        become(new Connected(moving.connection(), moving.since()));
    }

    /** The old connection ended before we were welcomed at the new server: what is begun goes on. */
    private void endedFirst(Moving moving, Ending ending, long now, ClientOutputs out) {
        Ending why = unlessMoved(ending);
        if (reconnect.isFinal(why)) {
            out.cutBeside();
            disconnect(why, now - moving.since(), now, out);
            return;
        }
        out.report(new ClientEvent.Disconnected(why));
        reconnect.ended(why, advice, now - moving.since(), now);
        connecting(now, out);
        long next = moving.next();
        become(
                moving.greeting()
                        ? new Greeting(next, moving.deadline())
                        : new Opening(next, moving.deadline()));
        out.replace(true);
        out.report(new ClientEvent.Reconnecting(0, moving.target(), reconnect.attempts(), false));
    }

    /** The newer connection that 4500 speaks of is our own, at the server that we were sent to. */
    private Ending unlessMoved(Ending ending) {
        boolean replaced = ending instanceof Ending.Closed closed
                && closed.code() == CloseCode.REPLACED.code();
        return replaced && saidHelloThere ? new Ending.Left() : ending;
    }

    private void notReady(String detail, long now, ClientOutputs out) {
        advice = ServerAdvice.NONE;
        disconnect(new Ending.ServerNotReady(detail), Reconnect.NEVER_UP, now, out);
    }

    /** "The client closes the socket itself and goes to DISCONNECTED; it does not wait for TCP." */
    private void giveUp(ClientDeadline missed, Ending ending, long now, ClientOutputs out) {
        out.report(new ClientEvent.TimedOut(missed));
        out.cut();
        switch (state) {
            case Moving moving -> endedFirst(moving, ending, now, out);
            case Connected up -> disconnect(ending, now - up.since(), now, out);
            default -> disconnect(ending, Reconnect.NEVER_UP, now, out);
        }
    }

    private void disconnect(Ending ending, long upNanos, long now, ClientOutputs out) {
        out.report(new ClientEvent.Disconnected(ending));
        Decision decision = reconnect.ended(ending, advice, upNanos, now);
        circuit.tell(out);
        switch (decision) {
            case Decision.Retry again -> {
                become(new Waiting(again.target(), again.told(), now + again.delayNanos()));
                out.report(new ClientEvent.Reconnecting(
                        again.delayNanos(),
                        again.target(),
                        again.attempts(),
                        again.countsAsAttempt()));
            }
            case Decision.Stop stop -> closed(stop.cause(), ending, out);
        }
    }

    private void leave(long connection, long upNanos, long now, ClientOutputs out) {
        become(new Leaving(connection, upNanos, now + settings.closeGrace().toNanos()));
        out.close(CloseCode.NORMAL.code(), "");
    }

    private void closeTransport(long connection, long nowNanos, ClientOutputs out) {
        become(new Closing(connection, clock(nowNanos) + settings.closeGrace().toNanos()));
        out.close(CloseCode.NORMAL.code(), "");
    }

    private void closed(StopCause cause, @Nullable Ending last, ClientOutputs out) {
        become(new Closed(cause));
        out.report(new ClientEvent.Closed(cause, last));
    }

    /** The only place where the state changes. */
    private void become(ClientState next) {
        TRANSITIONS.check(state, next);
        state = next;
    }
}
