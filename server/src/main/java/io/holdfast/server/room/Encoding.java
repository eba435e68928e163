package io.holdfast.server.room;

import io.netty.buffer.ByteBuf;

/**
 * How messages are laid out for one kind of wire. Every message of a turn is laid out once for each
 * kind that somebody takes, and the same bytes go to all of that kind. So there are few kinds, each is
 * one object, and subscribers of the same kind share it.
 *
 * <p>A message's text is a JSON object that begins with what only clients which resume are sent:
 * <pre>
 * {"stream":"lobby","seq":5,"id":"a",  "type":"message",…}
 *  ↑ head                              ↑ body             ↑ end
 * </pre>
 * For others {@code head} is {@code body}, and the brace is not in front of it.
 *
 * <p>Used on all event loops at once; what a kind needs for itself it keeps for each loop.
 */
public interface Encoding {
    /** Bytes that a message of that many bytes of text takes at most. */
    int maxLength(int textLength);

    /**
     * Appends one message: a brace, and the bytes from {@code head} to {@code end}.
     *
     * @param loop index of the event loop that calls
     */
    void write(ByteBuf out, byte[] bytes, int head, int body, int end, int loop);

    /** Whether a wire of this kind can also be sent what {@link WebSocketText} writes. */
    default boolean takesText() {
        return false;
    }
}
