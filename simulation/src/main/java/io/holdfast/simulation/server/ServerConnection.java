package io.holdfast.simulation.server;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.admission.Slot;
import io.holdfast.protocol.connection.ConnectionLifecycle;
import io.holdfast.protocol.connection.ConnectionOutputs;
import io.holdfast.protocol.connection.ConnectionSettings;
import io.holdfast.protocol.connection.ConnectionState;
import io.holdfast.protocol.connection.WriteStall;
import io.holdfast.protocol.limit.PingFlood;
import io.holdfast.protocol.line.LineDecoder;
import io.holdfast.protocol.line.LineFault;
import io.holdfast.protocol.line.LineSink;
import io.holdfast.protocol.outbox.Priority;
import io.holdfast.protocol.quality.BotHeartbeat;
import io.holdfast.protocol.quality.ConnectionQuality;
import io.holdfast.protocol.quality.HeartbeatOutputs;
import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.stream.Position;
import io.holdfast.protocol.stream.Recovery;
import io.holdfast.protocol.stream.StreamName;
import io.holdfast.simulation.wire.Line;
import io.holdfast.simulation.wire.StreamStart;
import io.holdfast.simulation.world.Hit;
import io.holdfast.simulation.world.Randoms;
import io.holdfast.simulation.world.SimLoop;
import io.holdfast.simulation.world.SimNetwork;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One connection of the simulated server: the shell around its pure machines. */
final class ServerConnection extends Outgoing implements LineSink {
    static final String ROOM = "bot";
    private static final int MAX_LINE_BYTES = 64 * 1024;
    private static final long STALL_LOOK_NANOS = 1_000_000_000L;

    final long id;
    private final Streams streams;
    private final int loopIndex;
    private final @Nullable Slot slot;
    private final LineDecoder decoder = new LineDecoder(MAX_LINE_BYTES);
    private final ConnectionLifecycle lifecycle;
    private final BotHeartbeat heartbeat;
    private final PingFlood pings = new PingFlood(Limits.MAX_PINGS_PER_SECOND);
    private final SimLoop.Alarm alarm;
    private final ConnectionOutputs outputs = new ClosingOutputs(this);
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final Requests requests;
    private final ArrayDeque<Line> early = new ArrayDeque<>();
    private @Nullable WriteStall stall;
    private @Nullable Session session;
    private long generation;
    private String clientId = "";
    private @Nullable Arrival arriving;
    private boolean hasSpoken;
    private boolean peerFinished;
    private boolean tooSlow;
    /** Whether the peer has said goodbye, and nothing was dropped of what it was sent before. */
    private boolean hasReadAll;

    ServerConnection(
            SimServer server,
            Streams streams,
            int loopIndex,
            SimNetwork.SocketHandle handle,
            @Nullable Slot slot,
            long id,
            long firstMessageNanos,
            Randoms random) {
        super(server, streams.loop(), handle, server.checker().connection(id, streams.loop()));
        this.id = id;
        this.streams = streams;
        this.loopIndex = loopIndex;
        this.slot = slot;
        ConnectionSettings settings = ConnectionSettings.withoutHeartbeat(
                Duration.ofNanos(firstMessageNanos), Limits.TCP_CLOSE_GRACE);
        this.lifecycle = ConnectionLifecycle.awaitingFirstMessage(settings, now(), random);
        this.heartbeat = new BotHeartbeat(
                server.settings().heartbeat(), new ConnectionQuality(now()), now(), random);
        this.requests = new Requests(this, streams, subscriptions);
        this.alarm = loop().alarm(this::timer);
        reschedule();
    }

    Requests requests() {
        return requests;
    }

    int loopIndex() {
        return loopIndex;
    }

    String clientId() {
        return clientId;
    }

    long generation() {
        return generation;
    }

    @Nullable
    Session session() {
        return session;
    }

    @Nullable
    Slot slot() {
        return slot;
    }

    boolean fenced() {
        Session mine = session;
        return mine != null && mine.generation() != generation;
    }

    @Override
    boolean accepting() {
        return switch (lifecycle.state()) {
            case ConnectionState.AwaitingFirstMessage ignored -> true;
            case ConnectionState.Open ignored -> true;
            case ConnectionState.Closing ignored -> false;
            case ConnectionState.Closed ignored -> false;
        };
    }

    // What comes in.

    @Override
    public void bytes(byte[] bytes, int from, int to) {
        decoder.decode(bytes, from, to, this);
    }

    @Override
    public void violation(LineFault fault, String reason) {
        close(CloseCode.UNSUPPORTED_DATA, reason);
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
        lifecycle.received(now());
        if (from == to || fenced()) {
            return;
        }
        Line line = Line.parse(bytes, from, to);
        if (accepting()) {
            handle(line);
        } else if (line.type().equals("bye")) {
            hasReadAll = !tooSlow;
        }
    }

