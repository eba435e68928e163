package io.holdfast.transport;

import io.holdfast.protocol.websocket.FrameLimits;

import java.time.Duration;

/**
 * What holds for every connection of one listener.
 *
 * @param handshakeTimeout from accept (or a later request's first byte) to a complete request head,
 *     TLS included
 * @param keepAliveTimeout how long a plain HTTP connection may idle between requests
 * @param maxHeaderBytes the request line and all headers together, in bytes
 * @param maxHeaders how many header lines a request may have
 * @param maxSockets sockets accepted at once; above it newcomers are closed unheard
 * @param compression whether permessage-deflate is negotiated with clients that offer it
 */
public record ListenerSettings(
        Duration handshakeTimeout,
        Duration keepAliveTimeout,
        int maxHeaderBytes,
        int maxHeaders,
        int maxSockets,
        FrameLimits frames,
        boolean compression) {}
