package io.holdfast.client.dialect;

import io.holdfast.protocol.stream.Gap;
import io.holdfast.protocol.stream.Position;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a server says, whatever its dialect. JSON values are kept as their text. */
public sealed interface Incoming {

    /**
     * Where a stream begins on this connection.
     *
     * @param position before the first message that will come
     * @param recovered messages that were missed and follow
     */
    record StreamStart(
            Position position, long recovered, @Nullable Gap gap) {}

    /**
     * The server is ready to serve us.
     *
     * @param clientId as the server calls us, or null when it does not say
     * @param sessionToken null when there is no session to come back to
     * @param returning whether this answers a client that came back
     * @param restored whether the server still had the session
     * @param features that the server agreed to (bot)
     */
    record Welcome(
            @Nullable String clientId,
            @Nullable String sessionToken,
            long expiresInSeconds,
            boolean returning,
            boolean restored,
            Map<String, StreamStart> streams,
            List<String> features)
            implements Incoming {}

    /**
     * Something that another client said.
     *
     * @param stream null where nothing is numbered; {@code seq} is 0 then
     * @param room null for a direct message
     * @param data JSON
     */
    record Said(
            @Nullable String stream,
            long seq,
            @Nullable String id,
            @Nullable String from,
            @Nullable String room,
            String data,
            @Nullable String timestamp)
            implements Incoming {}

    /** @param epoch of a room that was joined, or null */
    record Acked(
            @Nullable String id,
            String status,
            @Nullable String stream,
            long seq,
            @Nullable String epoch)
            implements Incoming {}

    /** @param retryAfterSeconds -1 when it is not told */
    record Refused(
            @Nullable String id,
            String code,
            String message,
            boolean retryable,
            long retryAfterSeconds)
            implements Incoming {}

    record Missed(String stream, long from, long to) implements Incoming {}

    record FreshToken(String sessionToken, long expiresInSeconds) implements Incoming {}

    /** The server is leaving: come back so many seconds after the close. */
    record Leaving(String type, String message, long reconnectAfterSeconds) implements Incoming {}

    /** @param host empty when the server only says that one will have to move */
    record Moving(String host, int port, long afterSeconds) implements Incoming {}

    record Present(@Nullable String id, String room, List<String> clients, long count)
            implements Incoming {}

    record Terminate(String requestId, String reason) implements Incoming {}

    /** @param args JSON */
    record Command(String requestId, String command, String args) implements Incoming {}

    /** @param answer what to send back */
    record Ping(String answer) implements Incoming {}

    record Pong() implements Incoming {}

    /** Anything else that has a type; ignored or shown. */
    record Notice(String type, String text) implements Incoming {}
}