    private void handle(Line line) {
        hasSpoken = true;
        if (session == null) {
            if (line.type().equals("hello")) {
                hello(line);
            } else {
                close(CloseCode.UNSUPPORTED_DATA, "Begin with hello");
            }
            return;
        }
        switch (line.type()) {
            case "ping" -> {
                if (pings.judge(now()) == PingFlood.Verdict.ANSWER) {
                    send(Priority.CRITICAL, Line.of("pong", line.word(1)));
                }
            }
            case "pong" -> {
                heartbeat.pong(line.number(1), now());
                checker.forgiven();
                reschedule();
            }
            default -> {
                if (arriving != null) {
                    early.add(line);
                    mayRead(NOT_WELCOMED, false);
                } else if (requests.isRepeat(line.word(2)) || requests.withinRate(line.word(2))) {
                    requests.perform(line);
                }
            }
        }
    }

    private void hello(Line line) {
        if (server.isDraining()) {
            refuse(server.newcomerMayReturn());
            return;
        }
        String key = line.word(1);
        String token = line.word(2).equals("-") ? null : line.word(2);
        if (token != null) {
            server.pass(Hit.KILL_AT_HELLO);
        }
        Seat seat = server.reception().arrive(this, key, token);
        if (seat == null) {
            return;
        }
        clientId = key;
        session = seat.session();
        generation = seat.generation();
        lifecycle.authenticated();
        checker.seated();
        reschedule();
        Map<String, Position> named = StreamStart.readPositions(line.word(3));
        Arrival begun = new Arrival(server, token != null, seat, named);
        arriving = begun;
        begun.passes(Hit.KILL_AT_SEAT);
        List<String> names = new ArrayList<>(seat.memberships().keySet());
        if (!seat.restored()) {
            names.add(ROOM);
        }
        String own = StreamName.personal(clientId);
        if (!names.contains(own)) {
            names.add(own);
        }
        begun.expects(names.size());
        for (String name : names) {
            Subscription place = new Subscription(
                    this, name, null, named.get(name), seat.memberships().get(name));
            place.held = true;
            subscriptions.add(place);
            streams.subscribe(place);
        }
    }

    void subscribed(Subscription place, Recovery recovery) {
        StreamStart start = place.start;
        if (!accepting() || !subscriptions.contains(place) || start == null) {
            return;
        }
        Arrival begun = arriving;
        if (begun != null) {
            begun.passes(Hit.KILL_AT_SUBSCRIPTION);
        }
        Position at = place.known(start.epoch(), start.head(), recovery);
        server.sessions().joined(clientId, generation, place.stream, at);
        if (begun != null) {
            if (begun.subscribed()) {
                server.commits()
                        .commit(
                                this,
                                () -> finishArrival(begun),
                                () -> close(CloseCode.TRY_AGAIN_LATER, "Store unavailable"));
                begun.passes(Hit.KILL_AT_COMMIT_OF_RESUME);
            }
        } else {
            server.commits()
                    .commit(
                            this,
                            () -> requests.joined(place, start),
                            () -> requests.notJoined(place));
        }
    }

    private void finishArrival(Arrival begun) {
        arriving = null;
        if (!accepting()) {
            return;
        }
        begun.passes(Hit.KILL_AT_COMMITTED_RESUME);
        Map<String, StreamStart> starts = Arrival.starts(subscriptions);
        server.checker().welcomed(clientId, generation);
        send(Priority.CRITICAL, begun.welcome(starts));
        begun.passes(Hit.KILL_AT_WELCOME);
        for (Subscription place : List.copyOf(subscriptions)) {
            streams.release(place);
            begun.passes(Hit.KILL_AT_RELEASE);
        }
        for (String name : begun.named.keySet()) {
            if (!starts.containsKey(name)) {
                requests.error("unknown_stream", "-", 0);
            }
        }
        while (!early.isEmpty() && accepting()) {
            handle(early.remove());
        }
        mayRead(NOT_WELCOMED, true);
        idle();
    }

    // What goes out.

    boolean ready(Priority priority) {
        return accepting() && hasRoom(priority);
    }

    void deliver(byte[] line) {
        if (accepting()) {
            write(line);
        }
    }

    void gap(String stream, long from, long to, Priority priority) {
        send(priority, Line.of("gap", stream, from, to));
    }

    void stray(byte[] ack) {
        if (isWelcomed() && send(Priority.HIGH, ack)) {
            server.trace().hit(Hit.STRAY_ACK);
        }
    }

