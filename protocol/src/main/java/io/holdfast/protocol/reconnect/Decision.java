package io.holdfast.protocol.reconnect;

import org.jspecify.annotations.Nullable;

/** What a client does after an ending. */
public sealed interface Decision {

    /**
     * @param target where to; null is the address that was configured
     * @param countsAsAttempt whether this retry counts towards the most that there may be
     * @param attempts that have counted, this one included, since the connection was last stable
     * @param told whether the server asked for this wait: it must not be shortened
     */
    record Retry(
            long delayNanos,
            @Nullable Target target,
            boolean countsAsAttempt,
            int attempts,
            boolean told)
            implements Decision {}

    record Stop(StopCause cause) implements Decision {}
}
