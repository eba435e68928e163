package io.holdfast.transport;

import io.holdfast.protocol.websocket.FrameDecoder;
import io.holdfast.protocol.websocket.FrameLimits;
import io.holdfast.protocol.websocket.FrameWriter;
import io.holdfast.protocol.websocket.Opcode;
import io.holdfast.protocol.websocket.Role;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/**
 * The one handler of a WebSocket connection after its upgrade: bytes to frames and back (RFC 6455,
 * RFC 7692). The decisions are {@link FrameDecoder}'s; this only moves bytes.
 */
public final class WebSocketWire extends Wire {
    /** Bytes; RFC 6455 section 5.2: the largest header of an unmasked frame. */
    public static final int MAX_HEADER = 10;

    private final FrameDecoder decoder;
    private final boolean deflate;

    WebSocketWire(LoopContext loop, WireHandler handler, FrameLimits limits, boolean deflate) {
        super(loop, handler);
        this.deflate = deflate;
        this.decoder = new FrameDecoder(Role.SERVER, limits, deflate);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf input = (ByteBuf) message;
        LoopContext loop = loop();
        try {
            byte[] scratch = loop.scratch();
            handler().bytesReceived(input.readableBytes());
            while (input.isReadable()) {
                int length = Math.min(input.readableBytes(), scratch.length);
                input.readBytes(scratch, 0, length);
                decoder.decode(scratch, 0, length, handler(), loop.inflater());
            }
        } finally {
            input.release();
        }
    }

    @Override
    public void sendText(byte[] bytes, int from, int to) {
        sendFrame(Opcode.TEXT, bytes, from, to);
    }

    /** Frames a binary message and queues it. */
    public void sendBinary(byte[] bytes, int from, int to) {
        sendFrame(Opcode.BINARY, bytes, from, to);
    }

    @Override
    public void sendPing() {
        sendFrame(Opcode.PING, new byte[0], 0, 0);
    }

    @Override
    public void sendPong(byte[] bytes, int from, int to) {
        sendFrame(Opcode.PONG, bytes, from, to);
    }

    @Override
    public void sendClose(int code, String reason) {
        byte[] payload = FrameWriter.close(code, reason);
        sendFrame(Opcode.CLOSE, payload, 0, payload.length);
    }

    @Override
    public void stopReading() {
        decoder.stop();
    }

    @Override
    public boolean deflates() {
        return deflate;
    }

    private void sendFrame(int opcode, byte[] bytes, int from, int to) {
        int length = to - from;
        ByteBuf out = output(MAX_HEADER + length);
        if (out != null) {
            writeHeader(out, opcode, false, length);
            out.writeBytes(bytes, from, length);
        }
    }

    /** Writes the header of one unfragmented, unmasked frame. */
    public static void writeHeader(ByteBuf out, int opcode, boolean deflated, int length) {
        out.writeByte(0x80 | (deflated ? 0x40 : 0) | opcode);
        if (length < 126) {
            out.writeByte(length);
        } else if (length <= 0xFFFF) {
            out.writeByte(126).writeShort(length);
        } else {
            out.writeByte(127).writeLong(length);
        }
    }
}
