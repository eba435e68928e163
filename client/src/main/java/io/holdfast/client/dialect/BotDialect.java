package io.holdfast.client.dialect;

import io.holdfast.client.json.JsonObject;
import io.holdfast.client.json.JsonWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The dialect of the TCP port: {@code event} and what stands beside it, then {@code data}. */
public final class BotDialect implements WireDialect {
    private final boolean frames;

    /** @param frames whether length-prefixed frames, and gzip in them, are asked for */
    public BotDialect(boolean frames) {
        this.frames = frames;
    }

    @Override
    public List<String> greeting(Hello hello) {
        JsonWriter data = new JsonWriter()
                .string("client_key", hello.clientId())
                .string("token", hello.accessToken());
        String resume = hello.resume() ? "\"resume\"" : "";
        String wire = frames ? "\"gzip\",\"length-prefixed\"" : "";
        data.raw(
                "features",
                "[" + wire + (resume.isEmpty() || wire.isEmpty() ? "" : ",") + resume + "]");
        if (hello.resume()) {
            JsonDialect.resumeFields(data, hello);
        }
        return List.of(event("hello", null).raw("data", data.end()).end());
    }

    @Override
    public boolean isWelcomed(Hello hello) {
        return true;
    }

    @Override
    public boolean acks(boolean resume) {
        return true;
    }

    @Override
    public String defaultRoom() {
        return "bot";
    }

    @Override
    public String message(@Nullable String id, @Nullable String room, String data) {
        return event("message", id).string("room", room).raw("data", data).end();
    }

    @Override
    public String direct(String id, String to, String data) {
        return event("direct", id).string("to", to).raw("data", data).end();
    }

    @Override
    public String join(String id, String room) {
        return event("join", id).string("room", room).end();
    }

    @Override
    public String leave(String id, String room) {
        return event("leave", id).string("room", room).end();
    }

    @Override
    public String who(String id, @Nullable String room) {
        return event("who", id).string("room", room).end();
    }

    @Override
    public String event(@Nullable String id, String name, String data) {
        throw JsonDialect.unsupported("event", "bot");
    }

    @Override
    public String terminated(String requestId, String status, String message) {
        throw JsonDialect.unsupported("app_terminated", "bot");
    }

    @Override
    public String commandResult(String requestId, String status, String data) {
        String result = new JsonWriter()
                .string("request_id", requestId)
                .string("status", status)
                .raw("data", data)
                .end();
        return event("command_result", null).raw("data", result).end();
    }

    @Override
    public String ping(long id, long epochMillis) {
        String data = new JsonWriter()
                .number("id", id)
                .number("server_timestamp", epochMillis)
                .end();
        return event("ping", null).raw("data", data).end();
    }

    /**
     * Shows credentials in the middle of a connection.
     *
     * @param token an access token; null for the session's own
     */
    public String reauth(@Nullable String token, @Nullable String sessionToken) {
        JsonWriter data = token == null
                ? new JsonWriter().string("session_token", sessionToken)
                : new JsonWriter().string("token", token);
        return event("reauth", null).raw("data", data.end()).end();
    }

    private static JsonWriter event(String name, @Nullable String id) {
        return new JsonWriter().string("event", name).string("id", id);
    }

    @Override
    public @Nullable Incoming read(byte[] bytes, int from, int to) {
        JsonObject message = JsonObject.parse(bytes, from, to);
        if (message == null) {
            return null;
        }
        String event = message.string("event", "");
        JsonObject found = message.object("data");
        JsonObject data = found == null ? message : found;
        Incoming incoming = read(event, message, data);
        return incoming == null
                ? new Incoming.Notice(event, JsonDialect.text(bytes, from, to))
                : incoming;
    }

    private static @Nullable Incoming read(String event, JsonObject message, JsonObject data) {
        String id = message.string("id");
        return switch (event) {
            case "welcome" ->
                JsonDialect.welcome(
                        data, data.string("client_key"), data.raw("session_restored") != null);
            case "message", "direct" -> JsonDialect.common("message", message);
            case "ack" ->
                new Incoming.Acked(
                        id,
                        data.string("status", "ok"),
                        message.string("stream"),
                        message.number("seq", 0),
                        data.string("epoch"));
            case "error" -> JsonDialect.refused(data, id == null ? data.string("id") : id);
            case "gap" -> JsonDialect.missed(message.string("stream"), data);
            case "session_token" -> JsonDialect.freshToken(data);
            case "presence" -> JsonDialect.present(data, id, message.string("room", ""));
            case "serverShutdown" ->
                new Incoming.Leaving(
                        event, data.string("reason", ""), data.number("reconnect_after", -1));
            case "serverMigration" -> JsonDialect.moving(data);
            case "command" -> JsonDialect.command(data);
            case "ping" ->
                new Incoming.Ping(
                        event("pong", null).raw("data", message.raw("data")).end());
            case "pong" -> new Incoming.Pong();
            default -> null;
        };
    }
}
