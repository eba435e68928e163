package io.holdfast.server.room;

import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.session.SessionRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What event loops tell each other about streams. Mail from one loop to another keeps its order. */
sealed interface Mail {
    /**
     * To the home: a connection wants what the stream accepts.
     *
     * @param announce whether this is a client's arrival, of which the others are to hear
     */
    record Subscribe(Subscription subscription, boolean announce) implements Mail {}

    /** To the home: a connection wants no more. */
    record Unsubscribe(String stream, Subscriber subscriber) implements Mail {}

    /** To the home of the presence room: a client is gone for good. */
    record Departed(String clientId) implements Mail {}

    /** To the home of a session's personal stream: the session is over. */
    record SessionEnded(Session session) implements Mail {}

    /** To the home: a message, encoded. */
    record Publish(
            String stream,
            byte[] payload,
            Publisher sender,
            @Nullable String id) implements Mail {}

    /** To the home of the stream that it is in: a message was published again. */
    record Repeated(Publisher sender, String id, SessionRecord.Seen seen) implements Mail {}

    record Who(String room, Subscriber asker, @Nullable String id) implements Mail {}

    /**
     * From the home: the subscription begins behind the slabs that were mailed before this.
     *
     * @param replay what it is sent first, retained for it; or null
     */
    record Subscribed(
            Subscription subscription,
            Joined joined,
            @Nullable Replay replay) implements Mail {}

    record SubscriptionRefused(Subscription subscription) implements Mail {}

    record Accepted(Publisher sender, @Nullable String id, String stream, long seq, Acceptance how)
            implements Mail {}

    record PublishRefused(Publisher sender, @Nullable String id, String stream, Refusal why)
            implements Mail {}

    record Members(
            String room,
            Subscriber asker,
            List<String> clients,
            int count,
            @Nullable String id) implements Mail {}

    /** From the home: messages for all the loop's subscribers of the stream. */
    record Deliver(String stream, Slab slab) implements Mail {}
}
