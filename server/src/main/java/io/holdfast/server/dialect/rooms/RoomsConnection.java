package io.holdfast.server.dialect.rooms;

import io.holdfast.protocol.connection.ConnectionLifecycle;
import io.holdfast.protocol.outbox.Priority;
import io.holdfast.protocol.session.Claim;
import io.holdfast.protocol.stream.StreamName;
import io.holdfast.server.auth.AuthResult;
import io.holdfast.server.connection.Arrival;
import io.holdfast.server.connection.Clients;
import io.holdfast.server.connection.Core;
import io.holdfast.server.connection.Hello;
import io.holdfast.server.dialect.ErrorCode;
import io.holdfast.server.dialect.ErrorMessage;
import io.holdfast.server.dialect.ResumeMessages;
import io.holdfast.server.dialect.RoomMember;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.ErrorKind;
import io.holdfast.server.room.Acceptance;
import io.holdfast.server.room.Joined;
import io.holdfast.server.room.Rooms;
import io.holdfast.server.room.Subscription;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client of the rooms dialect. */
final class RoomsConnection extends RoomMember {
    private final RoomsDialect dialect;
    private final String wantedId;
    private final boolean idWasMade;
    private final AuthResult.Accepted identity;
    private @Nullable Subscription broadcasts;
    /** Rooms of which the client wants to know who is there, once it has what was recovered. */
    private @Nullable ArrayDeque<String> presenceWanted;

    private boolean presenceAsked;

    /**
     * @param wantedId in the path, or made
     * @param idWasMade whether the client did not say who it is
     */
    RoomsConnection(
            Core core,
            RoomsDialect dialect,
            String remote,
            String wantedId,
            boolean idWasMade,
            AuthResult.Accepted identity,
            boolean resumes) {
        super(core, RoomsDialect.NAME, remote, resumes);
        this.dialect = dialect;
        this.wantedId = wantedId;
        this.idWasMade = idWasMade;
        this.identity = identity;
    }

    @Override
    protected ConnectionLifecycle begin(long nowNanos) {
        return resumes()
                ? ConnectionLifecycle.awaitingFirstMessage(
                        dialect.heartbeat(loop()), nowNanos, loop().random())
                : ConnectionLifecycle.open(dialect.heartbeat(loop()), nowNanos, loop().random());
    }

    @Override
    protected void onOpened() {
        if (resumes()) {
            return;
        }
        Claim claim = Claim.plain(identity.principal(), identity.individual());
        Clients.Seat.Taken taken = arrive(wantedId, claim, Duration.ZERO);
        if (taken != null) {
            settleIn();
            JsonText out = loop().text();
            startWelcome(out);
            send(out.raw("}"));
            join(Subscription.initial(this, Rooms.LOBBY), !taken.stillPresent());
        }
    }

    private void hello(Hello hello) {
        if (core().isDraining()) {
            refuse(dialect);
            return;
        }
        String token = hello.token();
        String id = idWasMade && token != null ? core().clients().ownerOf(token) : wantedId;
        Claim claim = new Claim(
                identity.principal(), identity.individual(), token, token != null, false, true);
        Duration ttl = core().config().rooms().sessionTtl();
        Clients.Seat.Taken taken = arrive(id == null ? wantedId : id, claim, ttl);
        if (taken != null) {
            admitted();
            settleIn();
            arrived(taken, hello, List.of(Rooms.LOBBY), !taken.stillPresent());
        }
    }

    private void settleIn() {
        authenticated();
        expiresWith(identity);
        core().connected(this);
        if (!resumes()) {
            broadcasts = rooms().beginBroadcasts(this);
        }
    }

    /** Up to its last brace. */
    private void startWelcome(JsonText out) {
        RoomsMessages.startWelcome(
                out,
                clientId(),
                dialect.welcomeFor(clientId()),
                core().clients().count(RoomsDialect.NAME),
                loop().timestamps().now());
    }

    @Override
    protected void welcome(Arrival arrival, Duration tokenTtl) {
        JsonText out = loop().text();
        if (arrival.returning()) {
            ResumeMessages.reconnectionAck(out, clientId(), arrival, core().isDraining(), tokenTtl);
        } else {
            startWelcome(out);
            ResumeMessages.token(out, arrival.token(), tokenTtl);
            ResumeMessages.newStreams(out, arrival.streams());
            out.raw("}");
        }
        send(Priority.CRITICAL, out);
    }

    @Override
    protected void onArrived(Arrival arrival, Hello hello) {
        broadcasts = rooms().beginBroadcasts(this);
        for (String stream : arrival.unknown()) {
            error(
                    ErrorCode.UNKNOWN_STREAM,
                    "the session does not belong to stream " + stream + "; join it",
                    null,
                    0);
        }
        if (hello.presence()) {
            presenceWanted = new ArrayDeque<>(arrival.streams().keySet());
            presenceWanted.removeIf(StreamName::isPersonal);
            idle();
        }
    }

    /** Behind what was recovered, and one room after the other: so it never piles up. */
    @Override
    protected void idle() {
        ArrayDeque<String> wanted = presenceWanted;
        if (wanted == null || presenceAsked || lags() || !hasRoom(Priority.LOW)) {
            return;
        }
        String room = wanted.poll();
        if (room == null) {
            presenceWanted = null;
        } else {
            presenceAsked = true;
            askWho(room, null);
        }
    }

    @Override
    public void freshToken(String token) {
        JsonText out = loop().text();
        ResumeMessages.freshToken(out, token, core().config().auth().sessionTokenTtl());
        send(out);
    }

