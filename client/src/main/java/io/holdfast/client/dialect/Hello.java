package io.holdfast.client.dialect;

import io.holdfast.protocol.stream.Position;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who we are, and where we were.
 *
 * @param clientId null for one that the server chooses
 * @param accessToken for servers that want it in the first message, or null
 * @param resume whether the session is to go on over connections
 * @param sessionToken of the session to go on with, or null
 * @param positions in the streams of that session
 * @param reconnection whether this client was connected before
 * @param lastCloseCode of the connection before, 0 for none
 * @param config of a pipeline application, JSON, or null
 */
public record Hello(
        @Nullable String clientId,
        @Nullable String accessToken,
        boolean resume,
        @Nullable String sessionToken,
        Map<String, Position> positions,
        boolean reconnection,
        int lastCloseCode,
        @Nullable String config) {}
