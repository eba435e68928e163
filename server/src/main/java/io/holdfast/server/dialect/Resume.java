package io.holdfast.server.dialect;

import io.holdfast.protocol.websocket.OpeningHandshake;
import io.holdfast.transport.RequestHead;

/** How a client of a WebSocket dialect asks for resume (spec: delivery, "Resuming"). */
public final class Resume {
    private Resume() {}

    /** Whether its handshake does. */
    public static boolean isWanted(RequestHead request) {
        return "1".equals(request.queryParameter("resume"))
                || request.offersSubprotocol(OpeningHandshake.SUBPROTOCOL);
    }
}
