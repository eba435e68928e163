package io.holdfast.server.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.connection.ConnectionLifecycle;
import io.holdfast.protocol.connection.ConnectionOutputs;
import io.holdfast.protocol.connection.ConnectionState;
import io.holdfast.protocol.connection.WriteStall;
import io.holdfast.protocol.limit.PingFlood;
import io.holdfast.protocol.quality.QualitySnapshot;
import io.holdfast.protocol.websocket.FrameDecoder;
import io.holdfast.server.auth.AuthResult;
import io.holdfast.server.metrics.Counter;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.server.metrics.ErrorKind;
import io.holdfast.server.metrics.LimitName;
import io.holdfast.transport.Wire;
import org.jspecify.annotations.Nullable;

/**
 * One connection: the shell around its pure machines, and what every dialect shares. A dialect
 * extends it and says what a text message means.
 *
 * <p>Threads: the connection's event loop, but for the getters marked otherwise, which health and
 * logs read from anywhere and which may lag.
 */
public abstract class Connection extends Outgoing {
    /** Nanoseconds between two looks at a write that does not go on. */
    private static final long STALL_LOOK_NANOS = 1_000_000_000L;

    private final String remote;
    private final long connectedAtMillis = System.currentTimeMillis();
    private final Outputs outputs = new Outputs();
    private @Nullable ConnectionLifecycle lifecycle;
    private @Nullable PingFlood pings;
    private @Nullable WriteStall stall;
    private Departure departure = Departure.LEFT;
    /** When the ping that has not been answered was sent; 0 when there is none. */
    private long pingSentNanos;

    private int closeCode;
    private String closeReason = "";
    private volatile String clientId = "";
    private volatile boolean authenticated;
    private @Nullable Admission admittedBy;
    int index = -1;

    /** @param remote the client's address, as logs and the operations port show it */
    protected Connection(Core core, DialectName dialect, String remote) {
        super(core, dialect);
        this.remote = remote;
    }

    /** The machine for this connection: open at once, or waiting for a first message. */
    protected abstract ConnectionLifecycle begin(long nowNanos);

    /** The first chance to send. */
    protected abstract void onOpened();

    /** A whole text message, valid UTF-8; the range is valid only during the call. */
    protected abstract void onText(byte[] bytes, int from, int to);

    /** The transport is gone. Called once; nothing can be sent any more. */
    protected abstract void onLost();

    /** As health and logs name it. Any thread. */
    public String state() {
        return "connected";
    }

    /** How good the connection is, where the dialect knows. Any thread; may lag by a second. */
    public @Nullable QualitySnapshot quality() {
        return null;
    }

    /**
     * The server is leaving: say so in the dialect's way.
     *
     * @return false when that could not be sent
     */
    public abstract boolean tellShutdown(long reconnectAfterSeconds, long timeoutSeconds);

    /** Delivers one encoded message from another client; false when it cannot be delivered any more. */
    public boolean receive(byte[] text) {
        return false;
    }

    /** A session token to be used from now on. */
    public void freshToken(String token) {}

    /** A newer connection of the same client has taken its place. */
    public final void replaced() {
        close(CloseCode.REPLACED, CloseCode.REPLACED.defaultReason());
    }

    @Override
    public final void opened(Wire opened) {
        long now = opened.loop().nowNanos();
        attach(opened);
        lifecycle = begin(now);
        loop().add(this);
        onOpened();
        reschedule();
    }

    @Override
    public final void text(byte[] bytes, int from, int to) {
        ConnectionLifecycle machine = lifecycle();
        machine.received(wire().loop().nowNanos());
        loop().metrics().count(Counter.MESSAGES_RECEIVED, dialect());
        if (accepting()) {
            try {
                onText(bytes, from, to);
            } catch (RuntimeException fault) {
                fault(fault);
            }
        }
    }

    /** Our own fault ends this connection, and no other. */
    protected final void fault(RuntimeException fault) {
        loop().metrics().count(ErrorKind.INTERNAL);
        core().log().fault(this, fault);
        close(CloseCode.INTERNAL_ERROR, CloseCode.INTERNAL_ERROR.defaultReason());
    }

    @Override
    public final void binary(byte[] bytes, int from, int to) {
        received();
        close(CloseCode.UNSUPPORTED_DATA, "Text frames only");
    }

    @Override
    public final void ping(byte[] bytes, int from, int to) {
        received();
        if (accepting() && mayAnswerPing()) {
            wire().sendPong(bytes, from, to);
            if (wire().unwrittenBytes() > core().config().limits().outboxBytes()) {
                slowConsumer(LimitName.OUTBOX_LIMIT);
            }
        }
    }

    /** Counts a ping of either kind, and closes on a flood. */
    protected final boolean mayAnswerPing() {
        if (pings == null) {
            pings = new PingFlood(core().config().limits().pingsPerSecond());
        }
        return switch (pings.judge(wire().loop().nowNanos())) {
            case ANSWER -> true;
            case IGNORE -> {
                loop().metrics().count(LimitName.PINGS_PER_SECOND);
                yield false;
            }
            case CLOSE -> {
                loop().metrics().count(LimitName.PINGS_PER_SECOND);
                close(CloseCode.POLICY_VIOLATION, "Ping flood");
                yield false;
            }
        };
    }

