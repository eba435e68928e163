package io.holdfast.transport;

import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Limits of a {@link TcpListener}; a change holds for connections accepted after it.
 *
 * @param maxSockets connections open at the same time, whatever became of them
 * @param maxMessageBytes of one message, after decompression
 * @param headerTimeout time for a trusted proxy's header, and again for the TLS handshake
 * @param trustedProxy says whose PROXY protocol header is believed; asked with the socket's address
 */
public record TcpSettings(
        int maxSockets,
        int maxMessageBytes,
        Duration headerTimeout,
        Predicate<InetAddress> trustedProxy) {}
