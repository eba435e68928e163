package io.holdfast.client;

import io.holdfast.protocol.reconnect.Ending;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells why a TCP connection is about to be closed, which has no close frames.
 *
 * @param retryAfter null when it was not told
 */
record LastWord(Ending meaning, @Nullable Duration retryAfter) {
    /** Whether the connection ended without any reason of its own. */
    boolean explains(Ending ending) {
        return ending instanceof Ending.Closed closed
                && closed.code() == ClientException.ABNORMAL_CLOSURE;
    }
}
