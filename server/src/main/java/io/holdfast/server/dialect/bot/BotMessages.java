package io.holdfast.server.dialect.bot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.server.connection.Arrival;
import io.holdfast.server.dialect.ResumeMessages;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.room.Joined;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The words of the bot dialect, server to client, as they go on the wire; the line end is the
 * transport's. Clients' messages are not among them: {@link BotForm} makes them.
 */
final class BotMessages {
    private static final byte[] ACK = utf8("{\"event\":\"ack\"");
    private static final byte[] PING = utf8("{\"event\":\"ping\",\"data\":{\"id\":");
    private static final byte[] SERVER_TIMESTAMP = utf8(",\"server_timestamp\":");
    private static final byte[] END = utf8("}}");

    private BotMessages() {}

    /**
     * The answer to {@code hello}.
     *
     * @param draining whether the server will soon go
     * @param pingInterval after which the bot will hear a ping, as long as all is well
     */
    static void welcome(
            JsonText out,
            String clientKey,
            Arrival arrival,
            boolean draining,
            Duration tokenTtl,
            Duration pingInterval,
            BotFeatures agreed) {
        out.clear().raw("{\"event\":\"welcome\",\"data\":{\"client_key\":").string(clientKey);
        ResumeMessages.token(out, arrival.token(), tokenTtl);
        out.raw(",\"ping_interval\":").number(seconds(pingInterval)).raw(",\"features\":");
        agreed.write(out);
        if (arrival.returning()) {
            out.raw(",\"status\":\"ok\",\"session_restored\":")
                    .raw(arrival.restored() ? "true" : "false")
                    .raw(",\"server_status\":\"")
                    .raw(draining ? "shutting_down" : "running")
                    .raw("\"");
            ResumeMessages.resumedStreams(out, arrival.streams());
        } else {
            ResumeMessages.newStreams(out, arrival.streams());
        }
        out.raw(END);
    }

    /** A ping; times in milliseconds since 1970. */
    static void ping(JsonText out, long id, long serverTimestamp) {
        out.clear()
                .raw(PING)
                .number(id)
                .raw(SERVER_TIMESTAMP)
                .number(serverTimestamp)
                .raw(END);
    }

    /** The answer to a ping that stands in these bytes, with its own values. */
    static void pong(JsonText out, byte[] bytes, BotRequest.Ping ping) {
        out.clear().raw("{\"event\":\"pong\",\"data\":{");
        boolean hasId = ping.idEnd() > ping.idStart();
        if (hasId) {
            out.raw("\"id\":").raw(bytes, ping.idStart(), ping.idEnd());
        }
        if (ping.timestampEnd() > ping.timestampStart()) {
            out.raw(hasId ? "," : "")
                    .raw("\"server_timestamp\":")
                    .raw(bytes, ping.timestampStart(), ping.timestampEnd());
        }
        out.raw(END);
    }

    /**
     * A request was done; a message is committed.
     *
     * @param status {@code ok} or {@code queued}
     * @param seq 0 when it has none, or the bot does not resume
     */
    static void ack(JsonText out, @Nullable String id, String status, String stream, long seq) {
        startAck(out, id);
        if (seq > 0) {
            place(out, stream, seq);
        }
        out.raw(",\"data\":{\"status\":\"").raw(status).raw("\"").raw(END);
    }

    /** A request was done that has no place in a stream. */
    static void ack(JsonText out, @Nullable String id) {
        ack(out, id, "ok", "", 0);
    }

    /** A bot with a session joined a room: where its messages begin. */
    static void joined(JsonText out, @Nullable String id, String stream, Joined joined) {
        startAck(out, id);
        place(out, stream, joined.head());
        out.raw(",\"data\":{\"status\":\"ok\",\"epoch\":")
                .string(joined.epoch())
                .raw(END);
    }

    private static void startAck(JsonText out, @Nullable String id) {
        out.clear().raw(ACK);
        id(out, id);
    }

    /**
     * Writes an error.
     *
     * @param id of the request that failed, or null
     * @param retryAfterSeconds when the request may succeed; 0 when that is not known
     */
    static void error(
            JsonText out,
            BotError code,
            String message,
            @Nullable String id,
            long retryAfterSeconds) {
        out.clear().raw("{\"event\":\"error\"");
        id(out, id);
        out.raw(",\"data\":{\"code\":\"")
                .raw(code.wireName())
                .raw("\",\"message\":")
                .string(message);
        if (retryAfterSeconds > 0) {
            out.raw(",\"retry_after\":").number(retryAfterSeconds);
        }
        id(out, id);
        out.raw(END);
    }

    /** Who is in a room. */
    static void presence(
            JsonText out, String room, List<String> clients, int count, @Nullable String id) {
        out.clear().raw("{\"event\":\"presence\"");
        id(out, id);
        out.raw(",\"room\":").string(room).raw(",\"data\":{\"clients\":[");
        for (int i = 0; i < clients.size(); i++) {
            out.raw(i > 0 ? "," : "").string(clients.get(i));
        }
        out.raw("],\"count\":").number(count).raw(END);
    }

    /** Messages that the bot should have got and cannot get any more. */
    static void gap(JsonText out, String stream, long from, long to) {
        out.clear()
                .raw("{\"event\":\"gap\",\"stream\":")
                .string(stream)
                .raw(",\"data\":{\"from\":")
                .number(from)
                .raw(",\"to\":")
                .number(to)
                .raw(END);
    }

    /** A token to be used from now on. */
    static void sessionToken(JsonText out, String token, Duration ttl) {
        out.clear()
                .raw("{\"event\":\"session_token\",\"data\":{\"session_token\":")
                .string(token)
                .raw(",\"expires_in\":")
                .number(ttl.toSeconds())
                .raw(END);
    }

    /** The server goes; the bot should be back after so many seconds. */
    static void serverShutdown(JsonText out, String reason, long reconnectAfterSeconds) {
        out.clear()
                .raw("{\"event\":\"serverShutdown\",\"data\":{\"reason\":")
                .string(reason)
                .raw(",\"reconnect_after\":")
                .number(reconnectAfterSeconds)
                .raw(END);
    }

    /** The bot is to go on elsewhere, after so many seconds. */
    static void serverMigration(
            JsonText out, String newHost, int newPort, long migrateAfterSeconds) {
        out.clear()
                .raw("{\"event\":\"serverMigration\",\"data\":{\"new_host\":")
                .string(newHost)
                .raw(",\"new_port\":")
                .number(newPort)
                .raw(",\"migrate_after\":")
                .number(migrateAfterSeconds)
                .raw(END);
    }

    private static void place(JsonText out, String stream, long seq) {
        out.raw(",\"stream\":").string(stream).raw(",\"seq\":").number(seq);
    }

    private static void id(JsonText out, @Nullable String id) {
        if (id != null) {
            out.raw(",\"id\":").string(id);
        }
    }

    /** In whole seconds, rather too many: a bot must not miss a ping that is on its way. */
    private static long seconds(Duration duration) {
        return Math.ceilDiv(duration.toMillis(), 1000L);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}
