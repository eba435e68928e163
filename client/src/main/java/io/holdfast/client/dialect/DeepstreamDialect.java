package io.holdfast.client.dialect;

import io.holdfast.client.json.JsonObject;
import io.holdfast.client.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The dialect of {@code /deepstream/ws} (spec: dialect-deepstream). */
public final class DeepstreamDialect implements WireDialect {
    @Override
    public List<String> greeting(Hello hello) {
        List<String> greeting = new ArrayList<>();
        if (hello.accessToken() != null) {
            greeting.add(new JsonWriter()
                    .string("type", "auth")
                    .string("token", hello.accessToken())
                    .end());
        }
        JsonWriter ready = new JsonWriter()
                .string("type", "app_ready")
                .string("instance_id", hello.clientId())
                .bool("reconnection", hello.reconnection())
                .number("last_close_code", hello.lastCloseCode())
                .raw("config", hello.config());
        greeting.add((hello.resume() ? JsonDialect.resumeFields(ready, hello) : ready).end());
        return greeting;
    }

    @Override
    public boolean isWelcomed(Hello hello) {
        return true;
    }

    /** Plain applications hear nothing of their events. */
    @Override
    public boolean acks(boolean resume) {
        return resume;
    }

    @Override
    public @Nullable String defaultRoom() {
        return null;
    }

    @Override
    public String message(@Nullable String id, @Nullable String room, String data) {
        throw JsonDialect.unsupported("message", "deepstream");
    }

    @Override
    public String direct(String id, String to, String data) {
        throw JsonDialect.unsupported("direct", "deepstream");
    }

    @Override
    public String join(String id, String room) {
        throw JsonDialect.unsupported("join", "deepstream");
    }

    @Override
    public String leave(String id, String room) {
        throw JsonDialect.unsupported("leave", "deepstream");
    }

    @Override
    public String who(String id, @Nullable String room) {
        throw JsonDialect.unsupported("who", "deepstream");
    }

    @Override
    public String event(@Nullable String id, String name, String data) {
        return new JsonWriter()
                .string("type", "event")
                .string("id", id)
                .string("name", name)
                .raw("data", data)
                .end();
    }

    @Override
    public String terminated(String requestId, String status, String message) {
        return new JsonWriter()
                .string("type", "app_terminated")
                .string("request_id", requestId)
                .string("status", status)
                .string("message", message)
                .end();
    }

    @Override
    public String commandResult(String requestId, String status, String data) {
        return new JsonWriter()
                .string("type", "command_result")
                .string("request_id", requestId)
                .string("status", status)
                .raw("data", data)
                .end();
    }

    @Override
    public String ping(long id, long epochMillis) {
        return "{\"type\":\"ping\"}";
    }

    @Override
    public @Nullable Incoming read(byte[] bytes, int from, int to) {
        JsonObject message = JsonObject.parse(bytes, from, to);
        if (message == null) {
            return null;
        }
        String type = message.string("type", "");
        Incoming incoming = switch (type) {
            case "ready_ack" -> JsonDialect.welcome(message, message.string("client_id"), false);
            case "terminate_app" ->
                new Incoming.Terminate(
                        message.string("request_id", ""), message.string("reason", ""));
            case "command" -> JsonDialect.command(message);
            default -> JsonDialect.common(type, message);
        };
        return incoming == null
                ? new Incoming.Notice(type, JsonDialect.text(bytes, from, to))
                : incoming;
    }
}
