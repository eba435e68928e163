package io.holdfast.protocol.line;

import io.holdfast.protocol.websocket.Utf8Validator;

/**
 * Frames of a 4-byte big-endian length of what follows it, 1 byte of flags (bit 0: gzip), and the
 * payload: one message of UTF-8.
 *
 * <p>A payload that lies whole in the input is passed on as a range of it, unless it is compressed.
 * A length over the limit is refused by its header, before any byte of it.
 */
public final class LengthPrefixedDecoder implements LineProtocolDecoder {
    /** Length and flags. */
    static final int HEADER_BYTES = 5;

    static final int GZIP_FLAG = 1;

    private static final int LENGTH_BYTES = 4;

    private enum Stage {
        READING,
        STOPPED,
        FAILED
    }

    private final int maxMessageBytes;
    private final GzipInflater inflater;
    private final PartialMessage partial = new PartialMessage();
    private Stage stage = Stage.READING;
    /** Header bytes of the current frame that have arrived; 0 between two frames. */
    private byte headerBytes;

    private boolean gzip;
    /** The length so far while it arrives, then payload bytes still to come. */
    private long remaining;
    /** State of {@link Utf8Validator} in an uncompressed payload. */
    private int utf8 = Utf8Validator.ACCEPT;

    /**
     * A decoder that begins between two frames.
     *
     * @param maxMessageBytes of one payload, after decompression; 1 to {@link LineLimits#GREATEST}
     * @param inflater the event loop's; used during {@link #decode} only
     */
    public LengthPrefixedDecoder(int maxMessageBytes, GzipInflater inflater) {
        this.maxMessageBytes = LineLimits.checked(maxMessageBytes);
        this.inflater = inflater;
    }

    @Override
    public int decode(byte[] bytes, int from, int to, LineSink sink) {
        int at = from;
        while (at < to && stage == Stage.READING) {
            at = readHeader(bytes, at, to, sink);
            if (stage == Stage.READING && headerBytes == HEADER_BYTES) {
                at = readPayload(bytes, at, to, sink);
            }
        }
        return stage == Stage.FAILED ? to : at;
    }

    @Override
    public void stop() {
        end(Stage.STOPPED);
    }

    @Override
    public boolean idle() {
        return headerBytes == 0;
    }

    @Override
    public int bufferedBytes() {
        return partial.capacity();
    }

    private int readHeader(byte[] bytes, int from, int to, LineSink sink) {
        int at = from;
        if (headerBytes < LENGTH_BYTES) {
            while (headerBytes < LENGTH_BYTES && at < to) {
                remaining = (remaining << 8) | (bytes[at++] & 0xFF);
                headerBytes++;
            }
            if (headerBytes < LENGTH_BYTES || !acceptLength(sink)) {
                return at;
            }
        }
        if (headerBytes == LENGTH_BYTES && at < to) {
            acceptFlags(bytes[at++], sink);
        }
        return at;
    }

    private boolean acceptLength(LineSink sink) {
        if (remaining == 0) {
            fail(
                    sink,
                    LineFault.EMPTY_FRAME,
                    "Frame has length 0; count its byte of flags and its payload");
            return false;
        }
        remaining--; // from here on without the flags
        if (remaining > maxWireBytes(true)) {
            failTooLong(sink);
            return false;
        }
        return true;
    }

    private void acceptFlags(byte flags, LineSink sink) {
        headerBytes++;
        if ((flags & ~GZIP_FLAG) != 0) {
            fail(
                    sink,
                    LineFault.UNKNOWN_FLAGS,
                    "Frame has unknown flags; set only bit 0, for gzip, and leave the others 0");
            return;
        }
        gzip = flags == GZIP_FLAG;
        if (remaining > maxWireBytes(gzip)) {
            failTooLong(sink);
        }
    }

    private int readPayload(byte[] bytes, int from, int to, LineSink sink) {
        int end = from + (int) Math.min(remaining, to - from);
        if (!gzip) {
            utf8 = Utf8Validator.advance(utf8, bytes, from, end);
            if (utf8 == Utf8Validator.REJECT) {
                fail(sink, LineFault.INVALID_UTF8, LineLimits.NOT_UTF8);
                return end;
            }
        }
        remaining -= end - from;
        boolean whole = partial.length() == 0;
        if (remaining > 0 || !whole) {
            int most = (int) (partial.length() + (end - from) + remaining);
            partial.append(bytes, from, end, most);
        }
        if (remaining == 0) {
            if (whole) {
                endFrame(bytes, from, end, sink);
            } else {
                endFrame(partial.bytes(), 0, partial.length(), sink);
            }
        }
        return end;
    }

    private void endFrame(byte[] bytes, int from, int to, LineSink sink) {
        boolean text = utf8 == Utf8Validator.ACCEPT;
        forgetFrame(); // before the call: the sink may throw, stop, or ask whether it is idle
        if (gzip) {
            inflate(bytes, from, to, sink);
        } else if (text) {
            sink.text(bytes, from, to);
        } else {
            fail(sink, LineFault.INVALID_UTF8, LineLimits.NOT_UTF8);
        }
    }

    private void inflate(byte[] bytes, int from, int to, LineSink sink) {
        try {
            int length = inflater.inflate(bytes, from, to, maxMessageBytes);
            if (length == GzipInflater.TOO_BIG) {
                failTooLong(sink);
            } else if (length == GzipInflater.CORRUPT) {
                fail(
                        sink,
                        LineFault.CORRUPT_GZIP,
                        "Payload is not one whole gzip member; send it uncompressed, with flags 0");
            } else if (!Utf8Validator.isValid(inflater.output(), 0, length)) {
                fail(sink, LineFault.INVALID_UTF8, LineLimits.NOT_UTF8);
            } else {
                sink.text(inflater.output(), 0, length);
            }
        } finally {
            inflater.release();
        }
    }

    /** Gzip makes incompressible bytes longer; a message of the greatest size must yet pass. */
    private long maxWireBytes(boolean compressed) {
        return compressed ? GzipInflater.maxWireBytes(maxMessageBytes) : maxMessageBytes;
    }

    private void failTooLong(LineSink sink) {
        fail(sink, LineFault.TOO_LONG, LineLimits.tooLong(maxMessageBytes));
    }

    private void fail(LineSink sink, LineFault fault, String reason) {
        end(Stage.FAILED);
        sink.violation(fault, reason);
    }

    private void end(Stage last) {
        stage = last;
        forgetFrame();
    }

    private void forgetFrame() {
        headerBytes = 0;
        remaining = 0;
        utf8 = Utf8Validator.ACCEPT;
        partial.clear();
    }
}
