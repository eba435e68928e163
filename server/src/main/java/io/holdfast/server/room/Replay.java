package io.holdfast.server.room;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The history of one stream as it was at one moment, for those who come back at about that moment:
 * they share it. Holds its bytes until each of them has called {@link #release}. Thread-safe.
 */
final class Replay {
    /**
     * Numbered messages that follow one another.
     *
     * @param clockMillis on the service clock, when they were accepted
     */
    record Chunk(long firstSeq, Frames frames, long clockMillis) {
        long lastSeq() {
            return firstSeq + frames.count() - 1;
        }
    }

    private final List<Chunk> chunks;
    private final AtomicInteger holders = new AtomicInteger(1);

    /** Retains the chunks; the caller is the first holder. */
    Replay(List<Chunk> chunks) {
        this.chunks = List.copyOf(chunks);
        for (Chunk chunk : chunks) {
            chunk.frames().retain();
        }
    }

    /** One holder more; only by somebody who knows that there is one. */
    Replay retain() {
        holders.incrementAndGet();
        return this;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            for (Chunk chunk : chunks) {
                chunk.frames().release();
            }
        }
    }

    int chunks() {
        return chunks.size();
    }

    Chunk chunk(int index) {
        return chunks.get(index);
    }

    /** The index of the chunk that has the message, or of the first one behind it. */
    int indexOf(long seq) {
        int low = 0;
        int high = chunks.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (chunks.get(middle).lastSeq() < seq) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
