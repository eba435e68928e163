package io.holdfast.store.log;

import io.holdfast.store.StreamBatch;
import io.holdfast.store.StreamImage;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** One stream while a log is read: its end, and whether all of it was there. */
final class RecoveredStream {
    private final String name;
    private final String epoch;
    private final Deque<StreamBatch> history = new ArrayDeque<>();
    private long head;
    private long segment;
    private long messages;
    private long bytes;
    /** Its last messages may have been in a damaged place. */
    private boolean inDoubt;
    /** Messages of it were in a damaged place. */
    private boolean holed;

    RecoveredStream(String name, String epoch, long head, long segment) {
        this.name = name;
        this.epoch = epoch;
        this.head = head;
        this.segment = segment;
    }

    String name() {
        return name;
    }

    String epoch() {
        return epoch;
    }

    Index.StreamAt at() {
        return new Index.StreamAt(epoch, head, segment);
    }

    boolean mayHaveLost() {
        return inDoubt || holed;
    }

    void doubt() {
        inDoubt = true;
    }

    void hole() {
        holed = true;
    }

    void judged() {
        inDoubt = false;
    }

    /** It is known that this was its last message. */
    void headIs(long seq, long inSegment) {
        holed |= seq != head;
        inDoubt = false;
        head = Math.max(head, seq);
        segment = inSegment;
    }

    void append(StreamBatch batch, long inSegment, LogSettings limits) {
        if (batch.firstSeq() != head + 1) {
            holed = true;
            history.clear();
            messages = 0;
            bytes = 0;
        }
        inDoubt = false;
        head = Math.max(head, batch.lastSeq());
        segment = inSegment;
        history.addLast(batch);
        messages += batch.count();
        bytes += batch.length();
        trim(limits, batch.clockMillis());
    }

    void trim(LogSettings limits, long nowMillis) {
        for (StreamBatch oldest = history.peekFirst();
                oldest != null
                        && (messages - oldest.count() >= limits.historyMessages()
                                || bytes > limits.historyBytes()
                                || nowMillis - oldest.clockMillis() > limits.historyTtlMillis());
                oldest = history.peekFirst()) {
            history.removeFirst();
            messages -= oldest.count();
            bytes -= oldest.length();
        }
    }

    StreamImage image() {
        return new StreamImage(name, epoch, head, List.copyOf(history));
    }
}
