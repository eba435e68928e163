package io.holdfast.server.room;

import io.holdfast.protocol.session.Session;

import org.jspecify.annotations.Nullable;

/** A connection that may publish. Answers come on its event loop, with the question's {@code id}. */
public interface Publisher {
    /** The index of the event loop that owns it. Any thread. */
    int loopIndex();

    /** The session whose repeated messages are known again, or null when it has none. Any thread. */
    @Nullable
    Session session();

    /** Whether a newer connection has taken its session, so that what it says counts no more. Any thread. */
    boolean fenced();

    /**
     * What was published is committed.
     *
     * @param stream that it is in
     * @param seq its number there; 0 when the stream keeps no numbers because nobody is there
     */
    void accepted(@Nullable String id, String stream, long seq, Acceptance how);

    /** Nothing was published. */
    void publishRefused(@Nullable String id, String stream, Refusal why);
}
