package io.holdfast.protocol.drain;

import java.util.Arrays;

/** The clients of one dialect in one drain: a row of arrays, no object per client. */
final class DialectGroup {
    /** How far this dialect is. */
    sealed interface Phase {
        /** Waits for its turn to be told. */
        record Waiting() implements Phase {}

        /** Is being told from {@code startNanos} on, {@code sent} so far, the last when it says. */
        record Telling(long startNanos, long sent, long lastSentNanos) implements Phase {}

        /** Everybody was told and may take until the end. */
        record Told(long endNanos) implements Phase {}

        /** Everybody left was closed and is cut at the given moment. */
        record Closed(long cutNanos) implements Phase {}
    }

    private static final byte SENT = 1;
    private static final byte WRITTEN = 2;
    private static final byte ACKNOWLEDGED = 4;
    private static final byte CLOSED = 8;
    private static final byte GONE = 16;

    final int dialect;
    final DialectDrain settings;
    Phase phase = new Phase.Waiting();
    private long[] ids;
    private byte[] marks;
    private int size;
    private int nextToTell;
    private int untold;
    private int remaining;

    DialectGroup(int dialect, DialectDrain settings, long[] connections) {
        this.dialect = dialect;
        this.settings = settings;
        this.ids = connections.clone();
        this.marks = new byte[connections.length];
        this.size = connections.length;
        this.untold = size;
        this.remaining = size;
    }

    int add(long id) {
        if (size == ids.length) {
            int capacity = Math.max(16, 2 * size);
            ids = Arrays.copyOf(ids, capacity);
            marks = Arrays.copyOf(marks, capacity);
        }
        ids[size] = id;
        untold++;
        remaining++;
        return size++;
    }

    int size() {
        return size;
    }

    long id(int index) {
        return ids[index];
    }

    /** Clients still connected that have not been told. */
    int untold() {
        return untold;
    }

    /** Clients still connected. */
    int remaining() {
        return remaining;
    }

    /** The next client to tell, marked as such; only while {@link #untold()} is not 0. */
    int takeNextUntold() {
        while ((marks[nextToTell] & (SENT | GONE)) != 0) {
            nextToTell++;
        }
        marks[nextToTell] |= SENT;
        untold--;
        return nextToTell++;
    }

    boolean isGone(int index) {
        return (marks[index] & GONE) != 0;
    }

    boolean isClosed(int index) {
        return (marks[index] & CLOSED) != 0;
    }

    boolean isAcknowledged(int index) {
        return (marks[index] & ACKNOWLEDGED) != 0;
    }

    boolean wasSent(int index) {
        return (marks[index] & SENT) != 0;
    }

    /** Returns whether this is the first such report about a client that was sent the message. */
    boolean markWritten(int index) {
        boolean first = wasSent(index) && (marks[index] & WRITTEN) == 0;
        if (first) {
            marks[index] |= WRITTEN;
        }
        return first;
    }

    void markAcknowledged(int index) {
        marks[index] |= ACKNOWLEDGED;
    }

    void markClosed(int index) {
        marks[index] |= CLOSED;
    }

    void markGone(int index) {
        if (!wasSent(index)) {
            untold--;
        }
        remaining--;
        marks[index] |= GONE;
    }
}
