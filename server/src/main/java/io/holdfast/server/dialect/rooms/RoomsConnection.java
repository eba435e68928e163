package io.holdfast.server.dialect.rooms;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.RoomName;
import io.holdfast.protocol.connection.ConnectionLifecycle;
import io.holdfast.protocol.limit.RateLimiter;
import io.holdfast.protocol.limit.RateVerdict;
import io.holdfast.protocol.outbox.Priority;
import io.holdfast.protocol.session.Claim;
import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.stream.StreamName;
import io.holdfast.server.auth.AuthResult;
import io.holdfast.server.connection.Arrival;
import io.holdfast.server.connection.Clients;
import io.holdfast.server.connection.Connection;
import io.holdfast.server.connection.Core;
import io.holdfast.server.connection.Hello;
import io.holdfast.server.connection.StreamConnection;
import io.holdfast.server.dialect.ErrorCode;
import io.holdfast.server.dialect.ErrorMessage;
import io.holdfast.server.dialect.ResumeMessages;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.Counter;
import io.holdfast.server.metrics.ErrorKind;
import io.holdfast.server.metrics.LimitName;
import io.holdfast.server.room.Acceptance;
import io.holdfast.server.room.Joined;
import io.holdfast.server.room.Refusal;
import io.holdfast.server.room.Rooms;
import io.holdfast.server.room.Subscription;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client of the rooms dialect. */
final class RoomsConnection extends StreamConnection {
    private final RoomsDialect dialect;
    private final String wantedId;
    private final boolean idWasMade;
    private final AuthResult.Accepted identity;
    private @Nullable RateLimiter limiter;
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
            refuse(dialect.refusal(dialect.reconnectSeconds()));
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
            rooms().who(this, room, null);
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
        if (!isRepeated(request) && !withinRate(request)) {
            return;
        }
        switch (request) {
            case RoomsRequest.Message m -> {
                JsonText out = loop().text();
                RoomsMessages.startMessage(out, clientId(), m.room());
                out.raw(bytes, m.start(), m.end());
                publish(out, m.room(), m.id());
            }
            case RoomsRequest.PlainText plain -> {
                JsonText out = loop().text();
                RoomsMessages.startMessage(out, clientId(), Rooms.LOBBY);
                out.string(bytes, from, to);
                publish(out, Rooms.LOBBY, null);
            }
            case RoomsRequest.Direct m -> direct(m, bytes);
            case RoomsRequest.Join m -> join(m);
            case RoomsRequest.Leave m -> leave(m);
            case RoomsRequest.Who m -> rooms().who(this, m.room(), m.id());
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

    private boolean withinRate(RoomsRequest request) {
        int max = core().config().rooms().maxMessagesPerMinute();
        if (max == 0) {
            return true;
        }
        if (limiter == null || limiter.maxPerMinute() != max) {
            limiter = core().rateLimits().of(clientId(), max);
        }
        return switch (limiter.judge(wire().loop().nowNanos())) {
            case RateVerdict.Allowed allowed -> true;
            case RateVerdict.Limited limited -> {
                rateLimited();
                error(
                        ErrorCode.RATE_LIMITED,
                        "more than " + max + " messages in a minute; the message was dropped",
                        request.id(),
                        limited.retryAfterSeconds());
                yield false;
            }
            case RateVerdict.Abusive abusive -> {
                rateLimited();
                close(CloseCode.POLICY_VIOLATION, "Rate limit ignored");
                yield false;
            }
        };
    }

    private void rateLimited() {
        loop().metrics().count(Counter.RATE_LIMITED, RoomsDialect.NAME);
        loop().metrics().count(LimitName.MAX_MESSAGES_PER_MINUTE);
    }

    private void publish(JsonText out, String stream, @Nullable String id) {
        RoomsMessages.endMessage(out, loop().timestamps().now());
        if (fits(out, id) && !publish(stream, out.bytes(), 0, out.length(), id)) {
            error(
                    ErrorCode.RATE_LIMITED,
                    "more than " + Limits.MAX_UNACKED_MESSAGES
                            + " messages are not acked yet; wait for their acks",
                    id,
                    1);
        }
    }

    private boolean fits(JsonText out, @Nullable String id) {
        if (out.length() * 2L <= core().config().limits().outboxBytes()) {
            return true;
        }
        error(
                ErrorCode.BAD_MESSAGE,
                "the message is too large to be delivered with its envelope",
                id,
                0);
        return false;
    }

    private void direct(RoomsRequest.Direct m, byte[] bytes) {
        JsonText out = loop().text();
        RoomsMessages.startDirect(out, clientId());
        out.raw(bytes, m.start(), m.end());
        if (core().clients().isReachable(m.to())) {
            publish(out, StreamName.personal(m.to()), m.id());
            return;
        }
        RoomsMessages.endMessage(out, loop().timestamps().now());
        if (!fits(out, m.id())) {
            return;
        }
        Session session = session();
        Connection to = core().clients().find(m.to());
        String id = m.id();
        if (id != null && isRepeat(id)) {
            repeat(id);
        } else if (to == null) {
            notConnected(m.to(), m.id());
        } else {
            core().post(this, to, out.toBytes(), delivered -> {
                if (delivered) {
                    if (session != null && m.id() != null) {
                        session.dedup().remember(m.id(), "", 0);
                    }
                    acknowledge(m.id());
                } else {
                    notConnected(m.to(), m.id());
                }
            });
        }
    }

    private void notConnected(String to, @Nullable String id) {
        error(ErrorCode.NOT_CONNECTED, "client " + to + " is not connected", id, 0);
    }

    private void join(RoomsRequest.Join m) {
        if (RoomName.isReserved(m.room()) && !m.room().equals(Rooms.DEEPSTREAM_EVENTS)) {
            error(ErrorCode.FORBIDDEN, "room " + m.room() + " is the server's own", m.id(), 0);
            return;
        }
        if (subscription(m.room()) != null) {
            acknowledge(m.id());
            return;
        }
        int max = core().config().rooms().maxRoomsPerClient();
        if (subscriptions() - (resumes() ? 1 : 0) >= max) {
            loop().metrics().count(LimitName.MAX_ROOMS_PER_CLIENT);
            error(
                    ErrorCode.TOO_MANY_ROOMS,
                    "a client may be in " + max + " rooms at once; leave one first",
                    m.id(),
                    0);
            return;
        }
        join(Subscription.asked(this, m.room(), m.id()), false);
    }

    private void leave(RoomsRequest.Leave m) {
        Subscription subscription = subscription(m.room());
        if (subscription == null) {
            acknowledge(m.id());
        } else {
            if (subscription.wasAsked() && (!subscription.hasBegun() || subscription.isHeld())) {
                // Its answer is still on the way, and will not find the subscription.
                acknowledge(subscription.id());
            }
            leave(subscription, () -> acknowledge(m.id()));
        }
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

    private void acknowledge(@Nullable String id) {
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
    protected void notPublished(@Nullable String id, String stream, Refusal why) {
        switch (why) {
            case OVERLOADED -> unavailable("the server is overloaded", id);
            case STORE_UNAVAILABLE -> unavailable("the server's store does not work now", id);
            case TOO_MANY_ROOMS -> unavailable("the server has as many rooms as it may have", id);
            case NOT_CONNECTED -> notConnected(StreamName.clientOf(stream), id);
        }
    }

    @Override
    protected void unavailable(String what, @Nullable String id) {
        error(ErrorCode.UNAVAILABLE, what + "; nothing was done", id, 1);
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
    public void members(String room, List<String> clients, int count, @Nullable String id) {
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
        if (limiter != null) {
            core().rateLimits().left(clientId(), limiter);
        }
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

    private void error(
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
