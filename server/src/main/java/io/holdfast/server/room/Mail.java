package io.holdfast.server.room;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What event loops tell each other about rooms. Mail from one loop to another keeps its order. */
sealed interface Mail {
    /** To the home: a connection wants what the room accepts. */
    record Subscribe(
            String room, Subscriber subscriber, @Nullable String id, boolean announce)
            implements Mail {}

    /** To the home: a connection wants no more. */
    record Unsubscribe(String room, Subscriber subscriber) implements Mail {}

    /** To the home of the presence room: a client is gone for good. */
    record Departed(String clientId) implements Mail {}

    /** To the home: a message, encoded. */
    record Publish(
            String room,
            byte[] payload,
            Publisher sender,
            @Nullable String id) implements Mail {}

    record Who(String room, Subscriber asker, @Nullable String id) implements Mail {}

    /** From the home: the subscription begins behind the slabs that were mailed before this. */
    record Subscribed(
            String room, Subscriber subscriber, @Nullable String id) implements Mail {}

    record SubscriptionRefused(
            String room, Subscriber subscriber, @Nullable String id) implements Mail {}

    record Accepted(Publisher sender, @Nullable String id) implements Mail {}

    record PublishRefused(Publisher sender, @Nullable String id) implements Mail {}

    record Members(
            String room,
            Subscriber asker,
            List<String> clients,
            int count,
            @Nullable String id) implements Mail {}

    /** From the home: messages for all the loop's subscribers of the room. */
    record Deliver(String room, Slab slab) implements Mail {}
}
