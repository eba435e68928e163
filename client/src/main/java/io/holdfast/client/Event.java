package io.holdfast.client;

import io.holdfast.client.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client tells its application, in order: states, each with what belongs to it, and
 * messages. Texts named {@code json} or {@code data} are JSON as the server sent it.
 */
public sealed interface Event {

    /** @param attempt 1 for the first since the last stable connection */
    record Connecting(int attempt) implements Event {}

    /**
     * Ready to send and to receive. Without a {@link Disconnected} before it, it is another server:
     * the client was sent there, and left the old one only when the new one had welcomed it.
     *
     * @param clientId as the server calls this client, or when it does not say, as the client was
     *     told to call itself; empty when neither is known
     */
    record Connected(String clientId) implements Event {}

    /**
     * The session goes on: what was missed follows, each message once.
     *
     * @param recovered how many messages follow, by stream
     */
    record Resumed(Map<String, Long> recovered) implements Event {
        public Resumed {
            recovered = Map.copyOf(recovered);
        }
    }

    /**
     * Messages that were missed and will not come.
     *
     * @param reason {@code missed} with bounds; {@code epoch}, {@code ahead}, {@code session} when
     *     nobody can say how many
     * @param from seq of the first, 0 when unknown
     * @param to seq of the last, 0 when unknown
     * @param origin how it became known
     */
    record Gap(String stream, String reason, long from, long to, Origin origin) implements Event {
        /** How it became known that messages will not come. */
        public enum Origin {
            /** The server said so when the session was resumed, or did not have it any more. */
            ON_RESUME,
            /** The server said so between messages: this client was too slow for the history. */
            IN_BAND,
            /** Nobody said so; the numbers of the messages have a hole. A fault of the server. */
            NOTICED
        }
    }

    /**
     * A message.
     *
     * @param stream null when it is not numbered: a client without resume, or another server
     * @param seq its place in the stream, 0 without one
     * @param id that its sender gave to it, or null
     * @param from the sender's client id, or null
     * @param room null for a message to this client alone
     * @param data JSON; with {@link ClientBuilder#raw()} whatever text came
     * @param timestamp the server's, RFC 3339, or null
     */
    record Message(
            @Nullable String stream,
            long seq,
            @Nullable String id,
            @Nullable String from,
            @Nullable String room,
            String data,
            @Nullable String timestamp)
            implements Event {
        /** The data when it is a JSON string. */
        public Optional<String> text() {
            return Optional.ofNullable(JsonObject.unescape(data));
        }
    }

    /**
     * Anything else that the server says: presence, {@code periodic}, errors that answer nothing.
     *
     * @param type {@code client_connected}, …; empty when the server gives none
     */
    record Notice(String type, String json) implements Event {}

    /**
     * Work for this client (deepstream, bot); answered with {@link HoldfastClient#commandResult}.
     * The same request may come again after a reconnect.
     */
    record Command(String requestId, String command, String args) implements Event {}

    /**
     * The server advises to come back, or to go elsewhere; the client does so by itself.
     *
     * @param reason {@code shutdown_warning}, {@code shutting_down}, {@code serverShutdown},
     *     {@code server_migration}
     * @param comeBackAfter counted from the close of this connection
     * @param target {@code host:port} to go to, or null for where we are
     */
    record Advice(
            String reason, Duration comeBackAfter, @Nullable String target) implements Event {}

    /** The session's token changed: time for those who keep {@link HoldfastClient#saved()}. */
    record SessionToken(String token, Duration expiresIn) implements Event {
        /** Without the token: whoever has it can take the session over, and logs are read. */
        @Override
        public String toString() {
            return "SessionToken[token=…, expiresIn=" + expiresIn + "]";
        }
    }

    /** The listener was too slow, or nobody received: so many messages before here were dropped. */
    record Overflow(long dropped) implements Event {}

    /** A condition that the application asked to be told of. */
    record Alert(AlertCondition condition, String what) implements Event {}

    /** The connection is gone, or did not come about; the next try is after {@code retryIn}. */
    record Disconnected(ClientException error, Duration retryIn) implements Event {}

    /** The last event. {@code error} is what ended it, or null after {@code close()}. */
    record Closed(ClosedCause cause, @Nullable ClientException error) implements Event {}
}
