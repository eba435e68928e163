package io.holdfast.server.dialect.rooms;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.RoomName;
import io.holdfast.protocol.connection.ConnectionLifecycle;
import io.holdfast.protocol.limit.RateLimiter;
import io.holdfast.protocol.limit.RateVerdict;
import io.holdfast.server.auth.AuthResult;
import io.holdfast.server.connection.Clients;
import io.holdfast.server.connection.Connection;
import io.holdfast.server.connection.Core;
import io.holdfast.server.dialect.ErrorCode;
import io.holdfast.server.dialect.ErrorMessage;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.Counter;
import io.holdfast.server.metrics.ErrorKind;
import io.holdfast.server.metrics.LimitName;
import io.holdfast.server.room.LoopRooms;
import io.holdfast.server.room.Place;
import io.holdfast.server.room.Rooms;
import io.holdfast.server.room.Slab;
import io.holdfast.server.room.Subscriber;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client of the rooms dialect. */
final class RoomsConnection extends Connection implements Subscriber {
    /** A room asked for; its place is null until the room's home has answered. */
    private static final class Membership {
        final String room;
        /** Whether the client asked for it, and so hears that it has begun. */
        final boolean asked;

        @Nullable
        Place place;

        Membership(String room, boolean asked) {
            this.room = room;
            this.asked = asked;
        }
    }

    private final RoomsDialect dialect;
    private final String wantedId;
    private final AuthResult.Accepted identity;
    private final List<Membership> memberships = new ArrayList<>(1);
    private @Nullable RateLimiter limiter;
    private @Nullable Slab publishedIn;
    private @Nullable Place broadcasts;
    private long generation;
    private boolean seated;

    RoomsConnection(
            Core core,
            RoomsDialect dialect,
            String remote,
            String wantedId,
            AuthResult.Accepted identity) {
        super(core, RoomsDialect.NAME, remote);
        this.dialect = dialect;
        this.wantedId = wantedId;
        this.identity = identity;
    }

    @Override
    protected ConnectionLifecycle begin(long nowNanos) {
        return ConnectionLifecycle.open(dialect.heartbeat(loop()), nowNanos, loop().random());
    }

    @Override
    protected void onOpened() {
        switch (core().clients().arrive(wantedId, identity, RoomsDialect.NAME, this)) {
            case Clients.Seat.Taken taken -> {
                seated = true;
                generation = taken.generation();
                identify(wantedId);
                authenticated();
                expiresWith(identity);
                JsonText out = loop().text();
                RoomsMessages.welcome(
                        out,
                        wantedId,
                        dialect.welcomeFor(wantedId),
                        core().clients().count(RoomsDialect.NAME),
                        loop().timestamps().now());
                send(out);
                core().connected(this);
                broadcasts = rooms().beginBroadcasts(this);
                memberships.add(new Membership(Rooms.LOBBY, false));
                rooms().subscribe(this, Rooms.LOBBY, null, !taken.replacedAnother());
            }
            case Clients.Seat.Refused refused -> close(refused);
        }
    }

    @Override
    protected void onText(byte[] bytes, int from, int to) {
        RoomsRequest request = dialect.reader(loop()).read(bytes, from, to);
        if (request instanceof RoomsRequest.Ping) {
            if (mayAnswerPing()) {
                JsonText out = loop().text();
                RoomsMessages.pong(out, loop().timestamps().now());
                send(out);
            }
            return;
        }
        if (!withinRate(request)) {
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
            case RoomsRequest.Bad bad -> error(bad.code(), bad.reason(), bad.id(), 0);
            case RoomsRequest.OverLimit over -> {
                loop().metrics().count(over.limit());
                error(ErrorCode.BAD_MESSAGE, over.reason(), null, 0);
            }
        }
    }

