package io.holdfast.benchmarks.load;

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
    private int id;

    private Request(String payload, int idOffset) {
        this.frame = Frames.text(payload);
        this.headerLength = Frames.headerLength(payload.length());
        this.idOffset = idOffset;
    }

    /** The same bytes each time. */
    static Request constant(String payload) {
        return new Request(payload, NO_ID);
    }

    /** The eight digits at {@code idOffset} of the (ASCII) payload count upwards. */
    static Request counted(String payload, int idOffset) {
        return new Request(payload, idOffset);
    }

    /** The frame to send now; the array is reused by the next call. */
    byte[] next() {
        if (idOffset != NO_ID) {
            Frames.patchDigits(frame, headerLength, idOffset, ID_DIGITS, ++id);
        }
        return frame;
    }
}
