package io.holdfast.protocol.admission;

import io.holdfast.protocol.limit.SlidingWindow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is remembered of one address for a minute. */
final class AddressRecord {
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    final String address;
    /** Connections accepted; null when the limit is off. */
    private final @Nullable SlidingWindow accepted;

    private SlidingWindow refused = refusals();
    /** Connections that have yet to present their token. */
    int provisional;

    /** @param perMinute 0 switches the limit off */
    AddressRecord(String address, int perMinute) {
        this.address = address;
        this.accepted = perMinute == 0 ? null : new SlidingWindow(perMinute, MINUTE_NANOS);
    }

    /** Nanoseconds until one more may be accepted; 0 when it would be now. */
    long nanosUntilRoom(long nowNanos) {
        return accepted == null ? 0 : accepted.nanosUntilRoom(nowNanos);
    }

    /** To be called when there is room. */
    void accept(long nowNanos) {
        if (accepted != null && !accepted.tryAcquire(nowNanos)) {
            throw new IllegalStateException("A connection was accepted over its address's limit;"
                    + " ask nanosUntilRoom first");
        }
    }

    /** Counts a refusal; true when it is one too many, and then the count begins anew. */
    boolean refuse(long nowNanos) {
        refused.tryAcquire(nowNanos);
        if (refused.nanosUntilRoom(nowNanos) == 0) {
            return false;
        }
        refused = refusals();
        return true;
    }

    boolean isIdle(long nowNanos) {
        return provisional == 0
                && refused.count(nowNanos) == 0
                && (accepted == null || accepted.count(nowNanos) == 0);
    }

    private static SlidingWindow refusals() {
        return new SlidingWindow(ConnectionAdmission.REFUSALS_BEFORE_BLOCK, MINUTE_NANOS);
    }
}
