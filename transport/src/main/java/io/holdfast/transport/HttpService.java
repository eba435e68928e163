package io.holdfast.transport;

import org.jspecify.annotations.Nullable;

/**
 * What a listener serves. Called on event loops, so it must not block; one instance serves all loops
 * at once.
 */
public interface HttpService {
    /** Answers a plain request. The method is whatever the client sent. */
    HttpReply reply(RequestHead request);

    /** The WebSocket endpoint at this path, or null when there is none. */
    @Nullable
    WebSocketEndpoint endpoint(RequestHead request);
}
