package io.holdfast.server.room;

import io.holdfast.protocol.websocket.Opcode;
import io.holdfast.transport.WebSocketWire;
import io.netty.buffer.ByteBuf;

/** Text frames (RFC 6455): what most clients take, and the form in which histories are kept. */
public final class WebSocketText implements Encoding {
    public static final WebSocketText ENCODING = new WebSocketText();

    private WebSocketText() {}

    @Override
    public int maxLength(int textLength) {
        return WebSocketWire.MAX_HEADER + textLength;
    }

    @Override
    public void write(ByteBuf out, byte[] bytes, int head, int body, int end, int loop) {
        WebSocketWire.writeHeader(out, Opcode.TEXT, false, 1 + end - head);
        out.writeByte('{').writeBytes(bytes, head, end - head);
    }

    @Override
    public boolean takesText() {
        return true;
    }

    /** Bytes of the header of the frame that begins there. */
    static int headerLength(ByteBuf frames, int at) {
        int length = frames.getByte(at + 1) & 0x7F;
        return length < 126 ? 2 : length == 126 ? 4 : WebSocketWire.MAX_HEADER;
    }
}
