package io.holdfast.transport;

import io.holdfast.protocol.websocket.FrameDecoder;
import io.holdfast.protocol.websocket.FrameLimits;
import io.holdfast.protocol.websocket.FrameWriter;
import io.holdfast.protocol.websocket.MessageDeflater;
import io.holdfast.protocol.websocket.Opcode;
import io.holdfast.protocol.websocket.Role;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

import org.jspecify.annotations.Nullable;

/**
 * The one handler of a WebSocket connection after its upgrade: bytes to frames and back (RFC 6455,
 * RFC 7692). The decisions are {@link FrameDecoder}'s; this only moves bytes.
 */
public final class WebSocketWire extends Wire {
    /** Bytes; RFC 6455 section 5.2: the largest header of an unmasked frame. */
    public static final int MAX_HEADER = 10;
    /** Bytes; a client's shorter messages are not worth the time that compressing them takes. */
    private static final int COMPRESSION_MIN_BYTES = 1024;

    private final FrameDecoder decoder;
    private final boolean deflate;
    /** Where a client takes the key of each frame from; null on the server's side (RFC 6455 5.1). */
    private final @Nullable MaskingKeys keys;
    /** How a client decodes; a server bounds what it takes elsewhere, and wants all that it reads. */
    private final @Nullable Portions portions;

    /** The server's end: what it receives is masked, what it sends is not. */
    WebSocketWire(LoopContext loop, WireHandler handler, FrameLimits limits, boolean deflate) {
        super(loop, handler);
        this.deflate = deflate;
        this.decoder = new FrameDecoder(Role.SERVER, limits, deflate);
        this.keys = null;
        this.portions = null;
    }

    /** The client's end: what it sends is masked, and compressed where that was agreed and pays. */
    WebSocketWire(
            LoopContext loop,
            WireHandler handler,
            FrameLimits limits,
            boolean deflate,
            MaskingKeys keys) {
        super(loop, handler);
        this.deflate = deflate;
        this.decoder = new FrameDecoder(Role.CLIENT, limits, deflate);
        this.keys = keys;
        this.portions = new Portions(loop, decoder, handler, new InputOfClient());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf input = (ByteBuf) message;
        if (portions != null) {
            handler().bytesReceived(input.readableBytes());
            portions.take(input);
            return;
        }
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
        if (keys != null && deflate && to - from >= COMPRESSION_MIN_BYTES) {
            MessageDeflater deflater = loop().deflater();
            int length = deflater.deflate(bytes, from, to);
            if (length < to - from) {
                sendFrame(Opcode.TEXT, true, deflater.output(), 0, length);
                deflater.release();
                return;
            }
            deflater.release();
        }
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
        if (portions != null && portions.discard()) {
            lose(null);
        }
    }

    @Override
    public void reading(boolean on) {
        if (portions == null) {
            super.reading(on);
        } else {
            portions.wanted(on);
        }
    }

    /** What was read before the end is told before it: a close frame may be in it. */
    @Override
    void transportEnded() {
        if (portions == null || !portions.endsLater()) {
            super.transportEnded();
        }
    }

    private final class InputOfClient implements Portions.Owner {
        @Override
        public void readFromSocket(boolean on) {
            context().channel().config().setAutoRead(on);
        }

        @Override
        public void inputIsOver() {
            lose(null);
        }

        @Override
        public void failed(RuntimeException mistake) {
            exceptionCaught(context(), mistake);
        }
    }

    @Override
    public boolean deflates() {
        return deflate;
    }

    private void sendFrame(int opcode, byte[] bytes, int from, int to) {
        sendFrame(opcode, false, bytes, from, to);
    }

    private void sendFrame(int opcode, boolean deflated, byte[] bytes, int from, int to) {
        int length = to - from;
        if (keys != null) {
            sendMasked(opcode, deflated, bytes, from, to, keys.next());
            return;
        }
        ByteBuf out = output(MAX_HEADER + length);
        if (out != null) {
            writeHeader(out, opcode, deflated, length);
            out.writeBytes(bytes, from, length);
        }
    }

    private void sendMasked(int opcode, boolean deflated, byte[] bytes, int from, int to, int key) {
        int length = to - from;
        ByteBuf out = output(FrameWriter.maskedHeaderLength(length) + length);
        if (out != null) {
            // In an array of its own: the caller's bytes may be sent again, unmasked by us.
            byte[] frame = new byte[FrameWriter.maskedHeaderLength(length) + length];
            int payload =
                    FrameWriter.writeMaskedHeader(frame, 0, opcode, true, deflated, length, key);
            System.arraycopy(bytes, from, frame, payload, length);
            FrameWriter.mask(frame, payload, frame.length, key);
            out.writeBytes(frame);
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
