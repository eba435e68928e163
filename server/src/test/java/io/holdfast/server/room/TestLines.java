package io.holdfast.server.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;

/** An encoding that is no WebSocket's: lines on which a message's head and body are told apart. */
final class TestLines implements Encoding {
    /** Messages laid out so far. */
    int written;

    /** The loop that laid out the last one. */
    int loop = -1;

    @Override
    public int maxLength(int textLength) {
        return textLength + 2;
    }

    @Override
    public void write(ByteBuf out, byte[] bytes, int head, int body, int end, int onLoop) {
        written++;
        loop = onLoop;
        out.writeBytes(bytes, head, body - head)
                .writeByte('|')
                .writeBytes(bytes, body, end - body)
                .writeByte('\n');
    }

    /** The lines of what was delivered, which is released. */
    static List<String> read(ByteBuf bytes) {
        String text = bytes.toString(UTF_8);
        bytes.release();
        return Arrays.asList(text.split("\n", 0));
    }

    /** One that takes lines. */
    static TestSubscriber subscriber(String id, boolean sequenced, Encoding lines) {
        return new TestSubscriber(id, 0, sequenced, lines) {
            @Override
            public void deliver(ByteBuf framed, int messages) {
                deliveries++;
                List<String> texts = read(framed);
                if (texts.size() != messages) {
                    throw new AssertionError("said to be " + messages + " messages: " + texts);
                }
                received.addAll(texts);
            }
        };
    }
}
