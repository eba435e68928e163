package io.holdfast.server.dialect;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.RoomName;
import io.holdfast.protocol.limit.RateLimiter;
import io.holdfast.protocol.limit.RateVerdict;
import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.stream.StreamName;
import io.holdfast.server.connection.Connection;
import io.holdfast.server.connection.Core;
import io.holdfast.server.connection.StreamConnection;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.Counter;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.server.metrics.LimitName;
import io.holdfast.server.room.Refusal;
import io.holdfast.server.room.Rooms;
import io.holdfast.server.room.Subscription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that talks in rooms and to other clients: what all dialects with rooms do alike, whatever
 * words they have for it.
 */
public abstract class RoomMember extends StreamConnection {
    private @Nullable RateLimiter limiter;

    /** @param resumes whether the client asked for resume */
    protected RoomMember(Core core, DialectName dialect, String remote, boolean resumes) {
        super(core, dialect, remote, resumes);
    }

    /**
     * Tells the client that something was not done.
     *
     * @param id of the request, or null
     * @param retryAfterSeconds when it may succeed; 0 when that is not known
     */
    protected abstract void error(
            ErrorCode code, String message, @Nullable String id, long retryAfterSeconds);

    /** Tells the client that a request was done that has no place in a stream. */
    protected abstract void acknowledge(@Nullable String id);

    /** Requests of a client in a minute; 0 is no limit. */
    protected abstract int maxMessagesPerMinute();

    /** Counts a request; when it is one too many, says so, and closes who does not heed that. */
    protected final boolean withinRate(@Nullable String id) {
        int max = maxMessagesPerMinute();
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
                        id,
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
        loop().metrics().count(Counter.RATE_LIMITED, dialect());
        loop().metrics().count(LimitName.MAX_MESSAGES_PER_MINUTE);
    }

    /** The client goes; coming back does not clear the count. */
    protected final void keepRate() {
        if (limiter != null) {
            core().rateLimits().left(clientId(), limiter);
        }
    }

    /** Publishes JSON from a range of bytes as the data of a message. */
    protected final void publishJson(
            String room, byte[] bytes, int from, int to, @Nullable String id) {
        JsonText out = startMessage(room);
        out.raw(bytes, from, to);
        publishMessage(out, room, id);
    }

    /** A room's message up to its data, which the caller appends. */
    protected final JsonText startMessage(String room) {
        JsonText out = loop().text();
        CanonicalMessages.startMessage(out, clientId(), room);
        return out;
    }

    /** Publishes a message that ends with its data. */
    protected final void publishMessage(JsonText out, String stream, @Nullable String id) {
        CanonicalMessages.endMessage(out, loop().timestamps().now());
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

    /** Sends JSON from a range of bytes to one client: by its stream if it has one. */
    protected final void direct(String to, byte[] bytes, int from, int end, @Nullable String id) {
        JsonText out = loop().text();
        CanonicalMessages.startDirect(out, clientId());
        out.raw(bytes, from, end);
        if (core().clients().isReachable(to)) {
            publishMessage(out, StreamName.personal(to), id);
            return;
        }
        CanonicalMessages.endMessage(out, loop().timestamps().now());
        if (fits(out, id)) {
            if (id != null && isRepeat(id)) {
                repeat(id);
            } else {
                post(to, out.toBytes(), id);
            }
        }
    }

    private void post(String to, byte[] text, @Nullable String id) {
        Session session = session();
        Connection receiver = core().clients().find(to);
        if (receiver == null) {
            notConnected(to, id);
            return;
        }
        begun();
        core().post(this, receiver, text, delivered -> {
            if (delivered) {
                if (session != null && id != null) {
                    session.dedup().remember(id, "", 0);
                }
                acknowledge(id);
            } else {
                notConnected(to, id);
            }
            settled();
        });
    }

    private void notConnected(String to, @Nullable String id) {
        error(ErrorCode.NOT_CONNECTED, "client " + to + " is not connected", id, 0);
    }

    /** Asks who is in a room; the answer is {@link #present}. */
    protected final void askWho(String room, @Nullable String id) {
        begun();
        rooms().who(this, room, id);
    }

    /** The first clients in a room, and how many there are. */
    protected abstract void present(
            String room, List<String> clients, int count, @Nullable String id);

    @Override
    public final void members(String room, List<String> clients, int count, @Nullable String id) {
        present(room, clients, count, id);
        settled();
    }

    protected final void joinRoom(String room, @Nullable String id) {
        if (RoomName.isReserved(room) && !room.equals(Rooms.DEEPSTREAM_EVENTS)) {
            error(ErrorCode.FORBIDDEN, "room " + room + " is the server's own", id, 0);
            return;
        }
        if (subscription(room) != null) {
            acknowledge(id);
            return;
        }
        int max = core().config().rooms().maxRoomsPerClient();
        if (subscriptions() - (resumes() ? 1 : 0) >= max) {
            loop().metrics().count(LimitName.MAX_ROOMS_PER_CLIENT);
            error(
                    ErrorCode.TOO_MANY_ROOMS,
                    "a client may be in " + max + " rooms at once; leave one first",
                    id,
                    0);
            return;
        }
        join(Subscription.asked(this, room, id), false);
    }

    protected final void leaveRoom(String room, @Nullable String id) {
        Subscription subscription = subscription(room);
        if (subscription == null) {
            acknowledge(id);
        } else {
            if (subscription.wasAsked() && (!subscription.hasBegun() || subscription.isHeld())) {
                // Its answer is still on the way, and will not find the subscription.
                acknowledge(subscription.id());
            }
            leave(subscription, () -> acknowledge(id));
        }
    }

    @Override
    protected final void notPublished(@Nullable String id, String stream, Refusal why) {
        switch (why) {
            case OVERLOADED -> unavailable("the server is overloaded", id);
            case STORE_UNAVAILABLE -> unavailable("the server's store does not work now", id);
            case TOO_MANY_ROOMS -> unavailable("the server has as many rooms as it may have", id);
            case NOT_CONNECTED -> notConnected(StreamName.clientOf(stream), id);
        }
    }

    @Override
    protected final void unavailable(String what, @Nullable String id) {
        error(ErrorCode.UNAVAILABLE, what + "; nothing was done", id, 1);
    }
}
