package io.holdfast.server.room;

import org.jspecify.annotations.Nullable;

/** A connection that may publish. Answers come on its event loop, with the question's {@code id}. */
public interface Publisher {
    /** The index of the event loop that owns it. Any thread. */
    int loopIndex();

    /** What was published has its place in the room. */
    void accepted(@Nullable String id);

    /** Event loops are too far behind to take more; nothing was published. */
    void publishRefused(@Nullable String id);
}
