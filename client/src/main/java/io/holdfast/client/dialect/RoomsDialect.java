package io.holdfast.client.dialect;

import io.holdfast.client.json.JsonObject;
import io.holdfast.client.json.JsonWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The dialect of {@code /ws} (spec: dialect-rooms). */
public final class RoomsDialect implements WireDialect {
    @Override
    public List<String> greeting(Hello hello) {
        return hello.resume()
                ? List.of(JsonDialect.resumeFields(new JsonWriter().string("type", "hello"), hello)
                        .end())
                : List.of();
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
        return "lobby";
    }

    @Override
    public String message(@Nullable String id, @Nullable String room, String data) {
        return request("message", id).string("room", room).raw("data", data).end();
    }

    @Override
    public String direct(String id, String to, String data) {
        return request("direct", id).string("to", to).raw("data", data).end();
    }

    @Override
    public String join(String id, String room) {
        return request("join", id).string("room", room).end();
    }

    @Override
    public String leave(String id, String room) {
        return request("leave", id).string("room", room).end();
    }

    @Override
    public String who(String id, @Nullable String room) {
        return request("who", id).string("room", room).end();
    }

    @Override
    public String event(@Nullable String id, String name, String data) {
        throw JsonDialect.unsupported("event", "rooms");
    }

    @Override
    public String terminated(String requestId, String status, String message) {
        throw JsonDialect.unsupported("app_terminated", "rooms");
    }

    @Override
    public String commandResult(String requestId, String status, String data) {
        throw JsonDialect.unsupported("command_result", "rooms");
    }

    @Override
    public String ping(long id, long epochMillis) {
        return "{\"type\":\"ping\"}";
    }

    private static JsonWriter request(String type, @Nullable String id) {
        return new JsonWriter().string("type", type).string("id", id);
    }

    @Override
    public @Nullable Incoming read(byte[] bytes, int from, int to) {
        JsonObject message = JsonObject.parse(bytes, from, to);
        if (message == null) {
            return null;
        }
        String type = message.string("type", "");
        Incoming incoming = switch (type) {
            case "welcome" -> JsonDialect.welcome(message, message.string("client_id"), false);
            case "presence" ->
                JsonDialect.present(message, message.string("id"), message.string("room", ""));
            default -> JsonDialect.common(type, message);
        };
        return incoming == null
                ? new Incoming.Notice(type, JsonDialect.text(bytes, from, to))
                : incoming;
    }
}
