package io.holdfast.protocol.websocket;

/**
 * The end of the connection that decodes. Clients mask what they send, servers never (RFC 6455
 * §5.1).
 */
public enum Role {
    /** Expects every frame to be masked. */
    SERVER,
    /** Expects no frame to be masked. */
    CLIENT
}