    boolean isWelcomed() {
        return session != null && arriving == null;
    }

    void freshToken(String token) {
        send(Priority.HIGH, Line.of("token", token));
    }

    boolean tellShutdown(int reconnectAfterSeconds) {
        return send(Priority.CRITICAL, Line.of("shutdown", reconnectAfterSeconds));
    }

    void refuse(long reconnectAfterSeconds) {
        send(Priority.HIGH, Line.of("shutdown", reconnectAfterSeconds));
        close(CloseCode.GOING_AWAY, "Server is leaving");
    }

    /** Too late, or over a limit: told so, and closed. */
    void turnAway(long retryAfterSeconds) {
        send(Priority.HIGH, Line.of("error", "too_many_connections", "-", retryAfterSeconds));
        close(CloseCode.TRY_AGAIN_LATER, "Too many connections");
    }

    @Override
    void feed(Priority priority) {
        for (Subscription place : List.copyOf(subscriptions)) {
            if (StreamName.isPersonal(place.stream) == (priority == Priority.HIGH)) {
                streams.feed(place);
            }
        }
    }

    // How it ends.

    void close(CloseCode code, String reason) {
        if (accepting()) {
            tooSlow = code == CloseCode.SLOW_CONSUMER;
            if (!tooSlow) {
                emptyOutbox();
            }
            lifecycle.close(code, reason, now(), outputs);
            stall = null;
            readAgain();
            reschedule();
        }
    }

    boolean hasSpoken() {
        return hasSpoken;
    }

    void replaced() {
        close(CloseCode.REPLACED, CloseCode.REPLACED.defaultReason());
    }

    void cut() {
        socket().cut();
    }

    @Override
    void slowConsumer() {
        close(CloseCode.SLOW_CONSUMER, CloseCode.SLOW_CONSUMER.defaultReason());
    }

    @Override
    public void finished() {
        peerFinished = true;
        idle();
    }

    @Override
    void idle() {
        if (!peerFinished || !accepting()) {
            return;
        }
        boolean lags = subscriptions.stream().anyMatch(streams::lags);
        if (arriving == null && unsettled() == 0 && !isWaiting() && !lags) {
            emptyOutbox();
            lifecycle.peerClosed(CloseCode.NORMAL.code(), now(), outputs);
            reschedule();
        }
    }

    @Override
    public void lost(boolean reset) {
        lifecycle.transportClosed();
        checker.lost();
        checker.state(lifecycle.state().getClass().getSimpleName());
        alarm.set(Long.MAX_VALUE);
        if (session != null) {
            requests.leaveAll(hasReadAll);
            server.reception().leave(this);
        }
        server.reception().gone(this, reset);
    }

    private void timer() {
        long now = now();
        WriteStall waiting = stall;
        if (waiting != null) {
            if (socket().hasRoom()) {
                stall = null;
                checker.writesAgain();
            } else if (waiting.progressed(socket().progress(), now)) {
                lifecycle.received(now);
            } else if (waiting.isOver(now)) {
                slowConsumer();
            }
        }
        lifecycle.timer(now, outputs);
        if (accepting()) {
            if (isReadingStopped()) {
                heartbeat.excuse();
                checker.forgiven();
            }
            heartbeat.timer(now, new Heartbeat());
        }
        reschedule();
    }

    @Override
    void stalled() {
        if (stall == null) {
            stall = new WriteStall(
                    server.settings().writeTimeout().toNanos(), socket().progress(), now());
            checker.stalled(socket()::progress, server.settings().writeTimeout());
            mayRead(WRITES_STALL, false);
            reschedule();
        }
    }

    private void reschedule() {
        checker.state(lifecycle.state().getClass().getSimpleName());
        long deadline = lifecycle.nextDeadlineNanos();
        if (accepting()) {
            deadline = Math.min(deadline, heartbeat.nextDeadlineNanos());
            if (stall != null) {
                deadline = Math.min(deadline, now() + STALL_LOOK_NANOS);
            }
        }
        alarm.set(deadline);
    }

    private final class Heartbeat implements HeartbeatOutputs {
        @Override
        public void sendPing(long pingId) {
            long useful = server.settings().heartbeat().intervalNanos();
            checker.pinged(server.settings().heartbeat().timeoutNanos());
            send(Priority.CRITICAL, Line.of("ping", pingId, loop().wallMillis()), useful);
            if (server.clockJumped()) {
                server.trace().hit(Hit.SERVER_CLOCK_JUMPED);
            }
        }

        @Override
        public void zombie(long waitedNanos) {
            close(CloseCode.PING_TIMEOUT, CloseCode.PING_TIMEOUT.defaultReason());
        }
    }
}
