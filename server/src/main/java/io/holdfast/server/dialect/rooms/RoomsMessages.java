package io.holdfast.server.dialect.rooms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.server.json.JsonText;
import io.holdfast.server.room.PresenceWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The words of the rooms dialect, server to client. Fields stand in the order of the spec. */
final class RoomsMessages implements PresenceWriter {
    private static final byte[] END = utf8("\"}");
    private static final byte[] ACK = utf8("{\"type\":\"ack\"");
    private static final byte[] STATUS_OK = utf8(",\"status\":\"ok\"}");
    private static final byte[] PONG = utf8("{\"type\":\"pong\",\"server_time\":\"");

    static void ack(JsonText out, @Nullable String id) {
        out.clear().raw(ACK);
        id(out, id);
        out.raw(STATUS_OK);
    }

    static void pong(JsonText out, byte[] serverTime) {
        out.clear().raw(PONG).raw(serverTime).raw(END);
    }

    /** A welcome up to its last brace. */
    static void startWelcome(
            JsonText out, String clientId, String message, int connections, byte[] serverTime) {
        out.clear()
                .raw("{\"type\":\"welcome\",\"client_id\":")
                .string(clientId)
                .raw(",\"message\":")
                .string(message)
                .raw(",\"connections\":")
                .number(connections)
                .raw(",\"server_time\":\"")
                .raw(serverTime)
                .raw("\"");
    }

    static void presence(
            JsonText out, String room, List<String> clients, int count, @Nullable String id) {
        out.clear().raw("{\"type\":\"presence\",\"room\":").string(room).raw(",\"clients\":");
        names(out, clients);
        out.raw(",\"count\":").number(count);
        id(out, id);
        out.raw("}");
    }

    static void periodic(JsonText out, byte[] timestamp, int connections) {
        out.clear()
                .raw("{\"type\":\"periodic\",\"timestamp\":\"")
                .raw(timestamp)
                .raw("\",\"connections\":")
                .number(connections)
                .raw("}");
    }

    static void shutdownWarning(
            JsonText out, String message, long timeoutSeconds, long reconnectAfterSeconds) {
        out.clear()
                .raw("{\"type\":\"shutdown_warning\",\"message\":")
                .string(message)
                .raw(",\"timeout_seconds\":")
                .number(timeoutSeconds)
                .raw(",\"reconnect_after\":")
                .number(reconnectAfterSeconds)
                .raw("}");
    }

    @Override
    public void connected(JsonText out, String clientId, int connections) {
        client(out, "client_connected", clientId, connections);
    }

    @Override
    public void disconnected(JsonText out, String clientId, int connections) {
        client(out, "client_disconnected", clientId, connections);
    }

    @Override
    public void changed(JsonText out, List<String> joined, List<String> left, int connections) {
        out.clear().raw("{\"type\":\"presence_change\",\"joined\":");
        names(out, joined);
        out.raw(",\"left\":");
        names(out, left);
        out.raw(",\"connections\":").number(connections).raw("}");
    }

    private static void client(JsonText out, String type, String clientId, int connections) {
        out.clear()
                .raw("{\"type\":\"")
                .raw(type)
                .raw("\",\"client_id\":")
                .string(clientId)
                .raw(",\"connections\":")
                .number(connections)
                .raw("}");
    }

    private static void names(JsonText out, List<String> names) {
        out.raw("[");
        for (int i = 0; i < names.size(); i++) {
            if (i > 0) {
                out.raw(",");
            }
            out.string(names.get(i));
        }
        out.raw("]");
    }

    private static void id(JsonText out, @Nullable String id) {
        if (id != null) {
            out.raw(",\"id\":").string(id);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}
