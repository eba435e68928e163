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
    private long progress;
    private long sinceNanos;

    /** @param progress a number that changes whenever the kernel takes bytes */
    public WriteStall(long timeoutNanos, long progress, long nowNanos) {
        this.timeoutNanos = timeoutNanos;
        this.progress = progress;
        this.sinceNanos = nowNanos;
    }

    /** Looks at the number again; says whether anything was taken since the last look. */
    public boolean progressed(long progressNow, long nowNanos) {
        if (progressNow == progress) {
            return false;
        }
        progress = progressNow;
        sinceNanos = nowNanos;
        return true;
    }

    /** Whether nothing has been taken for the whole timeout. */
    public boolean isOver(long nowNanos) {
        return nowNanos - sinceNanos >= timeoutNanos;
    }
}