    private boolean withinRate(RoomsRequest request) {
        int max = core().config().rooms().maxMessagesPerMinute();
        if (max == 0) {
            return true;
        }
        if (limiter == null || limiter.maxPerMinute() != max) {
            limiter = core().rateLimits().of(wantedId, max);
        }
        return switch (limiter.judge(wire().loop().nowNanos())) {
            case RateVerdict.Allowed allowed -> true;
            case RateVerdict.Limited limited -> {
                rateLimited();
                error(
                        ErrorCode.RATE_LIMITED,
                        "more than " + max + " messages in a minute; the message was dropped",
                        idOf(request),
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

    private static @Nullable String idOf(RoomsRequest request) {
        return switch (request) {
            case RoomsRequest.Message m -> m.id();
            case RoomsRequest.Direct m -> m.id();
            case RoomsRequest.Join m -> m.id();
            case RoomsRequest.Leave m -> m.id();
            case RoomsRequest.Who m -> m.id();
            case RoomsRequest.Bad m -> m.id();
            case RoomsRequest.OverLimit over -> null;
            case RoomsRequest.PlainText plain -> null;
            case RoomsRequest.Ping ping -> null;
        };
    }

    private void publish(JsonText out, String room, @Nullable String id) {
        RoomsMessages.endMessage(out, loop().timestamps().now());
        if (!fits(out, id)) {
            return;
        }
        rooms().publish(this, room, out.bytes(), 0, out.length(), id);
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
        RoomsMessages.endMessage(out, loop().timestamps().now());
        if (!fits(out, m.id())) {
            return;
        }
        Connection to = core().clients().find(m.to());
        if (to == null) {
            notConnected(m);
            return;
        }
        core().post(this, to, out.toBytes(), delivered -> {
            if (delivered) {
                accepted(m.id());
            } else {
                notConnected(m);
            }
        });
    }

    private void notConnected(RoomsRequest.Direct m) {
        error(ErrorCode.NOT_CONNECTED, "client " + m.to() + " is not connected", m.id(), 0);
    }

    private void join(RoomsRequest.Join m) {
        if (RoomName.isReserved(m.room()) && !m.room().equals(Rooms.DEEPSTREAM_EVENTS)) {
            error(ErrorCode.FORBIDDEN, "room " + m.room() + " is the server's own", m.id(), 0);
            return;
        }
        if (membership(m.room()) != null) {
            accepted(m.id());
            return;
        }
        int max = core().config().rooms().maxRoomsPerClient();
        if (memberships.size() >= max) {
            loop().metrics().count(LimitName.MAX_ROOMS_PER_CLIENT);
            error(
                    ErrorCode.TOO_MANY_ROOMS,
                    "a client may be in " + max + " rooms at once; leave one first",
                    m.id(),
                    0);
            return;
        }
        memberships.add(new Membership(m.room(), true));
        rooms().subscribe(this, m.room(), m.id(), false);
    }

    private void leave(RoomsRequest.Leave m) {
        Membership membership = membership(m.room());
        if (membership != null) {
            memberships.remove(membership);
            rooms().unsubscribe(this, m.room(), membership.place);
        }
        accepted(m.id());
    }

    private @Nullable Membership membership(String room) {
        for (Membership membership : memberships) {
            if (membership.room.equals(room)) {
                return membership;
            }
        }
        return null;
    }

    @Override
    public void subscribed(String room, @Nullable String id) {
        Membership membership = membership(room);
        if (membership == null || !accepting()) {
            // It has left, or gone, while the answer was on its way; the home knows or will soon.
            return;
        }
        if (membership.place == null) {
            membership.place = rooms().begin(this, room);
        }
        if (membership.asked) {
            accepted(id);
        }
    }

    @Override
    public void subscriptionRefused(String room, @Nullable String id) {
        Membership membership = membership(room);
        if (membership != null) {
            memberships.remove(membership);
        }
        loop().metrics().count(LimitName.MAX_ROOMS);
        error(ErrorCode.UNAVAILABLE, "the server has as many rooms as it may have", id, 0);
    }

    @Override
    public void accepted(@Nullable String id) {
        JsonText out = loop().text();
        RoomsMessages.ack(out, id);
        send(out);
    }

    @Override
    public void publishRefused(@Nullable String id) {
        loop().metrics().count(LimitName.MAILBOX);
        error(
                ErrorCode.UNAVAILABLE,
                "the server is overloaded; the message was not published",
                id,
                1);
    }

    @Override
    public void members(String room, List<String> clients, int count, @Nullable String id) {
        JsonText out = loop().text();
        RoomsMessages.presence(out, room, clients, count, id);
        send(out);
    }

    @Override
    public void deliver(ByteBuf framed, int messages) {
        if (accepting() && checkOutbox(framed.readableBytes())) {
            wire().send(framed);
            loop().metrics().add(Counter.MESSAGES_SENT, RoomsDialect.NAME, messages);
        } else {
            framed.release();
            loop().metrics().count(Counter.FAILED_BROADCASTS, RoomsDialect.NAME);
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
        return send(out);
    }

    @Override
    protected void onLost() {
        for (Membership membership : memberships) {
            rooms().unsubscribe(this, membership.room, membership.place);
        }
        memberships.clear();
        if (limiter != null) {
            core().rateLimits().left(wantedId, limiter);
        }
        if (broadcasts != null) {
            rooms().endBroadcasts(broadcasts);
        }
        if (seated) {
            boolean last = core().clients().leave(wantedId, generation, RoomsDialect.NAME, true);
            core().disconnected(this);
            if (last) {
                rooms().departed(wantedId);
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
        return send(out.bytes(), 0, out.length());
    }

    private LoopRooms rooms() {
        return loop().rooms();
    }

    @Override
    public int loopIndex() {
        return wire().loop().index();
    }

    @Override
    public boolean deflates() {
        return wire().deflates();
    }

    @Override
    public @Nullable Slab publishedIn() {
        return publishedIn;
    }

    @Override
    public void publishedIn(@Nullable Slab slab) {
        publishedIn = slab;
    }
}
