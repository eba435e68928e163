package io.holdfast.client.dialect;

import io.holdfast.client.json.JsonObject;
import io.holdfast.client.json.JsonWriter;
import io.holdfast.protocol.stream.Gap;
import io.holdfast.protocol.stream.Position;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the dialects that speak JSON have in common (docs/PROTOCOL.md). */
final class JsonDialect {
    private JsonDialect() {}

    /** The fields of a hello, added to whatever object it is; none the first time. */
    static JsonWriter resumeFields(JsonWriter writer, Hello hello) {
        if (hello.sessionToken() != null) {
            writer.string("session_token", hello.sessionToken());
            JsonWriter positions = new JsonWriter();
            hello.positions()
                    .forEach((stream, at) -> positions.raw(
                            stream,
                            new JsonWriter()
                                    .string("epoch", at.epoch())
                                    .number("seq", at.seq())
                                    .end()));
            writer.raw("positions", positions.end());
        }
        return writer;
    }

    static Incoming.Welcome welcome(
            JsonObject answer, @Nullable String clientId, boolean returning) {
        return new Incoming.Welcome(
                clientId,
                answer.string("session_token"),
                answer.number("expires_in", 0),
                returning,
                answer.isTrue("session_restored"),
                streams(answer.object("streams")),
                answer.strings("features"));
    }

    private static Map<String, Incoming.StreamStart> streams(@Nullable JsonObject streams) {
        Map<String, Incoming.StreamStart> starts = new LinkedHashMap<>();
        if (streams != null) {
            for (String name : streams.names()) {
                JsonObject stream = streams.object(name);
                if (stream != null) {
                    starts.put(name, start(stream));
                }
            }
        }
        return starts;
    }

    /** A first welcome has {@code seq}; an answer to somebody who returns has {@code head}. */
    private static Incoming.StreamStart start(JsonObject stream) {
        long recovered = Math.max(0, stream.number("recovered", 0));
        Long head = stream.number("head");
        long seq = head == null ? stream.number("seq", 0) : head - recovered;
        Position position = new Position(stream.string("epoch", ""), Position.isSeq(seq) ? seq : 0);
        return new Incoming.StreamStart(position, recovered, gap(stream.object("gap")));
    }

    private static @Nullable Gap gap(@Nullable JsonObject gap) {
        if (gap == null) {
            return null;
        }
        String reason = gap.string("reason");
        long from = gap.number("from", 0);
        long to = gap.number("to", 0);
        return reason == null && from >= 1 && to >= from
                ? Gap.between(from, to)
                : Gap.because(reason == null ? "unknown" : reason);
    }

    /** The messages that rooms and deepstream spell alike; null for all others. */
    static @Nullable Incoming common(String type, JsonObject message) {
        return switch (type) {
            case "message", "direct" -> said(message);
            case "ack" ->
                new Incoming.Acked(
                        message.string("id"),
                        message.string("status", "ok"),
                        message.string("stream"),
                        message.number("seq", 0),
                        message.string("epoch"));
            case "error" -> refused(message, message.string("id"));
            case "gap" -> missed(message.string("stream"), message);
            case "session_token" -> freshToken(message);
            case "reconnection_ack" -> welcome(message, message.string("client_id"), true);
            case "shutdown_warning", "shutting_down" ->
                new Incoming.Leaving(
                        type, message.string("message", ""), message.number("reconnect_after", -1));
            case "server_migration" -> moving(message);
            case "ping" -> new Incoming.Ping("{\"type\":\"pong\"}");
            case "pong" -> new Incoming.Pong();
            default -> null;
        };
    }

    private static Incoming said(JsonObject message) {
        String data = message.raw("data");
        return new Incoming.Said(
                message.string("stream"),
                message.number("seq", 0),
                message.string("id"),
                message.string("from"),
                message.string("room"),
                data == null ? "null" : data,
                message.string("timestamp"));
    }

    static Incoming refused(JsonObject error, @Nullable String id) {
        long retryAfter = error.number("retry_after", -1);
        return new Incoming.Refused(
                id,
                error.string("code", "unknown"),
                error.string("message", ""),
                error.isTrue("retryable") || retryAfter >= 0,
                retryAfter);
    }

    static @Nullable Incoming missed(@Nullable String stream, JsonObject gap) {
        long from = gap.number("from", 0);
        long to = gap.number("to", 0);
        return stream == null || from < 1 || to < from
                ? null
                : new Incoming.Missed(stream, from, to);
    }

    static @Nullable Incoming freshToken(JsonObject message) {
        String token = message.string("session_token");
        return token == null
                ? null
                : new Incoming.FreshToken(token, message.number("expires_in", 0));
    }

    static Incoming moving(JsonObject message) {
        return new Incoming.Moving(
                message.string("new_host", ""),
                Math.clamp(message.number("new_port", 0), -1, 65_536), // no port, either
                message.number("migrate_after", 0));
    }

    static Incoming present(JsonObject presence, @Nullable String id, String room) {
        List<String> clients = presence.strings("clients");
        return new Incoming.Present(id, room, clients, presence.number("count", clients.size()));
    }

    static Incoming command(JsonObject command) {
        String args = command.raw("args");
        return new Incoming.Command(
                command.string("request_id", ""),
                command.string("command", ""),
                args == null ? "{}" : args);
    }

    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, java.nio.charset.StandardCharsets.UTF_8);
    }

    static UnsupportedOperationException unsupported(String what, String dialect) {
        return new UnsupportedOperationException(
                what + " is not part of the dialect " + dialect + "; connect with another preset.");
    }
}
