package io.holdfast.store.log;

/** Kinds of records in a log; a number is never used for anything else once released. */
final class RecordKind {
    /** Messages: see {@link BatchCodec}; each origin has its ordinal among its session's. */
    static final int BATCH = 1;

    /** Client id, number, ordinal of the last origin before it, the session's record. */
    static final int SESSION = 2;

    /** Client id, number. */
    static final int REMOVE_SESSION = 3;

    /** Stream, epoch: a numbering begins. */
    static final int BEGIN_STREAM = 4;

    /** Stream, epoch: a numbering is never continued. */
    static final int END_STREAM = 5;

    /** Stream, epoch, seq of the last message: in place of batches that were dropped. */
    static final int HEAD = 6;

    /** Client id, number, ordinal, id, stream, seq: an origin whose batch was dropped. */
    static final int SEEN = 7;

    /** All damage before it has been judged: streams that may have lost messages were ended. */
    static final int JUDGED = 8;

    /** Service clock: a graceful stop; nothing is missing before it. */
    static final int CLEAN = 9;

    /** Nothing: written to see whether the disk works again. */
    static final int PROBE = 10;

    private RecordKind() {}
}
