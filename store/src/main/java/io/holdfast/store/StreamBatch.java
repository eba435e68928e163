package io.holdfast.store;

import org.jspecify.annotations.Nullable;

/**
 * Messages that follow one another in one stream. Immutable once handed over, though the arrays are
 * not copied.
 *
 * @param stream its name
 * @param epoch under which the numbers hold
 * @param firstSeq of the first message; the others follow without a hole
 * @param clockMillis on the service clock, when they were accepted
 * @param bytes the messages, encoded, one behind the other from index 0; what follows the last is
 *     not theirs
 * @param ends behind the last byte of each message; the first {@code count} count
 * @param origins from whom each came, where a repeat must be known; null when none is
 * @param count messages, at least 1
 */
public record StreamBatch(
        String stream,
        String epoch,
        long firstSeq,
        long clockMillis,
        byte[] bytes,
        int[] ends,
        @Nullable Origin @Nullable [] origins,
        int count) {

    /** A session's message with an id: known again when it is repeated. */
    public record Origin(String clientId, long sessionNumber, String id) {}

    public long lastSeq() {
        return firstSeq + count - 1;
    }

    /** Where message {@code index} begins. */
    public int start(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    /** Bytes of all messages. */
    public int length() {
        return ends[count - 1];
    }
}
