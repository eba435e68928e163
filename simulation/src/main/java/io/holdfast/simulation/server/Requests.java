package io.holdfast.simulation.server;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.limit.RateLimiter;
import io.holdfast.protocol.limit.RateVerdict;
import io.holdfast.protocol.outbox.Priority;
import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.stream.Position;
import io.holdfast.protocol.stream.StreamName;
import io.holdfast.simulation.wire.Line;
import io.holdfast.simulation.wire.StreamStart;
import io.holdfast.simulation.world.Hit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a welcomed client asks for: messages, rooms, and the answers. */
final class Requests {
    private final ServerConnection connection;
    private final Streams streams;
    private final List<Subscription> subscriptions;
    private @Nullable RateLimiter limiter;

    /** @param subscriptions of the connection, changed here too */
    Requests(ServerConnection connection, Streams streams, List<Subscription> subscriptions) {
        this.connection = connection;
        this.streams = streams;
        this.subscriptions = subscriptions;
    }

    boolean isRepeat(String messageId) {
        Session mine = connection.session();
        return mine != null && mine.dedup().find(messageId) != null;
    }

    boolean withinRate(String messageId) {
        int max = connection.server.settings().maxMessagesPerMinute();
        if (max == 0) {
            return true;
        }
        if (limiter == null) {
            limiter = connection.server.reception().limiterOf(connection.clientId(), max);
        }
        return switch (limiter.judge(connection.now())) {
            case RateVerdict.Allowed ignored -> {
                connection.server.checker().rated(connection.clientId(), connection.now(), max);
                yield true;
            }
            case RateVerdict.Limited limited -> {
                error("rate_limited", messageId, limited.retryAfterSeconds());
                yield false;
            }
            case RateVerdict.Abusive ignored -> {
                connection.close(CloseCode.POLICY_VIOLATION, "Rate limit ignored");
                yield false;
            }
        };
    }

    void joined(Subscription place, StreamStart start) {
        if (subscriptions.contains(place)) {
            connection.send(
                    Priority.HIGH,
                    Line.of(
                            "joined",
                            place.stream,
                            String.valueOf(place.id),
                            start.epoch(),
                            start.head()));
            streams.release(place);
            connection.settled();
        }
    }

    void notJoined(Subscription place) {
        if (subscriptions.remove(place)) {
            connection
                    .server
                    .sessions()
                    .left(connection.clientId(), connection.generation(), place.stream);
            streams.unsubscribe(place);
            error("store_unavailable", String.valueOf(place.id), 0);
            connection.settled();
        }
    }

    void perform(Line line) {
        String messageId = line.word(2);
        switch (line.type()) {
            case "pub" -> publish(line.word(1), line.word(3), messageId);
            case "direct" -> {
                String to = line.word(1);
                if (connection.server.isReachable(to) || isRepeat(messageId)) {
                    publish(StreamName.personal(to), line.word(3), messageId);
                } else {
                    error("not_connected", messageId, 0);
                }
            }
            case "join" -> {
                if (subscriptions.stream().anyMatch(one -> one.stream.equals(line.word(1)))) {
                    error("already_joined", messageId, 0);
                    return;
                }
                Subscription place =
                        new Subscription(connection, line.word(1), messageId, null, null);
                place.held = true;
                connection.begun();
                subscriptions.add(place);
                streams.subscribe(place);
            }
            case "leave" -> leaveRoom(line.word(1), messageId);
            default -> connection.close(CloseCode.UNSUPPORTED_DATA, "unknown " + line.type());
        }
    }

    private void publish(String stream, String payload, String messageId) {
        Session mine = connection.session();
        SessionRecord.Seen seen = mine == null ? null : mine.dedup().find(messageId);
        if (seen != null) {
            connection.begun();
            streams.repeat(connection, messageId, seen);
        } else if (connection.unsettled() >= Limits.MAX_UNACKED_MESSAGES) {
            error("rate_limited", messageId, 0);
        } else {
            connection.begun();
            connection.server.checker().unacked(connection.clientId(), connection.unsettled());
            streams.publish(connection, stream, payload, messageId);
        }
    }

    /** @param hasReadAll whether the client is known to have read what it was given */
    void leaveAll(boolean hasReadAll) {
        for (Subscription place : subscriptions) {
            StreamStart start = place.start;
            if (hasReadAll && place.begun && !place.held && start != null) {
                Position upTo = new Position(start.epoch(), place.lastSeq);
                connection
                        .server
                        .sessions()
                        .handed(connection.clientId(), connection.generation(), place.stream, upTo);
                connection.server.trace().hit(Hit.LEFT_WITH_EVERYTHING_READ);
            }
            streams.unsubscribe(place);
        }
        subscriptions.clear();
    }

    private void leaveRoom(String room, String messageId) {
        for (Subscription place : List.copyOf(subscriptions)) {
            if (place.stream.equals(room)) {
                if (place.id != null && (!place.begun || place.held)) {
                    connection.settled();
                }
                subscriptions.remove(place);
                streams.unsubscribe(place);
            }
        }
        connection.begun();
        connection.server.sessions().left(connection.clientId(), connection.generation(), room);
        Runnable then = () -> {
            connection.send(Priority.HIGH, Line.of("left", room, messageId));
            connection.settled();
        };
        connection.server.commits().commit(connection, then, then);
    }

    void accepted(@Nullable String messageId, String stream, long seq) {
        if (messageId != null) {
            connection.send(Priority.HIGH, Line.of("ack", messageId, "ok", stream, seq));
        }
        connection.settled();
    }

    void refused(@Nullable String messageId, String why) {
        error(why, String.valueOf(messageId), 1);
        connection.settled();
    }

    void error(String code, String messageId, long retryAfterSeconds) {
        connection.server.checker().refusedOnce(messageId);
        connection.send(Priority.HIGH, Line.of("error", code, messageId, retryAfterSeconds));
    }
}
