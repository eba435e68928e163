package io.holdfast.server.room;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection as rooms see it. It lives on one event loop, and all answers come there, in the order
 * of the questions to one room. {@code id} is always the one given with the question.
 */
public interface Subscriber extends Publisher {
    /** The client's id. Any thread, once the connection may join rooms. */
    String clientId();

    /** Whether it takes deflated frames. Any thread. */
    boolean deflates();

    /**
     * Queues framed bytes for the peer and takes over the reference.
     *
     * @param messages how many messages the bytes hold
     */
    void deliver(ByteBuf framed, int messages);

    /** A subscription has begun: what the room accepts from now on will be delivered. */
    void subscribed(String room, @Nullable String id);

    /** The server's rooms are at their limit; the subscription did not begin. */
    void subscriptionRefused(String room, @Nullable String id);

    /** The answer to who is in a room: the first ids, and how many there are. */
    void members(String room, List<String> clients, int count, @Nullable String id);

    /** The slab under delivery in which this connection published. Rooms keep their note here. */
    @Nullable
    Slab publishedIn();

    void publishedIn(@Nullable Slab slab);
}
