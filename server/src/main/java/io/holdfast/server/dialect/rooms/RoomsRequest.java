package io.holdfast.server.dialect.rooms;

import io.holdfast.server.connection.Hello;
import io.holdfast.server.dialect.ErrorCode;
import io.holdfast.server.metrics.LimitName;

import org.jspecify.annotations.Nullable;

/**
 * What a client's text asks for. Any text is a request: one that is not in the dialect's table is a
 * message to the lobby with that text as its data.
 */
sealed interface RoomsRequest {
    /** What the client calls it, or null: its answer has the same. */
    default @Nullable String id() {
        return null;
    }

    /** Data stands in the text that was read, from {@code start} to {@code end}, as JSON. */
    record Message(
            String room, int start, int end, @Nullable String id) implements RoomsRequest {}

    /** The whole text is the data, as a JSON string. */
    record PlainText() implements RoomsRequest {}

    record Direct(String to, int start, int end, @Nullable String id) implements RoomsRequest {}

    record Join(String room, @Nullable String id) implements RoomsRequest {}

    record Leave(String room, @Nullable String id) implements RoomsRequest {}

    record Who(String room, @Nullable String id) implements RoomsRequest {}

    record Ping() implements RoomsRequest {}

    /** The first message of a client that asked for resume. */
    record Greeting(Hello hello) implements RoomsRequest {}

    /** JSON that goes beyond a limit; which request it was meant to be is not known. */
    record OverLimit(LimitName limit, String reason) implements RoomsRequest {}

    /** One of the above with a wrong field. */
    record Bad(ErrorCode code, String reason, @Nullable String id) implements RoomsRequest {}
}
