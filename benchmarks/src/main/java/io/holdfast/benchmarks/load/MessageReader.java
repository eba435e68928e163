package io.holdfast.benchmarks.load;

import java.nio.ByteBuffer;

/**
 * Finds messages in what a server sends. Not for several threads. What was captured is valid during
 * {@link Sink#frame} only.
 */
interface MessageReader {
    /** Called for every complete message and control frame. */
    interface Sink {
        void frame(int opcode, int payloadLength);
    }

    /** Keeps the payload of data messages from now on, or no longer. */
    void captureData(boolean on);

    /** What was captured of the frame being reported. */
    byte[] captured();

    void read(ByteBuffer in, Sink sink);
}
