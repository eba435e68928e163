package io.holdfast.transport;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.line.LengthPrefixedDecoder;
import io.holdfast.protocol.line.LengthPrefixedEncoder;
import io.holdfast.protocol.line.LineDecoder;
import io.holdfast.protocol.line.LineFault;
import io.holdfast.protocol.line.LineProtocolDecoder;
import io.holdfast.protocol.line.LineSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;

import org.jspecify.annotations.Nullable;

/**
 * The one handler of a TCP connection once its peer is known: bytes to messages and back, as lines
 * first and as length-prefixed frames when both sides agreed on them (spec: dialect-bot).
 *
 * <p>Each direction switches on its own: {@link #receiveFrames} and {@link #sendFrames}. The halves
 * of the connection end on their own too: {@link WireHandler#peerFinished} for the peer's,
 * {@link #finishWriting} for ours; when both have ended it is closed.
 */
public final class TcpWire extends Wire {
    /** Bytes of messages after which others have their turn. */
    private static final int DECODED_IN_ONE_GO = 256 * 1024;
    /** Bytes decoded between two looks whether that is enough. */
    private static final int SLICE = 4 * 1024;
    /** Bytes; length and flags. */
    private static final int FRAME_HEADER = 5;

    private final int maxMessageBytes;
    private final LineSink sink = new Sink();
    private LineProtocolDecoder decoder;
    private boolean deaf;
    /** What was read and is not decoded yet. */
    private @Nullable ByteBuf rest;
    /** Whether the owner takes messages now. */
    private boolean wanted = true;
    /** Whether the peer has ended its half, and nothing but {@link #rest} will come. */
    private boolean peerEnded;
    /** Bytes of the messages that were decoded in one go. */
    private long decodedBytes;

    private boolean framesIn;
    private boolean framesOut;
    private boolean gzip;

    TcpWire(LoopContext loop, WireHandler handler, int maxMessageBytes) {
        super(loop, handler);
        this.maxMessageBytes = maxMessageBytes;
        this.decoder = new LineDecoder(maxMessageBytes);
    }

    /**
     * What follows the message in whose {@link WireHandler#text} call this is called is
     * length-prefixed frames, from its very next byte.
     */
    public void receiveFrames() {
        if (framesIn) {
            throw new IllegalStateException(
                    "frames are received already; call this once, in the text() of the agreement");
        }
        framesIn = true;
        if (!deaf) {
            decoder.stop();
            decoder = new LengthPrefixedDecoder(maxMessageBytes, loop().gzipInflater());
        }
    }

    /**
     * From the next {@link #sendText} on, messages are sent as length-prefixed frames.
     *
     * @param gzip whether large ones may be compressed
     */
    public void sendFrames(boolean gzip) {
        framesOut = true;
        this.gzip = gzip;
    }

    /** Whether part of a message has arrived and the rest of it has not. */
    public boolean midMessage() {
        return !decoder.idle();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf input = (ByteBuf) message;
        handler().bytesReceived(input.readableBytes());
        if (rest == null) {
            decode(input);
        } else {
            // What had been read when we asked for no more.
            rest = Unpooled.wrappedBuffer(rest, input);
        }
    }

    /**
     * Decodes the input, which is taken over, as long as messages are wanted and the others have not
     * waited long enough: a little of it may become very much when it is compressed.
     */
    private void decode(ByteBuf input) {
        byte[] scratch = loop().scratch();
        decodedBytes = 0;
        try {
            while (!deaf && input.isReadable()) {
                if (!wanted || decodedBytes > DECODED_IN_ONE_GO) {
                    hold(input);
                    return;
                }
                int length = Math.min(input.readableBytes(), SLICE);
                input.readBytes(scratch, 0, length);
                decode(scratch, length);
            }
        } finally {
            if (rest == null) {
                input.release();
            }
        }
    }

    /** Keeps what is left of an input; {@link #rest} was empty, since that comes first. */
    private void hold(ByteBuf input) {
        rest = input;
        super.reading(false);
        if (wanted) {
            loop().execute(this::goOn);
        }
    }

