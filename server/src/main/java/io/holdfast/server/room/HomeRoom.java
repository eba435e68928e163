package io.holdfast.server.room;

import io.holdfast.protocol.room.Presence;
import io.holdfast.protocol.room.Room;
import io.holdfast.server.json.JsonText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A room at its home loop: who is in it, and the slab that the current turn's messages go into.
 * Belongs to that loop.
 */
@SuppressWarnings("ReferenceEquality") // A connection is itself and no other.
final class HomeRoom implements Presence.Audience {
    /** Bytes of unsealed messages above which a slab is sealed though deliveries are still under way. */
    private static final int MAX_OPEN_BYTES = 256 * 1024;

    final String name;
    final Room<Subscriber> members = new Room<>();
    final Presence presence = new Presence();
    /** Whether the loop has this among the rooms to seal when the turn ends. */
    boolean listed;

    private final LoopRooms loop;
    private final int[] subscribers;
    private int deflating;
    private @Nullable Slab open;

    HomeRoom(String name, LoopRooms loop, int loops) {
        this.name = name;
        this.loop = loop;
        this.subscribers = new int[loops];
    }

    boolean join(Subscriber subscriber) {
        Subscriber before = members.join(subscriber.clientId(), subscriber);
        if (before == subscriber) {
            return false;
        }
        if (before != null) {
            count(before, -1);
        }
        count(subscriber, 1);
        return before == null;
    }

    void leave(Subscriber subscriber) {
        if (members.leave(subscriber.clientId(), subscriber)) {
            count(subscriber, -1);
        }
    }

    private void count(Subscriber subscriber, int by) {
        subscribers[subscriber.loopIndex()] += by;
        if (subscriber.deflates()) {
            deflating += by;
        }
    }

    boolean hasSubscribersOn(int loopIndex) {
        return subscribers[loopIndex] > 0;
    }

    /** Whether nobody but the publisher would be sent its message: then nobody is. */
    boolean isAlone(Publisher publisher) {
        return members.size() == 1
                && publisher instanceof Subscriber subscriber
                && members.get(subscriber.clientId()) == subscriber;
    }

    /** Adds an encoded message to the turn's slab. */
    void append(byte[] payload, int from, int to, @Nullable Publisher sender) {
        Slab slab = open;
        if (slab == null) {
            slab = new Slab(
                    loop.allocator(),
                    deflating > 0 ? loop.context().deflater() : null,
                    loop.rooms().settings().deflateFrom());
            open = slab;
            loop.opened(this);
        }
        slab.add(payload, from, to, sender);
    }

    boolean hasOpenSlab() {
        return open != null;
    }

    /** Whether the open slab should wait for deliveries that are under way. */
    boolean mayWait() {
        return open != null && open.bytes() < MAX_OPEN_BYTES;
    }

    /** The turn's slab, which takes no more messages; null when nothing was published. */
    @Nullable
    Slab seal() {
        Slab slab = open;
        open = null;
        return slab;
    }

    boolean isAbandoned() {
        return members.isEmpty() && open == null && presence.dueNanos() == Presence.NEVER;
    }

    @Override
    public void connected(String clientId) {
        JsonText text = loop.text();
        loop.rooms().presence().connected(text, clientId, loop.rooms().connections());
        append(text.bytes(), 0, text.length(), members.get(clientId));
    }

    @Override
    public void disconnected(String clientId) {
        JsonText text = loop.text();
        loop.rooms().presence().disconnected(text, clientId, loop.rooms().connections());
        append(text.bytes(), 0, text.length(), null);
    }

    @Override
    public void changed(List<String> joined, List<String> left) {
        JsonText text = loop.text();
        loop.rooms().presence().changed(text, joined, left, loop.rooms().connections());
        append(text.bytes(), 0, text.length(), null);
    }
}
