package io.holdfast.simulation.model;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.Jitter;
import io.holdfast.protocol.reconnect.ReconnectPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The table of the specification (client, "Reconnecting"), with a count of retries of its own. */
final class DelayBounds {
    private static final long SECOND = 1_000_000_000L;
    /** "Success resets the counter only after the connection has been stable (10 s)." */
    private static final long STABLE_NANOS = 10 * SECOND;
    /** "Close 1001: wait 5 s first." */
    private static final long GOING_AWAY_NANOS = 5 * SECOND;
    /** "1013: attempt 0 waits 10 s, then min(10 s + attempt × 5 s, cap)." */
    private static final long TRY_AGAIN_STEP_NANOS = 5 * SECOND;
    /** No advice is taken for more. */
    private static final long LONGEST_ADVICE_NANOS = 3_600 * SECOND;
    /** Halves of nanoseconds are rounded somewhere. */
    private static final long ROUNDING_NANOS = 2;

    private final ReconnectPolicy policy;
    /** Retries since the last stable connection; where a sleep hides which it was, from and to. */
    private int least;

    private int most;

    private record Range(long least, long most) {
        boolean holds(long nanos) {
            return nanos >= least - ROUNDING_NANOS && nanos <= most + ROUNDING_NANOS;
        }
    }

    DelayBounds(ReconnectPolicy policy) {
        this.policy = policy;
    }

    void forget() {
        least = 0;
        most = 0;
    }

    /**
     * Counts one more retry.
     *
     * @param upNanos since the welcome; -1 when there was none
     * @param unsure whether the client may take that for less
     * @return what is wrong with the delay; null when nothing is
     */
    @Nullable
    String judge(
            long delayNanos,
            @Nullable Ending ending,
            @Nullable Duration advised,
            long upNanos,
            boolean unsure) {
        boolean slow = ending instanceof Ending.Closed closed
                && closed.code() == CloseCode.SLOW_CONSUMER.code();
        boolean stable = upNanos >= STABLE_NANOS;
        if (stable && !slow) {
            least = 0;
            most = unsure ? most : 0;
        }
        boolean right = false;
        for (int retries = least; retries <= most && !right; retries++) {
            right = advised == null
                    ? allowed(ending, retries).holds(delayNanos)
                    : heeded(advised, stable).holds(delayNanos)
                            || (unsure && heeded(advised, false).holds(delayNanos));
        }
        String wrong = right
                ? null
                : "would wait " + delayNanos / 1e9 + " s after " + ending + "; "
                        + (advised == null
                                ? "retry " + most + " may take " + allowed(ending, most)
                                : "it was told " + advised);
        least++;
        most++;
        return wrong;
    }

    /** "Advice from the server beats the table"; "jitter never shortens these". */
    private static Range heeded(Duration advised, boolean stable) {
        long least = stable ? 0 : SECOND;
        long told = Math.max(least, Math.min(LONGEST_ADVICE_NANOS, advised.toNanos()));
        return new Range(told, told);
    }

    private Range allowed(@Nullable Ending ending, int retries) {
        long cap = policy.backoff().cap().toNanos();
        long plain = policy.backoff().first().toNanos();
        for (int i = 0; i < retries && plain < cap; i++) {
            plain *= 2;
        }
        plain = Math.min(plain, cap);
        int code = switch (ending) {
            case Ending.Closed closed -> closed.code();
            case Ending.Left ignored -> CloseCode.GOING_AWAY.code();
            case null, default -> 0;
        };
        if (code == CloseCode.GOING_AWAY.code()) {
            return upwards(Math.max(GOING_AWAY_NANOS, plain));
        }
        if (code == CloseCode.TRY_AGAIN_LATER.code()) {
            long first = policy.tryAgainLater().toNanos();
            return upwards(Math.max(first, Math.min(first + retries * TRY_AGAIN_STEP_NANOS, cap)));
        }
        return switch (policy.backoff().jitter()) {
            case NONE -> new Range(plain, plain);
            case FULL -> new Range(0, plain);
            case AROUND -> new Range(Math.min(cap, plain * 9 / 10), Math.min(cap, plain * 11 / 10));
            case ADDED -> new Range(plain, plain * 11 / 10);
        };
    }

    private Range upwards(long nanos) {
        boolean exact = policy.backoff().jitter() == Jitter.NONE;
        return new Range(nanos, exact ? nanos : nanos * 11 / 10);
    }
}