    @Override
    public final void pong(byte[] bytes, int from, int to) {
        received();
        if (pingSentNanos != 0) {
            core().metrics().roundTrip(wire().loop().nowNanos() - pingSentNanos);
            pingSentNanos = 0;
        }
    }

    @Override
    public final void close(int code, String reason) {
        noteClose(code, reason);
        hasReadAll = closeCode != CloseCode.SLOW_CONSUMER.code();
        lifecycle().peerClosed(code, wire().loop().nowNanos(), outputs);
        reschedule();
    }

    @Override
    public final void violation(int code, String reason) {
        loop().metrics().count(ErrorKind.PROTOCOL);
        if (code == CloseCode.MESSAGE_TOO_BIG.code()) {
            loop().metrics()
                    .count(
                            reason.endsWith(FrameDecoder.TOO_MANY_FRAGMENTS)
                                    ? LimitName.MAX_FRAGMENTS
                                    : LimitName.MESSAGE_SIZE);
        }
        close(CloseCode.of(code).orElse(CloseCode.PROTOCOL_ERROR), reason);
        // The decoder is lost, so the peer's close frame could not be read: its FIN will do.
        wire().finishWriting();
    }

    @Override
    public void bytesReceived(int bytes) {
        loop().metrics().add(Counter.BYTES_RECEIVED, dialect(), bytes);
    }

    @Override
    public void bytesSent(int bytes) {
        // The handshake's answer leaves before the connection is opened.
        if (isAttached()) {
            loop().metrics().add(Counter.BYTES_SENT, dialect(), bytes);
        }
    }

    @Override
    public final void writable(boolean writable) {
        if (writable) {
            stall = null;
            mayRead(WRITES_STALL, true);
        } else if (stall == null) {
            long now = wire().loop().nowNanos();
            stall = new WriteStall(
                    core().config().limits().writeTimeout().toNanos(), wire().progress(), now);
            // Whoever does not read our answers need not ask more questions.
            mayRead(WRITES_STALL, false);
            reschedule();
        }
    }

    @Override
    public final void lost(@Nullable Throwable cause) {
        ConnectionLifecycle machine = lifecycle;
        if (machine == null) {
            return;
        }
        if (cause != null && departure == Departure.LEFT) {
            departure = Departure.BROKEN;
        }
        if (closeCode == 0) {
            loop().metrics().count(ErrorKind.NETWORK);
        }
        machine.transportClosed();
        countDropped();
        loop().wheel().cancel(this);
        loop().remove(this);
        if (authenticated) {
            core().authenticated(dialect(), -1);
        }
        if (admittedBy != null) {
            admittedBy.gone(this);
        }
        try {
            onLost();
        } finally {
            core().departed(this, departure);
        }
    }

    /** The connection's timer fired. */
    final void timer(long nowNanos) {
        WriteStall waiting = stall;
        if (waiting != null) {
            if (waiting.progressed(wire().progress(), nowNanos)) {
                lifecycle().received(nowNanos);
            } else if (waiting.isOver(nowNanos)) {
                slowConsumer(LimitName.WRITE_TIMEOUT);
            }
        }
        if (waitsForAcks()) {
            // It is we who do not read: its pongs may be waiting.
            lifecycle().received(nowNanos);
        }
        boolean waited = lifecycle().state() instanceof ConnectionState.AwaitingFirstMessage;
        lifecycle().timer(nowNanos, outputs);
        if (waited && !accepting()) {
            loop().metrics().count(LimitName.AUTH_TIMEOUT);
        }
        if (accepting()) {
            onTimer(nowNanos);
        }
        reschedule();
    }

    /** A moment that the dialect waits for itself; {@link ConnectionLifecycle#NEVER} for none. */
    protected long dialectDeadlineNanos() {
        return ConnectionLifecycle.NEVER;
    }

    /** That moment, or any other. Not called once the connection closes. */
    protected void onTimer(long nowNanos) {}

    /** To be called when {@link #dialectDeadlineNanos} has changed. */
    protected final void reschedule() {
        long deadline = lifecycle().nextDeadlineNanos();
        if (accepting()) {
            deadline = Math.min(deadline, dialectDeadlineNanos());
        }
        if (deadline == ConnectionLifecycle.NEVER) {
            return;
        }
        long now = wire().loop().nowNanos();
        if (stall != null) {
            deadline = Math.min(deadline, now + STALL_LOOK_NANOS);
        }
        loop().wheel().schedule(this, deadline, now);
    }

    /** Starts the closing handshake; the first close wins. */
    public final void close(CloseCode code, String reason) {
        if (accepting()) {
            noteClose(code.code(), reason);
            if (code != CloseCode.SLOW_CONSUMER) {
                emptyOutbox();
            }
            lifecycle().close(code, reason, wire().loop().nowNanos(), outputs);
            stall = null;
            readAgain();
            reschedule();
        }
    }

