package io.holdfast.protocol.websocket;

import static io.holdfast.protocol.websocket.FrameWriter.FIN;
import static io.holdfast.protocol.websocket.FrameWriter.LENGTH_IN_2_BYTES;
import static io.holdfast.protocol.websocket.FrameWriter.LENGTH_IN_8_BYTES;
import static io.holdfast.protocol.websocket.FrameWriter.MASK_BYTES;
import static io.holdfast.protocol.websocket.FrameWriter.RSV1;
import static io.holdfast.protocol.websocket.HeaderRules.LENGTH_BITS;
import static io.holdfast.protocol.websocket.HeaderRules.OPCODE_BITS;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of one connection into messages and control frames (RFC 6455 §5, RFC 7692 §6).
 *
 * <p>Call {@link #decode} with the bytes in the order of their arrival, however they were cut. The
 * first violation, a close frame or {@link #stop} ends the decoder: it ignores what comes later.
 * Confined to one thread. If the sink throws, the decoder stands after the message that was given
 * to it, and the rest of that input is lost.
 *
 * <p>An idle connection's decoder is 56 bytes and nothing else. A message that lies whole in the
 * input is unmasked there and passed on as a range of it. Only partial messages are copied, into a
 * buffer that grows with what has arrived, not with what was announced.
 *
 * <p>All state is in plain fields: writing them down and setting them again continues the
 * connection in another process.
 */
public final class FrameDecoder {
    /** How the reason of a violation ends when the message came in too many frames. */
    public static final String TOO_MANY_FRAGMENTS = " fragments; send it in fewer frames";

    /** First buffer of a partial message; from then on it doubles. */
    private static final int FIRST_BUFFER_BYTES = 1_024;

    private static final int CLOSE_CODE_BYTES = 2;

    private final FrameLimits limits;
    private final boolean masked;
    private final boolean deflate;
    private boolean stopped;

    /** Header bytes of the current frame that have arrived; 0 between two frames. */
    private byte headerBytes;

    /** FIN, RSV1-3, opcode. */
    private byte first;
    /** Mask bit, 7 bits of length. */
    private byte second;

    /**
     * TEXT or BINARY from a message's first byte to its last; CONTINUATION between two messages.
     */
    private byte messageOpcode;

    private boolean messageCompressed;
    /** The mask of the next payload byte and the three after it. */
    private int key;
    /**
     * Payload bytes of the current frame still to come; while the header arrives, the length so
     * far.
     */
    private long remaining;
    /** Frames of the current message, the current frame included. */
    private int fragments;
    /** Bytes of the current message in {@link #message}. */
    private int messageLength;
    /** State of {@link Utf8Validator} in an uncompressed text message. */
    private int utf8;
    /** The message so far, from when it had to be kept; its length is a capacity. */
    private byte @Nullable [] message;
    /** The control frame's payload so far, when it was cut; its length is the frame's. */
    private byte @Nullable [] control;

    /**
     * A decoder for one connection, after the opening handshake.
     *
     * @param deflate whether permessage-deflate was negotiated, which gives RSV1 its meaning
     */
    public FrameDecoder(Role role, FrameLimits limits, boolean deflate) {
        this.limits = limits;
        this.masked = role == Role.SERVER;
        this.deflate = deflate;
    }

    /**
     * Consumes the whole range, and overwrites it when frames are masked.
     *
     * @param inflater the event loop's; used during the call only
     */
    public void decode(byte[] bytes, int from, int to, FrameSink sink, MessageInflater inflater) {
        int at = from;
        while (at < to && !stopped) {
            at = readHeader(bytes, at, to, sink);
            if (!stopped && headerBytes > 1 && headerBytes == headerLength()) {
                at = readPayload(bytes, at, to, sink, inflater);
            }
        }
    }

    /**
     * Whether no frame and no message is partial: nothing of the input so far is still to be
     * delivered.
     */
    public boolean idle() {
        return headerBytes == 0 && messageOpcode == Opcode.CONTINUATION;
    }

    /** Ignores all later input and drops what is partial. */
    public void stop() {
        stopped = true;
        headerBytes = 0;
        control = null;
        forgetMessage();
    }

    /** Heap held for a partial frame or message, bytes; 0 when idle. */
    public int bufferedBytes() {
        return (message == null ? 0 : message.length) + (control == null ? 0 : control.length);
    }

    // Header. Each part is judged as soon as it is whole; a cut header goes on where it stopped.

    private int readHeader(byte[] bytes, int from, int to, FrameSink sink) {
        int at = from;
        if (headerBytes == 0) {
            first = bytes[at++];
            headerBytes = 1;
            if (!acceptFirst(sink)) {
                return to;
            }
        }
        if (headerBytes == 1) {
            if (at == to) {
                return to;
            }
            second = bytes[at++];
            headerBytes = 2;
            remaining = 0;
            key = 0;
            if (!acceptSecond(sink)) {
                return to;
            }
        }
        int lengthEnd = 2 + extendedLengthBytes();
        if (headerBytes < lengthEnd) {
            while (headerBytes < lengthEnd && at < to) {
                remaining = (remaining << 8) | (bytes[at++] & 0xFF);
                headerBytes++;
            }
            if (headerBytes < lengthEnd || !acceptExtendedLength(sink)) {
                return to;
            }
        }
        int headerEnd = headerLength();
        while (headerBytes < headerEnd && at < to) {
            key = (key << 8) | (bytes[at++] & 0xFF);
            headerBytes++;
        }
        return at;
    }

    private int extendedLengthBytes() {
        return switch (second & LENGTH_BITS) {
            case LENGTH_IN_2_BYTES -> 2;
            case LENGTH_IN_8_BYTES -> 8;
            default -> 0;
        };
    }

    private int headerLength() {
        return 2 + extendedLengthBytes() + (masked ? MASK_BYTES : 0);
    }

    private boolean acceptFirst(FrameSink sink) {
        String fault =
                HeaderRules.faultInFirst(first, deflate, messageOpcode != Opcode.CONTINUATION);
        if (fault != null) {
            return fail(sink, CloseStatus.PROTOCOL_ERROR, fault);
        }
        int opcode = first & OPCODE_BITS;
        if (Opcode.isControl(opcode)) {
            return true;
        }
        if (opcode != Opcode.CONTINUATION) {
            messageOpcode = (byte) opcode;
            messageCompressed = (first & RSV1) != 0;
        }
        fragments++;
        return fragments <= limits.maxFragments()
                || fail(
                        sink,
                        CloseStatus.TOO_BIG,
                        "Message has more than " + limits.maxFragments() + TOO_MANY_FRAGMENTS);
    }

    private boolean acceptSecond(FrameSink sink) {
        String fault = HeaderRules.faultInSecond(first, second, masked);
        if (fault != null) {
            return fail(sink, CloseStatus.PROTOCOL_ERROR, fault);
        }
        if (extendedLengthBytes() > 0) {
            return true;
        }
        remaining = second & LENGTH_BITS;
        return acceptLength(sink);
    }

    private boolean acceptExtendedLength(FrameSink sink) {
        String fault = HeaderRules.faultInLength(second, remaining);
        return fault == null ? acceptLength(sink) : fail(sink, CloseStatus.PROTOCOL_ERROR, fault);
    }

    private boolean acceptLength(FrameSink sink) {
        return Opcode.isControl(first & OPCODE_BITS)
                || remaining <= limits.maxWireBytes(messageCompressed) - messageLength
                || failTooBig(sink);
    }

    // Payload

    private int readPayload(
            byte[] bytes, int from, int to, FrameSink sink, MessageInflater inflater) {
        int length = (int) Math.min(remaining, to - from);
        int end = from + length;
        if (masked) {
            Masking.apply(bytes, from, end, key);
            key = Masking.after(key, length);
        }
        remaining -= length;
        if (Opcode.isControl(first & OPCODE_BITS)) {
            readControl(bytes, from, end, sink);
        } else {
            readData(bytes, from, end, sink, inflater);
        }
        return end;
    }

    private void readData(
            byte[] bytes, int from, int to, FrameSink sink, MessageInflater inflater) {
        if (messageOpcode == Opcode.TEXT && !messageCompressed) {
            utf8 = Utf8Validator.advance(utf8, bytes, from, to);
            if (utf8 == Utf8Validator.REJECT) {
                failNotUtf8(sink);
                return;
            }
        }
        boolean fin = (first & FIN) != 0;
        if (remaining > 0 || !fin) {
            if (from < to) {
                keep(bytes, from, to, fin);
            }
            if (remaining == 0) {
                headerBytes = 0;
            }
            return;
        }
        if (utf8 != Utf8Validator.ACCEPT) {
            failNotUtf8(sink);
            return;
        }
        headerBytes = 0;
        byte[] whole = message;
        if (whole == null) {
            endMessage(bytes, from, to, sink, inflater);
            return;
        }
        if (from < to) {
            whole = keep(bytes, from, to, true);
        }
        endMessage(whole, 0, messageLength, sink, inflater);
    }

    /**
     * Copies a piece of a message. The buffer is never more than twice as long as what has arrived.
     */
    private byte[] keep(byte[] bytes, int from, int to, boolean fin) {
        int needed = messageLength + (to - from);
        byte[] buffer = message;
        if (buffer == null || buffer.length < needed) {
            // Header checks keep both sums within the limit on the wire.
            int most = fin ? needed + (int) remaining : limits.maxWireBytes(messageCompressed);
            int capacity = (int) Math.min(most, Math.max(FIRST_BUFFER_BYTES, 2L * needed));
            buffer = buffer == null ? new byte[capacity] : Arrays.copyOf(buffer, capacity);
            message = buffer;
        }
        System.arraycopy(bytes, from, buffer, messageLength, to - from);
        messageLength = needed;
        return buffer;
    }

    private void endMessage(
            byte[] bytes, int from, int to, FrameSink sink, MessageInflater inflater) {
        boolean text = messageOpcode == Opcode.TEXT;
        boolean compressed = messageCompressed;
        // Before the call: the sink may throw, stop, or ask whether the decoder is idle.
        forgetMessage();
        if (compressed) {
            inflate(bytes, from, to, text, sink, inflater);
        } else {
            deliver(bytes, from, to, text, sink);
        }
    }

    private void inflate(
            byte[] bytes,
            int from,
            int to,
            boolean text,
            FrameSink sink,
            MessageInflater inflater) {
        try {
            int length = inflater.inflate(bytes, from, to, limits.maxMessageBytes());
            if (length == MessageInflater.TOO_BIG) {
                failTooBig(sink);
            } else if (length == MessageInflater.CORRUPT) {
                fail(
                        sink,
                        CloseStatus.INVALID_PAYLOAD,
                        "Compressed message is not whole, valid deflate data");
            } else if (text && !Utf8Validator.isValid(inflater.output(), 0, length)) {
                failNotUtf8(sink);
            } else {
                deliver(inflater.output(), 0, length, text, sink);
            }
        } finally {
            inflater.release();
        }
    }

    private static void deliver(byte[] bytes, int from, int to, boolean text, FrameSink sink) {
        if (text) {
            sink.text(bytes, from, to);
        } else {
            sink.binary(bytes, from, to);
        }
    }

    private void forgetMessage() {
        messageOpcode = Opcode.CONTINUATION;
        messageCompressed = false;
        fragments = 0;
        messageLength = 0;
        utf8 = Utf8Validator.ACCEPT;
        message = null;
    }

    private void readControl(byte[] bytes, int from, int to, FrameSink sink) {
        byte[] payload = bytes;
        int start = from;
        int end = to;
        if (remaining > 0 || control != null) {
            int length = second & LENGTH_BITS;
            if (control == null) {
                if (from == to) {
                    return;
                }
                control = new byte[length];
            }
            payload = control;
            System.arraycopy(
                    bytes, from, payload, length - (int) remaining - (to - from), to - from);
            if (remaining > 0) {
                return;
            }
            control = null;
            start = 0;
            end = length;
        }
        headerBytes = 0;
        switch (first & OPCODE_BITS) {
            case Opcode.PING -> sink.ping(payload, start, end);
            case Opcode.PONG -> sink.pong(payload, start, end);
            default -> readClose(payload, start, end, sink);
        }
    }

    private void readClose(byte[] bytes, int from, int to, FrameSink sink) {
        if (from == to) {
            stop();
            sink.close(CloseStatus.NONE_RECEIVED, "");
            return;
        }
        if (to - from < CLOSE_CODE_BYTES) {
            fail(
                    sink,
                    CloseStatus.PROTOCOL_ERROR,
                    "Close frame with one byte; send a 2-byte code or nothing");
            return;
        }
        int code = ((bytes[from] & 0xFF) << 8) | (bytes[from + 1] & 0xFF);
        if (!CloseStatus.mayBeSent(code)) {
            fail(sink, CloseStatus.PROTOCOL_ERROR, "Close code " + code + " must not be sent");
            return;
        }
        int reasonFrom = from + CLOSE_CODE_BYTES;
        if (!Utf8Validator.isValid(bytes, reasonFrom, to)) {
            fail(sink, CloseStatus.INVALID_PAYLOAD, "Close reason is not valid UTF-8");
            return;
        }
        stop();
        sink.close(code, new String(bytes, reasonFrom, to - reasonFrom, StandardCharsets.UTF_8));
    }

    // Violations: each ends the decoder before the sink hears of it. The result is always false.

    private boolean fail(FrameSink sink, int closeCode, String reason) {
        stop();
        sink.violation(closeCode, reason);
        return false;
    }

    private boolean failTooBig(FrameSink sink) {
        return fail(
                sink,
                CloseStatus.TOO_BIG,
                "Message is longer than " + limits.maxMessageBytes()
                        + " bytes; send shorter messages");
    }

    private void failNotUtf8(FrameSink sink) {
        fail(sink, CloseStatus.INVALID_PAYLOAD, "Text message is not valid UTF-8");
    }
}
