package io.holdfast.server.room;

import io.holdfast.protocol.stream.History;
import io.holdfast.server.json.JsonText;
import io.holdfast.store.StreamBatch;
import io.holdfast.store.StreamImage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream at its home loop, which alone numbers its messages: the draft that the current turn's
 * messages go into, those that are not committed yet, and the history of those that are.
 *
 * <p>Belongs to that loop.
 */
abstract class HomeStream {
    /** Bytes of unsealed messages above which a draft is sealed though deliveries are still under way. */
    private static final int MAX_OPEN_BYTES = 256 * 1024;

    final String name;
    final String epoch;
    final Audience audience;
    /** Handed to the store, oldest first; ephemeral ones wait here for those before them. */
    final ArrayDeque<Draft> uncommitted = new ArrayDeque<>(0);

    /** Whether the loop has this among the streams to seal when the turn ends. */
    boolean listed;
    /** Whether the loop has this among the streams whose history ages. */
    boolean ageing;
    /** Whether it has ended for good, and holds nothing any more. */
    boolean closed;
    /** On the service clock, when somebody came or went last. */
    long lastUsedMillis;

    /** The last seq given. */
    private long numbered;
    /** The last seq committed. */
    private long committed;

    private @Nullable Draft open;
    private byte @Nullable [] numbering;
    private @Nullable History<Replay.Chunk> history;
    private @Nullable Replay replay;
    private @Nullable List<Repeat> repeats;

    /** A repeated message whose original is not committed yet. */
    record Repeat(Publisher sender, String id, long seq) {}

    HomeStream(String name, String epoch, int loops) {
        this.name = name;
        this.epoch = epoch;
        this.audience = new Audience(loops);
    }

    /** Nobody is there, and nothing is under way. */
    abstract boolean isAbandoned();

    /** Whether messages are kept for clients that come back. */
    final boolean isKept() {
        return numbering != null;
    }

    /** From now on messages are kept. The draft that is open must have been sealed. */
    final void keep() {
        if (numbering == null) {
            JsonText text = new JsonText().clear();
            text.raw("{\"stream\":").string(name).raw(",\"seq\":");
            numbering = text.toBytes();
        }
    }

    /** The draft for a message of that kind; null when the open one is of the other kind. */
    final @Nullable Draft draft(boolean ephemeral) {
        Draft current = open;
        if (current == null) {
            current = ephemeral ? new Draft(0, null) : new Draft(numbered + 1, numbering);
            open = current;
        }
        return current.isEphemeral() == ephemeral ? current : null;
    }

    /** The seq of the message that is added next. */
    final long nextSeq() {
        return ++numbered;
    }

    final boolean hasOpenDraft() {
        return open != null;
    }

    /** Whether the open draft should wait for deliveries that are under way. */
    final boolean mayWait() {
        return open != null && open.length() < MAX_OPEN_BYTES;
    }

    /** The turn's draft, which takes no more messages; null when nothing was published. */
    final @Nullable Draft seal() {
        Draft draft = open;
        open = null;
        return draft;
    }

    final long committed() {
        return committed;
    }

    final void committed(Draft draft) {
        committed = Math.max(committed, draft.lastSeq());
    }

    /** Forgets the numbers that were given and not committed. */
    final void rollBack() {
        numbered = committed;
    }

    /**
     * A repeat of a message that may not be committed yet; says whether it has to wait. A number that
     * has not been given is of an earlier stream of that name, about which nothing more can be known.
     */
    final boolean repeated(Publisher sender, String id, long seq) {
        if (seq <= committed || seq > numbered) {
            return false;
        }
        if (repeats == null) {
            repeats = new ArrayList<>(1);
        }
        repeats.add(new Repeat(sender, id, seq));
        return true;
    }

    /** The repeats that wait, whose originals are committed or refused now. */
    final List<Repeat> takeRepeats(long through) {
        if (repeats == null) {
            return List.of();
        }
        List<Repeat> due =
                repeats.stream().filter(repeat -> repeat.seq() <= through).toList();
        repeats.removeAll(due);
        if (repeats.isEmpty()) {
            repeats = null;
        }
        return due;
    }

    /** The end of the stream that is kept, made when first asked for. */
    final History<Replay.Chunk> history() {
        History<Replay.Chunk> current = history;
        if (current == null) {
            current = new History<>(chunk -> chunk.frames().release());
            history = current;
        }
        replay = dropped(replay);
        return current;
    }

    private static @Nullable Replay dropped(@Nullable Replay replay) {
        if (replay != null) {
            replay.release();
        }
        return null;
    }

    final long historyBytes() {
        return history == null ? 0 : history.bytes();
    }

    final boolean hasHistory() {
        return history != null && history.chunks() > 0;
    }

    final long firstKept() {
        return history == null ? committed + 1 : history.firstKept(committed);
    }

    /** The history as it is now, retained for one more holder. */
    final Replay replay() {
        Replay current = replay;
        if (current == null) {
            List<Replay.Chunk> chunks = new ArrayList<>();
            for (int i = 0; history != null && i < history.chunks(); i++) {
                chunks.add(history.chunk(i));
            }
            current = new Replay(chunks);
            replay = current;
        }
        return current.retain();
    }

    /** Takes over what an earlier process had. */
    final void restore(long head) {
        numbered = head;
        committed = head;
        keep();
    }

    final StreamImage image() {
        List<StreamBatch> batches = new ArrayList<>();
        for (int i = 0; history != null && i < history.chunks(); i++) {
            long first = Math.max(history.firstSeq(i), history.firstKept(committed));
            batches.add(batch(history.chunk(i), first));
        }
        return new StreamImage(name, epoch, committed, batches);
    }

    private StreamBatch batch(Replay.Chunk chunk, long first) {
        int skip = (int) (first - chunk.firstSeq());
        int count = chunk.frames().count() - skip;
        int[] ends = new int[count];
        byte[] bytes = new byte[chunk.frames().length()];
        int length = 0;
        for (int i = 0; i < count; i++) {
            byte[] payload = chunk.frames().payload(skip + i);
            System.arraycopy(payload, 0, bytes, length, payload.length);
            length += payload.length;
            ends[i] = length;
        }
        return new StreamBatch(
                name,
                epoch,
                first,
                chunk.clockMillis(),
                Arrays.copyOf(bytes, length),
                ends,
                null,
                count);
    }
}