    /** Closes because its client id, or a session for it, was not to be had. */
    protected final void close(Clients.Seat.Refused refused) {
        if (refused.code() == CloseCode.TRY_AGAIN_LATER) {
            loop().metrics().count(LimitName.MAX_SESSIONS);
        }
        close(refused.code(), refused.reason());
    }

    /** Tells somebody who came in at the last moment why it cannot stay. */
    public final void refuse(Dialect spoken) {
        Dialect.Refusal refusal = core().refusal(spoken);
        byte[] message = refusal.message().getBytes(UTF_8);
        send(message, 0, message.length);
        close(refusal.code(), refusal.reason());
    }

    /** Ends the transport without more words. */
    public final void cut() {
        wire().cut();
    }

    /** Closes because the peer said goodbye in the way its dialect asks for. */
    protected final void closeAcknowledged(CloseCode code, String reason) {
        departure = Departure.ACKNOWLEDGED;
        close(code, reason);
    }

    /** The last words, in the wire's own way; nothing is sent after them. */
    protected void sayGoodbye(int code, String reason) {
        wire().sendClose(code, reason);
    }

    /** The peer has ended its half of a transport that has no close frames. */
    protected final void peerLeft() {
        int code = CloseCode.NORMAL.code();
        noteClose(code, "Client left");
        emptyOutbox();
        lifecycle().peerClosed(code, wire().loop().nowNanos(), outputs);
        reschedule();
    }

    private void noteClose(int code, String reason) {
        if (closeCode == 0) {
            closeCode = code;
            closeReason = reason;
        }
    }

    /** Closes a peer that reads slower than it is sent to. */
    @Override
    protected final void slowConsumer(LimitName limit) {
        if (accepting()) {
            loop().metrics().count(limit);
            loop().metrics().count(Counter.SLOW_CONSUMERS, dialect());
            close(CloseCode.SLOW_CONSUMER, CloseCode.SLOW_CONSUMER.defaultReason());
        }
    }

    /** Ends the wait for a first message. */
    protected final void admitted() {
        lifecycle().authenticated();
        reschedule();
    }

    private void received() {
        lifecycle().received(wire().loop().nowNanos());
    }

    /** Whether messages are still taken: not once either side has begun to close. */
    @Override
    public final boolean accepting() {
        return switch (lifecycle().state()) {
            case ConnectionState.AwaitingFirstMessage awaiting -> true;
            case ConnectionState.Open open -> true;
            case ConnectionState.Closing closing -> false;
            case ConnectionState.Closed closed -> false;
        };
    }

    private ConnectionLifecycle lifecycle() {
        ConnectionLifecycle machine = lifecycle;
        if (machine == null) {
            throw new IllegalStateException("the connection has not been opened");
        }
        return machine;
    }

    /** Any thread, once opened. */
    public final long id() {
        return wire().id();
    }

    /** The event loop that owns it. Any thread, once opened. */
    public final LoopConnections home() {
        return loop();
    }

    /** Any thread. */
    public final String remote() {
        return remote;
    }

    /** Empty until the client has said who it is. Any thread. */
    public final String clientId() {
        return clientId;
    }

    protected final void identify(String id) {
        clientId = id;
    }

    /** Whether it counts as authenticated in health. Any thread. */
    public final boolean isAuthenticated() {
        return authenticated;
    }

    /** Closes the connection when what it authenticated with ends. */
    protected final void expiresWith(AuthResult.Accepted credentials) {
        lifecycle().credentialsEnd(credentials.endsAtNanos(System.nanoTime()));
        reschedule();
    }

    protected final void authenticated() {
        if (!authenticated) {
            authenticated = true;
            core().authenticated(dialect(), 1);
        }
    }

    /** It has a place under the limits, to be given back when it ends. */
    public final void admittedBy(Admission admission) {
        admittedBy = admission;
    }

    /** Milliseconds since the epoch. Any thread. */
    public final long connectedAtMillis() {
        return connectedAtMillis;
    }

    /** Milliseconds since the epoch when anything last arrived. Any thread; may lag. */
    public final long lastSeenMillis() {
        long silent = System.nanoTime() - lifecycle().lastTrafficNanos();
        return System.currentTimeMillis() - Math.max(0, silent / 1_000_000);
    }

    /** The code that ended it, ours or the peer's; 1006 when there was none. */
    public final int closeCode() {
        return closeCode == 0 ? 1006 : closeCode;
    }

    public final String closeReason() {
        return closeReason;
    }

    /** What the machine asks for, done on the wire. */
    private final class Outputs implements ConnectionOutputs {
        @Override
        public void sendPing() {
            pingSentNanos = wire().loop().nowNanos();
            wire().sendPing();
        }

        @Override
        public void sendClose(int code, String reason) {
            noteClose(code, reason);
            if (code == CloseCode.PING_TIMEOUT.code()) {
                loop().metrics().count(Counter.ZOMBIES, dialect());
                loop().metrics().count(LimitName.SILENCE_LIMIT);
            }
            sayGoodbye(code, reason);
        }

        @Override
        public void finish() {
            wire().finish();
        }

        @Override
        public void cut() {
            wire().cut();
        }
    }
}
