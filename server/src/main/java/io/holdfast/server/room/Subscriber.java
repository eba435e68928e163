package io.holdfast.server.room;

import io.holdfast.protocol.outbox.Priority;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection as streams see it. It lives on one event loop, and all answers come there, in the
 * order of the questions to one stream.
 */
public interface Subscriber extends Publisher {
    /** The client's id. Any thread, once the connection may join rooms. */
    String clientId();

    /** How messages are laid out for it: the same as long as it is subscribed. Any thread. */
    Encoding encoding();

    /** Whether its messages carry their seq, its own included. Any thread. */
    boolean sequenced();

    /**
     * Whether it can take more now. After a no it asks for its share itself when it can.
     *
     * @param priority of the stream; what is more important goes before it
     */
    boolean ready(Priority priority);

    /**
     * Queues bytes in its encoding for the peer and takes over the reference.
     *
     * @param messages how many messages the bytes hold
     */
    void deliver(ByteBuf framed, int messages);

    /** Messages that it should get are no longer there; told before anything newer. */
    void gap(String stream, long from, long to);

    /** It was too slow to be sent all that is published, and cannot be told what it missed. */
    void fellBehind();

    /** A subscription has begun. */
    void subscribed(Subscription subscription, Joined joined);

    /** The server's rooms are at their limit; the subscription did not begin. */
    void subscriptionRefused(Subscription subscription);

    /** The answer to who is in a room: the first ids, and how many there are. */
    void members(String room, List<String> clients, int count, @Nullable String id);

    /** The slab under delivery in which this connection published. Rooms keep their note here. */
    @Nullable
    Slab publishedIn();

    void publishedIn(@Nullable Slab slab);
}
