package io.holdfast.benchmarks.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All subscribers. What is published during a turn of the event loop is encoded once into one
 * direct buffer, which each subscriber gets in one write at the end of the turn. Only on the event
 * loop.
 */
@SuppressWarnings(
        "FutureReturnValueIgnored") // A failed write closes the channel: nothing else to do about
// it.
final class BareRoom {
    private static final int BATCH_BYTES = 16 * 1024;

    private final List<ChannelHandlerContext> subscribers = new ArrayList<>();
    private @Nullable ByteBuf batch;

    void subscribe(ChannelHandlerContext subscriber) {
        subscribers.add(subscriber);
    }

    void unsubscribe(ChannelHandlerContext subscriber) {
        subscribers.remove(subscriber);
    }

    /** The buffer to append frames to; it is sent after all sockets of this turn were read. */
    ByteBuf batch(ChannelHandlerContext publisher) {
        ByteBuf current = batch;
        if (current == null) {
            current = publisher.alloc().directBuffer(BATCH_BYTES);
            batch = current;
            publisher.executor().execute(this::send);
        }
        return current;
    }

    private void send() {
        ByteBuf frames = batch;
        batch = null;
        if (frames == null) {
            return;
        }
        try {
            for (int i = 0; i < subscribers.size(); i++) {
                ChannelHandlerContext subscriber = subscribers.get(i);
                if (subscriber.channel().isWritable()) {
                    subscriber.writeAndFlush(
                            frames.retainedDuplicate(), subscriber.channel().voidPromise());
                } else {
                    subscriber.close(); // 64 KiB behind: it must not hold the others' buffers.
                }
            }
        } finally {
            frames.release();
        }
    }
}
