package io.holdfast.protocol.stream;

import io.holdfast.protocol.Limits;

/**
 * How far somebody has come in a stream. Numbers from the network are to be checked with
 * {@link #isSeq} first: a position that cannot be is a mistake of ours.
 *
 * @param epoch under which the number holds
 * @param seq of the last message had; 0 before the first
 */
public record Position(String epoch, long seq) {

    public Position {
        if (!isSeq(seq)) {
            throw new IllegalArgumentException("A position at " + seq + ", expected 0 to "
                    + Limits.MAX_SEQ + "; refuse such a number where it is read.");
        }
    }

    /** Whether a position may have this number. */
    public static boolean isSeq(long seq) {
        return seq >= 0 && seq <= Limits.MAX_SEQ;
    }
}
