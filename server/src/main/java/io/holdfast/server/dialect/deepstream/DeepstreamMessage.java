package io.holdfast.server.dialect.deepstream;

import io.holdfast.server.connection.Hello;
import io.holdfast.server.metrics.LimitName;

import org.jspecify.annotations.Nullable;

/** What an application says. Ranges point into the text that was read. */
sealed interface DeepstreamMessage {
    record Auth(String token) implements DeepstreamMessage {}

    record AppReady(
            String instanceId,
            boolean reconnection,
            int lastCloseCode,
            int configStart,
            int configEnd,
            Hello hello)
            implements DeepstreamMessage {}

    /** {@code status} is null when the field is missing or no string. */
    record AppTerminated(
            @Nullable String requestId, @Nullable String status) implements DeepstreamMessage {}

    record CommandResult(String requestId, String status) implements DeepstreamMessage {}

    record Event(
            int nameStart,
            int nameEnd,
            int dataStart,
            int dataEnd,
            @Nullable String id) implements DeepstreamMessage {}

    record Ping() implements DeepstreamMessage {}

    record Pong() implements DeepstreamMessage {}

    /** An {@code app_ready} whose instance id cannot be one. */
    record BadInstanceId() implements DeepstreamMessage {}

    /** JSON that goes beyond a limit. */
    record OverLimit(LimitName limit, String reason) implements DeepstreamMessage {}

    record Bad(String reason) implements DeepstreamMessage {}
}
