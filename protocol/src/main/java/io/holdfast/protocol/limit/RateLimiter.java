package io.holdfast.protocol.limit;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.limit.RateVerdict.Abusive;
import io.holdfast.protocol.limit.RateVerdict.Allowed;
import io.holdfast.protocol.limit.RateVerdict.Limited;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Messages of one client per minute, and how long it may ignore being told.
 *
 * <p>To heed a {@code retry_after} of n seconds is to be silent for n seconds. A client that sends
 * sooner has not heeded it, even where the exact window has room again within the second that
 * rounding up added; then the silence starts anew. Without this rule a flood that never stops
 * would seem to heed every time the window moves on. A message that is dropped does not extend
 * the window.
 *
 * <p>One thread at a time.
 */
public final class RateLimiter {
    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final @Nullable SlidingWindow window;
    private final int maxPerMinute;
    private final long patienceNanos;
    /** True from the first message dropped until a {@code retry_after} is heeded. */
    private boolean told;

    private long toldSinceNanos;
    private long heededAtNanos;

    /** @param maxPerMinute 0 switches the limit off */
    public RateLimiter(int maxPerMinute) {
        this(maxPerMinute, Limits.RATE_LIMIT_PATIENCE.toNanos());
    }

    RateLimiter(int maxPerMinute, long patienceNanos) {
        this.window = maxPerMinute == 0 ? null : new SlidingWindow(maxPerMinute, WINDOW_NANOS);
        this.maxPerMinute = maxPerMinute;
        this.patienceNanos = patienceNanos;
    }

    public int maxPerMinute() {
        return maxPerMinute;
    }

    /** Judges one message; repeats answered by deduplication cost nothing and do not come here. */
    public RateVerdict judge(long nowNanos) {
        if (window == null) {
            return Allowed.ALLOWED;
        }
        if (told && nowNanos >= heededAtNanos) {
            told = false;
        }
        if (window.tryAcquire(nowNanos)) {
            if (told) {
                heededAtNanos = nowNanos + SECOND_NANOS;
            }
            return Allowed.ALLOWED;
        }
        if (!told) {
            told = true;
            toldSinceNanos = nowNanos;
        } else if (nowNanos - toldSinceNanos >= patienceNanos) {
            return Abusive.ABUSIVE;
        }
        long retryAfterSeconds = Math.ceilDiv(window.nanosUntilRoom(nowNanos), SECOND_NANOS);
        heededAtNanos = nowNanos + retryAfterSeconds * SECOND_NANOS;
        return new Limited(retryAfterSeconds);
    }
}
