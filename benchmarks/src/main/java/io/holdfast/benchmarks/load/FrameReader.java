package io.holdfast.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds frame boundaries in what a server sends (unmasked frames). Payloads are skipped, but for
 * control frames and for data frames while {@link #captureData} is on.
 *
 * <p>Not for several threads. The captured payload is valid during {@link Sink#frame} only.
 */
final class FrameReader implements MessageReader {
    /**
     * Longest payload that is kept when capturing, in bytes; the rest of a longer one is skipped.
     */
    private static final int MAX_CAPTURED_BYTES = 16 * 1024;

    private boolean captureData;
    private int headerBytes;
    private int lengthBytes;
    private int opcode;
    private boolean fin;
    private long payloadLeft;
    private int messageOpcode;
    private int messageLength;
    private byte @Nullable [] captured;
    private int capturedLength;

    @Override
    public void captureData(boolean on) {
        captureData = on;
    }

    @Override
    public byte[] captured() {
        return captured == null ? new byte[0] : Arrays.copyOf(captured, capturedLength);
    }

    @Override
    public void read(ByteBuffer in, Sink sink) {
        while (in.hasRemaining()) {
            if (headerBytes >= 2 && lengthBytes == 0) {
                readPayload(in, sink);
            } else {
                readHeaderByte(in.get(), sink);
            }
        }
    }

    private void readHeaderByte(byte value, Sink sink) {
        if (headerBytes == 0) {
            fin = (value & 0x80) != 0;
            opcode = value & 0x0f;
            headerBytes = 1;
            return;
        }
        if (headerBytes == 1) {
            int shortLength = value & 0x7f;
            headerBytes = 2;
            lengthBytes = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
            payloadLeft = lengthBytes == 0 ? shortLength : 0;
        } else {
            payloadLeft = payloadLeft << 8 | (value & 0xff);
            lengthBytes--;
        }
        if (lengthBytes == 0) {
            startPayload(sink);
        }
    }

    private void startPayload(Sink sink) {
        capturedLength = 0;
        if (opcode < Frames.CLOSE) {
            if (opcode != 0) {
                messageOpcode = opcode;
                messageLength = 0;
            }
            messageLength += (int) payloadLeft;
        }
        if (payloadLeft == 0) {
            finish(0, sink);
        }
    }

    private void readPayload(ByteBuffer in, Sink sink) {
        int take = (int) Math.min(in.remaining(), payloadLeft);
        if (captureData || opcode >= Frames.CLOSE) {
            capture(in, take);
        }
        in.position(in.position() + take);
        payloadLeft -= take;
        if (payloadLeft == 0) {
            finish(capturedLength, sink);
        }
    }

    private void capture(ByteBuffer in, int take) {
        int kept = Math.min(take, MAX_CAPTURED_BYTES - capturedLength);
        byte[] bytes = captured;
        if (bytes == null || bytes.length < capturedLength + kept) {
            bytes = bytes == null ? new byte[kept] : Arrays.copyOf(bytes, capturedLength + kept);
            captured = bytes;
        }
        in.get(in.position(), bytes, capturedLength, kept);
        capturedLength += kept;
    }

    private void finish(int controlLength, Sink sink) {
        headerBytes = 0;
        if (opcode >= Frames.CLOSE) {
            sink.frame(opcode, controlLength);
        } else if (fin) {
            sink.frame(messageOpcode, messageLength);
        }
        if (!captureData) {
            captured = null;
        }
    }
}
