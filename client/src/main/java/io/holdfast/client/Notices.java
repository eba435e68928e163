package io.holdfast.client;

import io.holdfast.client.dialect.Incoming;
import io.holdfast.client.json.JsonWriter;

/** Notices of what was read into its fields already: JSON as in the rooms dialect. */
final class Notices {
    private Notices() {}

    /** An answer that nobody waits for any more. */
    static Event.Notice of(Incoming.Present present) {
        String clients = String.join(
                ",", present.clients().stream().map(JsonWriter::quoted).toList());
        return new Event.Notice(
                "presence",
                new JsonWriter()
                        .string("type", "presence")
                        .string("id", present.id())
                        .string("room", present.room())
                        .raw("clients", "[" + clients + "]")
                        .number("count", present.count())
                        .end());
    }

    /** An error that answers nothing. */
    static Event.Notice of(Incoming.Refused refused) {
        return new Event.Notice("error", error(refused).end());
    }

    /** A room that the client is not in again. */
    static Event.Notice notRejoined(String room, Incoming.Refused refused) {
        return new Event.Notice("error", error(refused).string("room", room).end());
    }

    private static JsonWriter error(Incoming.Refused refused) {
        JsonWriter error = new JsonWriter()
                .string("type", "error")
                .string("id", refused.id())
                .string("code", refused.code())
                .string("message", refused.message())
                .bool("retryable", refused.retryable());
        return refused.retryAfterSeconds() < 0
                ? error
                : error.number("retry_after", refused.retryAfterSeconds());
    }
}
