package io.holdfast.protocol.client;

import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.ServerAdvice;
import io.holdfast.protocol.reconnect.StopCause;
import io.holdfast.protocol.reconnect.Target;

import org.jspecify.annotations.Nullable;

/** What a client's log, metrics and callbacks are made from. */
public sealed interface ClientEvent {

    record Connected() implements ClientEvent {}

    record Disconnected(Ending ending) implements ClientEvent {}

    /** @param attempts that have counted, since the connection was last stable */
    record Reconnecting(
            long delayNanos, @Nullable Target target, int attempts, boolean countsAsAttempt)
            implements ClientEvent {}

    /** Something awaited did not come. */
    record TimedOut(ClientDeadline what) implements ClientEvent {}

    /** The server has said that it will go away, or where to go. */
    record ShuttingDown(ServerAdvice advice) implements ClientEvent {}

    /**
     * The last event.
     *
     * @param last what ended the last connection; null when nothing did
     */
    record Closed(StopCause cause, @Nullable Ending last) implements ClientEvent {}

    /** How its log line starts (spec: client, "Seen from outside"). */
    default String keyword() {
        return switch (this) {
            case Connected ignored -> "[CONNECTED]";
            case Disconnected ignored -> "[DISCONNECTED]";
            case Reconnecting ignored -> "[RECONNECTING]";
            case TimedOut ignored -> "[TIMEOUT]";
            case ShuttingDown ignored -> "[SHUTDOWN]";
            case Closed ignored -> "[DISCONNECTED]";
        };
    }
}
