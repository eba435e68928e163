package io.holdfast.server.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Slabs as a stream's home would make them: message 7 is {@code {"m":7}}. */
final class TestStream {
    static final String NAME = "room";

    private static final byte[] NUMBERING = "{\"stream\":\"room\",\"seq\":".getBytes(UTF_8);

    private final ByteBufAllocator allocator;
    private final Audience everyKind = new Audience(1);
    /** The end of the stream, for those who come back; each holds its bytes until released. */
    final List<Replay.Chunk> history = new ArrayList<>();

    long head;

    TestStream(ByteBufAllocator allocator) {
        this.allocator = allocator;
        everyKind.count(TestSubscriber.plain("p"), 1);
        everyKind.count(TestSubscriber.sequenced("s"), 1);
    }

    /** The next messages, from these publishers. */
    Slab next(@Nullable Publisher... senders) {
        Draft draft = new Draft(head + 1, NUMBERING);
        for (Publisher sender : senders) {
            byte[] json = plainText(++head).getBytes(UTF_8);
            draft.add(json, 0, json.length, sender, null);
        }
        Slab slab = Slab.of(draft, everyKind, true, allocator, 0);
        Frames frames = slab.kept();
        if (frames != null) {
            history.add(new Replay.Chunk(draft.firstSeq, frames.retain(), 0));
        }
        return slab;
    }

    /** That many messages from nobody in particular. */
    Slab messages(int count) {
        return next(new @Nullable Publisher[count]);
    }

    Slab ephemeral(String json) {
        Draft draft = new Draft(0, null);
        byte[] bytes = json.getBytes(UTF_8);
        draft.add(bytes, 0, bytes.length, null, null);
        return Slab.of(draft, everyKind, false, allocator, 0);
    }

    void releaseHistory() {
        history.forEach(chunk -> chunk.frames().release());
        history.clear();
    }

    static String plainText(long seq) {
        return "{\"m\":" + seq + "}";
    }

    static String sequencedText(long seq) {
        return "{\"stream\":\"room\",\"seq\":" + seq + ",\"m\":" + seq + "}";
    }

    static List<String> plain(long... seqs) {
        List<String> texts = new ArrayList<>();
        for (long seq : seqs) {
            texts.add(plainText(seq));
        }
        return texts;
    }

    static List<String> sequenced(long... seqs) {
        List<String> texts = new ArrayList<>();
        for (long seq : seqs) {
            texts.add(sequencedText(seq));
        }
        return texts;
    }
}
