package io.holdfast.transport;

import io.holdfast.protocol.websocket.FrameDecoder;
import io.holdfast.protocol.websocket.FrameSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.jspecify.annotations.Nullable;

/**
 * Decodes what a client has read, as long as its owner wants messages, and so much in one go that
 * others have their turn: a little of it may become very much when it is compressed. What is left
 * over is kept, and nothing more is read meanwhile. The loop's thread only.
 */
final class Portions implements FrameSink {
    /** The wire around it. */
    interface Owner {
        void readFromSocket(boolean on);

        /** Everything is decoded, and nothing more will come. */
        void inputIsOver();

        void failed(RuntimeException mistake);
    }

    /** Bytes of messages, decompressed, after which others have their turn. */
    private static final int DECODED_IN_ONE_GO = 256 * 1024;
    /** Bytes decoded between two looks whether that is enough. */
    private static final int SLICE = 4 * 1024;

    private final LoopContext loop;
    private final FrameDecoder decoder;
    private final FrameSink sink;
    private final Owner owner;
    /** What was read and is not decoded yet. */
    private @Nullable ByteBuf rest;
    /** Whether the owner takes messages now. */
    private boolean wanted = true;
    /** Whether the transport is gone, and nothing but {@link #rest} will come. */
    private boolean over;
    /** Bytes of the messages that were decoded in one go. */
    private long decodedBytes;

    Portions(LoopContext loop, FrameDecoder decoder, FrameSink sink, Owner owner) {
        this.loop = loop;
        this.decoder = decoder;
        this.sink = sink;
        this.owner = owner;
    }

    /** Takes the input over. */
    void take(ByteBuf input) {
        if (rest == null) {
            decode(input);
        } else {
            // What had been read when we asked for no more.
            rest = Unpooled.wrappedBuffer(rest, input);
        }
    }

    void wanted(boolean on) {
        boolean again = on && !wanted && rest != null;
        wanted = on;
        if (again) {
            loop.execute(this::goOn);
        } else {
            owner.readFromSocket(on && rest == null);
        }
    }

    /** The transport is gone. Whether that is to be told later, behind what was read before. */
    boolean endsLater() {
        over = rest != null;
        return over;
    }

    /** Throws away what is left; whether the end was to be told behind it. */
    boolean discard() {
        if (rest == null) {
            return false;
        }
        rest.release();
        rest = null;
        return over;
    }

    private void decode(ByteBuf input) {
        byte[] scratch = loop.scratch();
        decodedBytes = 0;
        try {
            while (input.isReadable()) {
                if (!wanted || decodedBytes > DECODED_IN_ONE_GO) {
                    hold(input);
                    return;
                }
                int length = Math.min(input.readableBytes(), SLICE);
                input.readBytes(scratch, 0, length);
                decoder.decode(scratch, 0, length, this, loop.inflater());
            }
        } finally {
            if (rest == null) {
                input.release();
            }
        }
    }

    private void hold(ByteBuf input) {
        rest = input;
        owner.readFromSocket(false);
        if (wanted) {
            loop.execute(this::goOn);
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
        } catch (RuntimeException mistake) {
            owner.failed(mistake);
            return;
        }
        if (rest != null) {
            return;
        }
        if (over) {
            owner.inputIsOver();
        } else {
            owner.readFromSocket(wanted);
        }
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
        decodedBytes += to - from;
        sink.text(bytes, from, to);
    }

    @Override
    public void binary(byte[] bytes, int from, int to) {
        decodedBytes += to - from;
        sink.binary(bytes, from, to);
    }

    @Override
    public void ping(byte[] bytes, int from, int to) {
        sink.ping(bytes, from, to);
    }

    @Override
    public void pong(byte[] bytes, int from, int to) {
        sink.pong(bytes, from, to);
    }

    @Override
    public void close(int code, String reason) {
        sink.close(code, reason);
    }

    @Override
    public void violation(int closeCode, String reason) {
        sink.violation(closeCode, reason);
    }
}
