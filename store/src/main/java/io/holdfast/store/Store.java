package io.holdfast.store;

import io.holdfast.protocol.session.SessionRecord;

/**
 * Where streams and sessions are kept (spec: delivery, "Stores"). Work goes in without waiting, and
 * its {@link Outcome} comes back when it is committed: nothing is delivered to anyone, or acked,
 * before that.
 *
 * <p>Threads: any, at any time until {@link #stop} or {@link #close}. No method but those two
 * blocks. Work is committed in the order in which it was handed over.
 */
public interface Store extends AutoCloseable {
    /** Whether what is committed is there again after the process was killed. */
    boolean durable();

    /**
     * A numbering has begun: it is known after a restart even when nothing was appended. Without an
     * outcome, because the first append that counts on it comes later and fails when this failed.
     */
    void beginStream(String stream, String epoch);

    /**
     * Adds messages to the end of a stream. The batch must not change any more.
     *
     * <p>A batch that does not continue its stream (its first seq is not one more than the last
     * handed over and not failed, under this epoch) fails: when an earlier batch has failed, those
     * already numbered behind it must not be kept with a hole before them. A stream that was neither
     * begun nor found begins with its first batch, whatever its number.
     */
    void append(StreamBatch batch, Outcome outcome);

    /** Replaces what is known of a session. */
    void putSession(SessionRecord session, Outcome outcome);

    /** A session has ended; one that was begun later under the same client id is not meant. */
    void removeSession(String clientId, long sessionNumber);

    /** A stream has ended: its numbering is never continued. */
    void endStream(String stream, String epoch);

    /** Bytes handed over and not committed yet. */
    long pendingBytes();

    /** Whether the store takes work now; false from a failed write until it has recovered. */
    boolean available();

    /**
     * The graceful end: everything handed over is committed, and the image is what the next start
     * finds. Blocks.
     *
     * @throws StoreException when that could not be written; what is lost then
     */
    void stop(Image image) throws StoreException;

    /** Ends without a word; what was not committed is lost. Safe to call again, and after a stop. */
    @Override
    void close();
}
