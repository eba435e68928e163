package io.holdfast.benchmarks.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One connection: hand-made upgrade, then frames. Answers of a turn leave in one write. */
@SuppressWarnings(
        "FutureReturnValueIgnored") // A failed write closes the channel: nothing else to do about
// it.
final class BareConnection extends ChannelInboundHandlerAdapter {
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MAX_PAYLOAD_BYTES = 64 * 1024;
    private static final int OUT_BYTES = 256;

    private enum Mode {
        UPGRADING,
        ECHO,
        PUBLISH,
        SUBSCRIBE
    }

    private final BareRoom room;
    private Mode mode = Mode.UPGRADING;
    /** An incomplete frame or request; null while there is none. */
    private @Nullable ByteBuf rest;
    /** This turn's answers; null while there are none. */
    private @Nullable ByteBuf out;

    private boolean closing;

    BareConnection(BareRoom room) {
        this.room = room;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = rest;
        if (before == null) {
            read(context, in);
            if (in.isReadable() && !closing) {
                rest = in.alloc().buffer(OUT_BYTES).writeBytes(in);
            }
            in.release();
            return;
        }
        before.writeBytes(in);
        in.release();
        read(context, before);
        if (before.isReadable() && !closing) {
            before.discardReadBytes();
        } else {
            before.release();
            rest = null;
        }
    }

    private void read(ChannelHandlerContext context, ByteBuf in) {
        if (mode == Mode.UPGRADING) {
            upgrade(context, in);
        }
        boolean more = mode != Mode.UPGRADING;
        while (more) {
            more = readFrame(context, in);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        ByteBuf answers = out;
        if (answers != null) {
            out = null;
            context.writeAndFlush(answers, context.voidPromise());
        }
        if (closing) {
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (mode == Mode.SUBSCRIBE) {
            room.unsubscribe(context);
        }
        if (rest != null) {
            rest.release();
            rest = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private void upgrade(ChannelHandlerContext context, ByteBuf in) {
        BareUpgrade request = BareUpgrade.read(in);
        if (request == null) {
            return;
        }
        mode = switch (request.path()) {
            case "/publish" -> Mode.PUBLISH;
            case "/subscribe" -> Mode.SUBSCRIBE;
            default -> Mode.ECHO;
        };
        if (mode == Mode.SUBSCRIBE) {
            room.subscribe(context);
        }
        out(context).writeCharSequence(request.response(), StandardCharsets.US_ASCII);
    }

    /** Handles one complete frame, or returns false and consumes nothing. */
    private boolean readFrame(ChannelHandlerContext context, ByteBuf in) {
        int start = in.readerIndex();
        int readable = in.readableBytes();
        if (closing || readable < 6) {
            return false;
        }
        int opcode = in.getByte(start) & 0x0f;
        int length = in.getByte(start + 1) & 0x7f;
        int header = 6;
        if (length == 126) {
            length = in.getUnsignedShort(start + 2);
            header = 8;
        }
        if (length == 127 || length > MAX_PAYLOAD_BYTES || in.getByte(start + 1) >= 0) {
            throw new IllegalArgumentException("A frame is longer than 65535 bytes or not masked.");
        }
        if (readable < header + length) {
            return false;
        }
        in.skipBytes(header + length);
        int mask = in.getInt(start + header - 4);
        switch (opcode) {
            case TEXT -> {
                ByteBuf target = mode == Mode.PUBLISH ? room.batch(context) : out(context);
                append(target, TEXT, in, start + header, length, mask);
            }
            case PING -> append(out(context), PONG, in, start + header, length, mask);
            case CLOSE -> {
                append(out(context), CLOSE, in, start + header, length, mask);
                closing = true;
            }
            default -> {}
        }
        return true;
    }

    private ByteBuf out(ChannelHandlerContext context) {
        ByteBuf answers = out;
        if (answers == null) {
            answers = context.alloc().directBuffer(OUT_BYTES);
            out = answers;
        }
        return answers;
    }

    /** A server frame with the unmasked payload: four bytes at a time, then the rest. */
    private static void append(
            ByteBuf target, int opcode, ByteBuf in, int from, int length, int mask) {
        target.writeByte(0x80 | opcode);
        if (length < 126) {
            target.writeByte(length);
        } else {
            target.writeByte(126).writeShort(length);
        }
        target.ensureWritable(length);
        int at = 0;
        for (; at + 4 <= length; at += 4) {
            target.writeInt(in.getInt(from + at) ^ mask);
        }
        for (; at < length; at++) {
            target.writeByte(in.getByte(from + at) ^ mask >> (24 - 8 * (at & 3)));
        }
    }
}
