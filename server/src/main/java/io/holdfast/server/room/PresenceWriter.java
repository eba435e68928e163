package io.holdfast.server.room;

import io.holdfast.server.json.JsonText;

import java.util.List;

/** Words for coming and going, as the clients of the presence room understand them. */
public interface PresenceWriter {
    void connected(JsonText out, String clientId, int connections);

    void disconnected(JsonText out, String clientId, int connections);

    void changed(JsonText out, List<String> joined, List<String> left, int connections);
}
