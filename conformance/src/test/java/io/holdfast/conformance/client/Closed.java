package io.holdfast.conformance.client;

/**
 * How a connection ended.
 *
 * @param code the code of the close frame; 1006 when the connection broke without one
 */
public record Closed(int code, String reason) {
    public static final int WITHOUT_CLOSE_FRAME = 1006;
}
