package io.holdfast.benchmarks.load;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Finds the lines in what a server sends. Their bytes are kept only when asked for. A bot's pings are
 * passed over: no run is so long that one has to be answered.
 */
final class LineReader implements MessageReader {
    private final ByteArrayOutputStream captured = new ByteArrayOutputStream();
    private static final byte[] PING = "{\"event\":\"ping\"".getBytes(StandardCharsets.US_ASCII);

    private boolean captureData;
    /** Bytes of the line that are as those of a ping. */
    private int likePing;

    private int length;

    @Override
    public void captureData(boolean on) {
        captureData = on;
    }

    @Override
    public byte[] captured() {
        return captured.toByteArray();
    }

    @Override
    public void read(ByteBuffer in, Sink sink) {
        while (in.hasRemaining()) {
            byte b = in.get();
            if (b == '\n') {
                int complete = length;
                boolean ping = likePing == PING.length;
                length = 0;
                likePing = 0;
                if (!ping) {
                    sink.frame(Frames.TEXT, complete);
                }
                captured.reset();
            } else {
                if (likePing == length && length < PING.length && b == PING[length]) {
                    likePing++;
                }
                length++;
                if (captureData) {
                    captured.write(b);
                }
            }
        }
    }
}