    private void goOn() {
        ByteBuf input = rest;
        if (input == null || !wanted) {
            return;
        }
        rest = null;
        try {
            decode(input);
        } catch (RuntimeException failed) {
            exceptionCaught(context(), failed);
        }
        if (rest == null) {
            super.reading(wanted);
            endReadingIfDue();
        }
    }

    @Override
    public void reading(boolean on) {
        boolean again = on && !wanted && rest != null;
        wanted = on;
        if (again) {
            loop().execute(this::goOn);
        } else {
            super.reading(on && rest == null);
        }
    }

    private void endReadingIfDue() {
        if (peerEnded && rest == null) {
            peerEnded = false;
            endReading();
        }
    }

    private void decode(byte[] bytes, int to) {
        int from = 0;
        // More than once only when a message made the decoder change.
        while (!deaf && from < to) {
            from = decoder.decode(bytes, from, to, sink);
        }
    }

    /** A line, in which raw line breaks become spaces, or a frame. */
    @Override
    public void sendText(byte[] bytes, int from, int to) {
        if (!framesOut) {
            writeLine(bytes, from, to);
        } else if (gzip && to - from > LengthPrefixedEncoder.COMPRESSION_THRESHOLD_BYTES) {
            if (!isFinished()) {
                send(Unpooled.wrappedBuffer(loop().frameEncoder().encode(bytes, from, to)));
            }
        } else {
            writeFrame(bytes, from, to);
        }
    }

    private void writeLine(byte[] bytes, int from, int to) {
        ByteBuf out = output(to - from + 1);
        if (out == null) {
            return;
        }
        // JSON allows a raw line break only where it allows a space (RFC 8259 sections 2 and 7).
        int start = out.writerIndex();
        out.writeBytes(bytes, from, to - from);
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n' || bytes[i] == '\r') {
                out.setByte(start + (i - from), ' ');
            }
        }
        out.writeByte('\n');
    }

    private void writeFrame(byte[] bytes, int from, int to) {
        ByteBuf out = output(FRAME_HEADER + to - from);
        if (out != null) {
            out.writeInt(to - from + 1).writeByte(0).writeBytes(bytes, from, to - from);
        }
    }

    /** Not possible: TCP has no pings of its own. */
    @Override
    public void sendPing() {
        throw new UnsupportedOperationException(
                "TCP has no ping of its own; send the dialect's ping event with sendText");
    }

    /** Not possible: TCP has no pings of its own. */
    @Override
    public void sendPong(byte[] bytes, int from, int to) {
        throw new UnsupportedOperationException(
                "TCP has no pong of its own; send the dialect's pong event with sendText");
    }

    /** Ends our half of the connection: TCP has no words for why. */
    @Override
    public void sendClose(int code, String reason) {
        finishWriting();
    }

    @Override
    public void stopReading() {
        deaf = true;
        decoder.stop();
        if (rest != null) {
            rest.release();
            rest = null;
            endReadingIfDue();
        }
    }

    /** False: whoever shares frames among connections has to ask for their encoding. */
    @Override
    public boolean deflates() {
        return false;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent
                || (event instanceof SslCloseCompletionEvent closed && closed.isSuccess())) {
            peerEnded = true;
            endReadingIfDue();
        } else if (event instanceof ChannelOutputShutdownEvent && !isFinished()) {
            context.close(); // a write has failed
        }
    }

    private final class Sink implements LineSink {
        @Override
        public void text(byte[] bytes, int from, int to) {
            decodedBytes += to - from;
            handler().text(bytes, from, to);
        }

        @Override
        public void violation(LineFault fault, String reason) {
            deaf = true;
            handler().violation(closeCode(fault).code(), reason);
        }
    }

    private static CloseCode closeCode(LineFault fault) {
        return switch (fault) {
            case TOO_LONG -> CloseCode.MESSAGE_TOO_BIG;
            case INVALID_UTF8 -> CloseCode.INVALID_PAYLOAD;
            case EMPTY_FRAME, UNKNOWN_FLAGS, CORRUPT_GZIP -> CloseCode.PROTOCOL_ERROR;
        };
    }
}
