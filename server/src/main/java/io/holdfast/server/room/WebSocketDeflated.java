package io.holdfast.server.room;

import io.holdfast.protocol.websocket.MessageDeflater;
import io.holdfast.protocol.websocket.Opcode;
import io.holdfast.transport.WebSocketWire;
import io.netty.buffer.ByteBuf;

import java.util.function.IntFunction;
import java.util.function.IntSupplier;

/** Deflated text frames (RFC 7692), where a message is long enough and gets smaller. */
final class WebSocketDeflated implements Encoding {
    private final IntFunction<MessageDeflater> deflaters;
    private final IntSupplier deflateFrom;

    /**
     * @param deflaters by the index of the loop
     * @param deflateFrom bytes of text under which deflating costs more than it saves
     */
    WebSocketDeflated(IntFunction<MessageDeflater> deflaters, IntSupplier deflateFrom) {
        this.deflaters = deflaters;
        this.deflateFrom = deflateFrom;
    }

    @Override
    public int maxLength(int textLength) {
        return WebSocketText.ENCODING.maxLength(textLength);
    }

    @Override
    public void write(ByteBuf out, byte[] bytes, int head, int body, int end, int loop) {
        if (end - head < deflateFrom.getAsInt() || !deflate(out, bytes, head, end, loop)) {
            WebSocketText.ENCODING.write(out, bytes, head, body, end, loop);
        }
    }

    /** False when that would not be worth it: nothing was written then. */
    private boolean deflate(ByteBuf out, byte[] bytes, int head, int end, int loop) {
        byte[] source = bytes;
        int start = head - 1;
        int stop = end;
        if (start < 0 || bytes[start] != '{') {
            source = new byte[end - head + 1];
            source[0] = '{';
            System.arraycopy(bytes, head, source, 1, end - head);
            start = 0;
            stop = source.length;
        }
        MessageDeflater deflater = deflaters.apply(loop);
        int length = deflater.deflate(source, start, stop);
        boolean smaller = length < stop - start;
        if (smaller) {
            WebSocketWire.writeHeader(out, Opcode.TEXT, true, length);
            out.writeBytes(deflater.output(), 0, length);
        }
        deflater.release();
        return smaller;
    }

    @Override
    public boolean takesText() {
        return true;
    }
}
