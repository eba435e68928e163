package io.holdfast.conformance.foreign;

/**
 * A WebSocket server by somebody else. All of them have these paths:
 *
 * <pre>
 * /echo            sends every message back
 * /close/CODE      accepts, then closes with the code and the reason "why"
 * /drop            accepts, then ends the connection without a close frame
 * /status/CODE     refuses the handshake with that HTTP status; ?retry=VALUE adds Retry-After
 * /redirect        answers 302 to /echo
 * </pre>
 */
public interface ForeignServer extends AutoCloseable {
    /** Without a path. */
    String url();

    /** Handshakes that asked for this path so far. */
    int asked(String path);

    @Override
    void close();
}
