package io.holdfast.protocol.stream;

import io.holdfast.protocol.Limits;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of one stream, kept for those who come back or are behind. It holds chunks, each with the
 * messages of one turn, in a ring that grows with them; an append allocates nothing else.
 *
 * <p>Limits come with each call, because settings may be reloaded. They hold exactly when
 * {@link #append} and {@link #expire} return: a chunk above them on its own is dropped before
 * {@code append} returns, so who needs it for something else holds it for himself. Bytes and age go
 * by whole chunks; messages go one by one, so {@link #firstKept} may lie inside the first chunk,
 * whose bytes still count. What has gone does not come back with larger limits.
 *
 * <p>Not thread-safe; belongs to the stream's home loop. Of times only differences count. If they
 * go back a little between two appends, the later chunk goes with or after the earlier one.
 *
 * @param <C> a chunk, owned by the history from {@code append} until handed to {@code dropped}
 */
public final class History<C> {
    /** {@link #nextExpiryNanos} of a history without chunks. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Chunks of the first ring: most rooms are quiet. */
    private static final int FIRST_CAPACITY = 4;

    private static final @Nullable Object[] NO_CHUNKS = new Object[0];
    private static final long[] NO_FACTS = new long[0];

    /** Of each chunk: its first seq, its bytes, the time of its append. */
    private static final int FACTS = 3;

    private static final int FIRST_SEQ = 0;
    private static final int BYTES = 1;
    private static final int TIME = 2;

    private final Consumer<? super C> dropped;

    /** A ring; its length is a power of two, or 0. */
    private @Nullable Object[] ring = NO_CHUNKS;

    /** {@link #FACTS} numbers for each slot of the ring. */
    private long[] facts = NO_FACTS;

    /** Slot of the first chunk. */
    private int oldest;

    private int chunks;
    private long bytes;

    /** Meaningful with at least one chunk. */
    private long firstKept;

    private long lastSeq;

    /**
     * @param dropped takes each chunk that goes, oldest first, exactly once; it must neither throw
     *     nor call the history
     */
    public History(Consumer<? super C> dropped) {
        this.dropped = dropped;
    }

    /**
     * Adds the messages that follow the last one kept, or any when none is kept.
     *
     * @param firstSeq of the first message, at least 1
     * @param count messages, at least 1
     * @param chunkBytes what the chunk holds in memory, 0 or more
     */
    public void append(
            C chunk,
            long firstSeq,
            int count,
            long chunkBytes,
            long nowNanos,
            HistoryLimits limits) {
        if (firstSeq < 1 || firstSeq > Limits.MAX_SEQ - count + 1 || count < 1 || chunkBytes < 0) {
            throw new IllegalArgumentException("A chunk of " + count + " messages from " + firstSeq
                    + " in " + chunkBytes + " bytes; expected at least 1, all from 1 to "
                    + Limits.MAX_SEQ + ", in 0 or more.");
        }
        if (chunks > 0 && firstSeq != lastSeq + 1) {
            throw new IllegalArgumentException("A chunk from " + firstSeq + " behind message "
                    + lastSeq + ", expected " + (lastSeq + 1)
                    + "; clear the history of a stream that begins anew.");
        }
        lastSeq = firstSeq + count - 1;
        long inCount = lastSeq + 1 - limits.messages();
        firstKept = Math.max(firstKept, inCount);
        boolean kept =
                limits.messages() > 0 && chunkBytes <= limits.bytes() && limits.ageNanos() > 0;
        // Room first, so that neither the limits nor the ring are exceeded for a moment. And what
        // is kept always reaches to the last message: without the newest chunk, nothing is.
        while (chunks > 0 && (!kept || mustGo(chunkBytes, firstSeq - 1, nowNanos, limits))) {
            drop();
        }
        if (!kept) {
            dropped.accept(chunk);
            return;
        }
        if (chunks == 0) {
            firstKept = Math.max(firstSeq, inCount);
        }
        if (chunks == ring.length) {
            resize(Math.max(FIRST_CAPACITY, 2 * chunks));
        }
        int slot = slot(chunks);
        ring[slot] = chunk;
        facts[FACTS * slot + FIRST_SEQ] = firstSeq;
        facts[FACTS * slot + BYTES] = chunkBytes;
        facts[FACTS * slot + TIME] = nowNanos;
        chunks++;
        bytes += chunkBytes;
    }

    /** Drops what is over the limits by now, and gives back memory that is no longer needed. */
    public void expire(long nowNanos, HistoryLimits limits) {
        firstKept = Math.max(firstKept, lastSeq + 1 - limits.messages());
        while (chunks > 0 && mustGo(0, lastSeq, nowNanos, limits)) {
            drop();
        }
        if (chunks == 0) {
            release();
        } else if (ring.length > FIRST_CAPACITY && chunks <= ring.length / 4) {
            resize(ring.length / 2);
        }
    }

    /** Whether the first chunk is over a limit if {@code moreBytes} are to come. */
    private boolean mustGo(long moreBytes, long last, long nowNanos, HistoryLimits limits) {
        long endOfFirst = chunks == 1 ? last : fact(1, FIRST_SEQ) - 1;
        return endOfFirst < firstKept
                || moreBytes > limits.bytes() - bytes
                || nowNanos - fact(0, TIME) >= limits.ageNanos();
    }

    private void drop() {
        C chunk = chunk(0);
        ring[oldest] = null;
        bytes -= fact(0, BYTES);
        oldest = slot(1);
        chunks--;
        if (chunks > 0) {
            firstKept = Math.max(firstKept, fact(0, FIRST_SEQ));
        }
        dropped.accept(chunk);
    }

    /**
     * Drops the first chunk whatever the limits say, for a cap over all streams.
     *
     * @return whether there was one
     */
    public boolean dropOldest() {
        if (chunks == 0) {
            return false;
        }
        drop();
        if (chunks == 0) {
            release();
        }
        return true;
    }

    /** Drops everything. The next append may begin anywhere. */
    public void clear() {
        while (chunks > 0) {
            drop();
        }
        release();
    }

    /**
     * Seq of the first message kept.
     *
     * @param head seq of the stream's last message
     * @return head + 1 when none is
     */
    public long firstKept(long head) {
        return chunks == 0 ? head + 1 : firstKept;
    }

    /** Chunks kept, numbered from 0, the oldest. */
    public int chunks() {
        return chunks;
    }

    @SuppressWarnings("unchecked") // append() takes nothing but C, and nulls only what has gone
    public C chunk(int index) {
        return (C) Objects.requireNonNull(ring[slot(Objects.checkIndex(index, chunks))]);
    }

    /** Seq of the chunk's first message, though {@link #firstKept} may lie behind it. */
    public long firstSeq(int index) {
        return fact(Objects.checkIndex(index, chunks), FIRST_SEQ);
    }

    public long lastSeq(int index) {
        Objects.checkIndex(index, chunks);
        return index == chunks - 1 ? lastSeq : fact(index + 1, FIRST_SEQ) - 1;
    }

    /** The chunk with the message, or -1 when it is not kept, trimmed away, or yet to come. */
    public int indexOf(long seq) {
        if (chunks == 0 || seq < firstKept || seq > lastSeq) {
            return -1;
        }
        int low = 0;
        int high = chunks - 1;
        if (seq >= fact(high, FIRST_SEQ)) {
            return high; // where nearly everybody is
        }
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (fact(middle, FIRST_SEQ) <= seq) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Bytes of all chunks, trimmed messages included. */
    public long bytes() {
        return bytes;
    }

    /** Messages kept, trimmed ones not included. */
    public long messages() {
        return chunks == 0 ? 0 : lastSeq - firstKept + 1;
    }

    /** When {@link #expire} drops the first chunk for its age, or {@link #NEVER}. */
    public long nextExpiryNanos(HistoryLimits limits) {
        return chunks == 0 ? NEVER : fact(0, TIME) + limits.ageNanos();
    }

    private int slot(int index) {
        return (oldest + index) & (ring.length - 1);
    }

    private long fact(int index, int which) {
        return facts[FACTS * slot(index) + which];
    }

    private void resize(int capacity) {
        @Nullable Object[] newRing = new Object[capacity];
        long[] newFacts = new long[FACTS * capacity];
        int upToWrap = Math.min(chunks, ring.length - oldest);
        System.arraycopy(ring, oldest, newRing, 0, upToWrap);
        System.arraycopy(ring, 0, newRing, upToWrap, chunks - upToWrap);
        System.arraycopy(facts, FACTS * oldest, newFacts, 0, FACTS * upToWrap);
        System.arraycopy(facts, 0, newFacts, FACTS * upToWrap, FACTS * (chunks - upToWrap));
        ring = newRing;
        facts = newFacts;
        oldest = 0;
    }

    private void release() {
        ring = NO_CHUNKS;
        facts = NO_FACTS;
        oldest = 0;
    }
}
