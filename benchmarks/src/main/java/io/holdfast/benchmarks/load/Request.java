package io.holdfast.benchmarks.load;

import java.nio.charset.StandardCharsets;

/**
 * A client frame that is sent many times, with a decimal counter inside it when the protocol wants
 * an id.
 */
final class Request {
    /** Width of the counter: 100 million requests a connection before ids repeat. */
    static final int ID_DIGITS = 8;

    private static final int NO_ID = -1;

    private final byte[] frame;
    private final int headerLength;
    private final int idOffset;
    private final boolean masked;
    private int id;

    private Request(byte[] frame, int headerLength, int idOffset, boolean masked) {
        this.frame = frame;
        this.headerLength = headerLength;
        this.idOffset = idOffset;
        this.masked = masked;
    }

    private static Request frame(String payload, int idOffset) {
        return new Request(
                Frames.text(payload), Frames.headerLength(payload.length()), idOffset, true);
    }

    /** The same as {@link #counted} as a line. */
    static Request countedLine(String payload, int idOffset) {
        return new Request(
                (payload + "\n").getBytes(StandardCharsets.US_ASCII), 0, idOffset, false);
    }

    /** The same bytes each time. */
    static Request constant(String payload) {
        return frame(payload, NO_ID);
    }

    /** The eight digits at {@code idOffset} of the (ASCII) payload count upwards. */
    static Request counted(String payload, int idOffset) {
        return frame(payload, idOffset);
    }

    /** The frame to send now; the array is reused by the next call. */
    byte[] next() {
        if (idOffset != NO_ID) {
            Frames.patchDigits(frame, headerLength, idOffset, ID_DIGITS, ++id, masked);
        }
        return frame;
    }
}
