package io.holdfast.client;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Something that the application wants the server to do, as it goes over the wire.
 *
 * @param id null when no answer is expected: done when written
 * @param room that is joined, left or asked about
 */
record Request(
        Kind kind,
        @Nullable String id,
        @Nullable String room,
        byte[] utf8,
        CompletableFuture<Answer> answer) {
    enum Kind {
        SAY,
        JOIN,
        LEAVE,
        WHO
    }

    /** @param presence only in the answer to who */
    record Answer(Ack ack, @Nullable Presence presence) {}

    static Request of(Kind kind, @Nullable String id, @Nullable String room, String text) {
        return new Request(
                kind, id, room, text.getBytes(StandardCharsets.UTF_8), new CompletableFuture<>());
    }
}