    @Override
    protected void onText(byte[] bytes, int from, int to) {
        if (!isSeated()) {
            switch (dialect.reader(loop()).readHello(bytes, from, to)) {
                case RoomsRequest.Greeting greeting -> hello(greeting.hello());
                case RoomsRequest.Bad bad -> error(bad.code(), bad.reason(), bad.id(), 0);
                default -> throw new IllegalStateException("a hello was read as something else");
            }
            return;
        }
        if (fenced()) {
            // Its successor has the session: what it says counts no more.
            return;
        }
        RoomsRequest request = dialect.reader(loop()).read(bytes, from, to);
        if (request instanceof RoomsRequest.Ping) {
            if (mayAnswerPing()) {
                JsonText out = loop().text();
                RoomsMessages.pong(out, loop().timestamps().now());
                send(Priority.CRITICAL, out);
            }
            return;
        }
        if (!isWelcomed()) {
            error(
                    ErrorCode.UNAVAILABLE,
                    "wait for the answer to hello before anything else",
                    request.id(),
                    1);
            return;
        }
        if (!isRepeated(request) && !withinRate(request.id())) {
            return;
        }
        switch (request) {
            case RoomsRequest.Message m -> publishJson(m.room(), bytes, m.start(), m.end(), m.id());
            case RoomsRequest.PlainText plain -> publishText(bytes, from, to);
            case RoomsRequest.Direct m -> direct(m.to(), bytes, m.start(), m.end(), m.id());
            case RoomsRequest.Join m -> joinRoom(m.room(), m.id());
            case RoomsRequest.Leave m -> leaveRoom(m.room(), m.id());
            case RoomsRequest.Who m -> askWho(m.room(), m.id());
            case RoomsRequest.Ping ping -> {}
            case RoomsRequest.Greeting again -> {}
            case RoomsRequest.Bad bad -> error(bad.code(), bad.reason(), bad.id(), 0);
            case RoomsRequest.OverLimit over -> {
                loop().metrics().count(over.limit());
                error(ErrorCode.BAD_MESSAGE, over.reason(), null, 0);
            }
        }
    }

    /** Whether it was accepted before: "repeats answered by deduplication cost nothing". */
    private boolean isRepeated(RoomsRequest request) {
        return switch (request) {
            case RoomsRequest.Message m -> isRepeat(m.id());
            case RoomsRequest.Direct m -> isRepeat(m.id());
            default -> false;
        };
    }

    private void publishText(byte[] bytes, int from, int to) {
        JsonText out = startMessage(Rooms.LOBBY);
        out.string(bytes, from, to);
        publishMessage(out, Rooms.LOBBY, null);
    }

    @Override
    protected int maxMessagesPerMinute() {
        return core().config().rooms().maxMessagesPerMinute();
    }

    @Override
    protected void joined(Subscription subscription, Joined joined) {
        if (resumes()) {
            JsonText out = loop().text();
            ResumeMessages.joined(out, subscription.id(), subscription.stream(), joined);
            send(out);
        } else if (subscription.wasAsked()) {
            acknowledge(subscription.id());
        }
    }

    @Override
    protected void acknowledge(@Nullable String id) {
        JsonText out = loop().text();
        RoomsMessages.ack(out, id);
        send(out);
    }

    @Override
    protected void published(@Nullable String id, String stream, long seq, Acceptance how) {
        if (!resumes() && how == Acceptance.PUBLISHED) {
            acknowledge(id);
            return;
        }
        JsonText out = loop().text();
        String status = how == Acceptance.QUEUED ? "queued" : "ok";
        ResumeMessages.ack(out, id, status, stream, resumes() ? seq : 0);
        send(out);
    }

    @Override
    protected void sendGap(String stream, long from, long to) {
        JsonText out = loop().text();
        ResumeMessages.gap(out, stream, from, to);
        send(StreamName.isPersonal(stream) ? Priority.HIGH : Priority.NORMAL, out);
    }

    @Override
    protected Duration presenceGrace() {
        return core().config().rooms().presenceGrace();
    }

    @Override
    protected void present(String room, List<String> clients, int count, @Nullable String id) {
        JsonText out = loop().text();
        RoomsMessages.presence(out, room, clients, count, id);
        send(out);
        if (presenceAsked) {
            presenceAsked = false;
            idle();
        }
    }

    @Override
    public boolean receive(byte[] text) {
        if (!accepting()) {
            return false;
        }
        send(text, 0, text.length);
        return accepting();
    }

    @Override
    public boolean tellShutdown(long reconnectAfterSeconds, long timeoutSeconds) {
        JsonText out = loop().text();
        RoomsMessages.shutdownWarning(
                out, dialect.shutdownMessage(), timeoutSeconds, reconnectAfterSeconds);
        return send(Priority.CRITICAL, out);
    }

    @Override
    protected void onLost() {
        keepRate();
        if (broadcasts != null) {
            rooms().endBroadcasts(broadcasts);
        }
        if (isSeated()) {
            Clients.Left left = leave(!resumes());
            core().disconnected(this);
            if (left == Clients.Left.GONE) {
                rooms().departed(clientId());
            }
        }
    }

    @Override
    protected void error(
            ErrorCode code, String message, @Nullable String id, long retryAfterSeconds) {
        JsonText out = loop().text();
        ErrorMessage.write(out, code, message, id, retryAfterSeconds);
        if (code == ErrorCode.BAD_MESSAGE) {
            loop().metrics().count(ErrorKind.BAD_MESSAGE);
        }
        send(out);
    }

    private boolean send(JsonText out) {
        return send(Priority.HIGH, out);
    }

    private boolean send(Priority priority, JsonText out) {
        return send(priority, out.bytes(), 0, out.length());
    }
}
