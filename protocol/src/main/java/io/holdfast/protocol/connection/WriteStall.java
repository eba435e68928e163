package io.holdfast.protocol.connection;

/**
 * Watches a peer that does not take what it is sent. A write is stalled while bytes wait and the
 * kernel takes none of them; after {@code write_timeout} of that the peer is a slow consumer (spec:
 * delivery, "Outbox and slow consumers"). Slow progress is progress.
 *
 * <p>Made when bytes begin to wait, thrown away when they are gone. Not thread-safe.
 */
public final class WriteStall {
    private final long timeoutNanos;
    private long writtenBytes;
    private long sinceNanos;

    /** @param writtenBytes what the kernel has taken so far on this connection */
    public WriteStall(long timeoutNanos, long writtenBytes, long nowNanos) {
        this.timeoutNanos = timeoutNanos;
        this.writtenBytes = writtenBytes;
        this.sinceNanos = nowNanos;
    }

    /** Looks at the count again; says whether anything was taken since the last look. */
    public boolean progressed(long writtenNow, long nowNanos) {
        if (writtenNow == writtenBytes) {
            return false;
        }
        writtenBytes = writtenNow;
        sinceNanos = nowNanos;
        return true;
    }

    /** Whether nothing has been taken for the whole timeout. */
    public boolean isOver(long nowNanos) {
        return nowNanos - sinceNanos >= timeoutNanos;
    }
}
