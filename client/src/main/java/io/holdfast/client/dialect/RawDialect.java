package io.holdfast.client.dialect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Any server: texts as they are. Nothing is acked, and nothing is numbered. */
public final class RawDialect implements WireDialect {
    @Override
    public List<String> greeting(Hello hello) {
        return List.of();
    }

    @Override
    public boolean isWelcomed(Hello hello) {
        return false;
    }

    @Override
    public boolean acks(boolean resume) {
        return false;
    }

    @Override
    public @Nullable String defaultRoom() {
        return null;
    }

    @Override
    public String message(@Nullable String id, @Nullable String room, String data) {
        return data;
    }

    @Override
    public String direct(String id, String to, String data) {
        throw JsonDialect.unsupported("direct", "raw");
    }

    @Override
    public String join(String id, String room) {
        throw JsonDialect.unsupported("join", "raw");
    }

    @Override
    public String leave(String id, String room) {
        throw JsonDialect.unsupported("leave", "raw");
    }

    @Override
    public String who(String id, @Nullable String room) {
        throw JsonDialect.unsupported("who", "raw");
    }

    @Override
    public String event(@Nullable String id, String name, String data) {
        throw JsonDialect.unsupported("event", "raw");
    }

    @Override
    public String terminated(String requestId, String status, String message) {
        throw JsonDialect.unsupported("app_terminated", "raw");
    }

    @Override
    public String commandResult(String requestId, String status, String data) {
        throw JsonDialect.unsupported("command_result", "raw");
    }

    @Override
    public @Nullable String ping(long id, long epochMillis) {
        return null;
    }

    @Override
    public Incoming read(byte[] bytes, int from, int to) {
        return new Incoming.Said(
                null, 0, null, null, null, JsonDialect.text(bytes, from, to), null);
    }
}
