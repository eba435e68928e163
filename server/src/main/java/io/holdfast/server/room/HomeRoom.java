package io.holdfast.server.room;

import io.holdfast.protocol.room.Presence;
import io.holdfast.protocol.room.Room;
import io.holdfast.server.json.JsonText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A room at its home loop: a stream with members. Belongs to that loop. */
@SuppressWarnings("ReferenceEquality") // A connection is itself and no other.
final class HomeRoom extends HomeStream implements Presence.Audience {
    final Room<Subscriber> members = new Room<>();
    /** How the others hear of coming and going; only where they do. */
    final @Nullable Presence presence;

    private final Homes homes;

    HomeRoom(String name, String epoch, Homes homes, int loops) {
        super(name, epoch, loops);
        this.homes = homes;
        this.presence = name.equals(Rooms.LOBBY) ? new Presence() : null;
    }

    void join(Subscriber subscriber) {
        Subscriber before = members.join(subscriber.clientId(), subscriber);
        if (before != subscriber) {
            if (before != null) {
                audience.count(before, -1);
            }
            audience.count(subscriber, 1);
        }
    }

    void leave(Subscriber subscriber) {
        if (members.leave(subscriber.clientId(), subscriber)) {
            audience.count(subscriber, -1);
        }
    }

    /** Whether nobody but the publisher would be sent its message: then nobody is. */
    boolean isAlone(Publisher publisher) {
        return members.size() == 1
                && publisher instanceof Subscriber subscriber
                && members.get(subscriber.clientId()) == subscriber;
    }

    @Override
    boolean isAbandoned() {
        return members.isEmpty()
                && !hasOpenDraft()
                && uncommitted.isEmpty()
                && (presence == null || presence.dueNanos() == Presence.NEVER);
    }

    @Override
    public void connected(String clientId) {
        JsonText text = homes.text();
        homes.rooms().presence().connected(text, clientId, homes.rooms().connections());
        homes.announce(this, text, members.get(clientId));
    }

    @Override
    public void disconnected(String clientId) {
        JsonText text = homes.text();
        homes.rooms().presence().disconnected(text, clientId, homes.rooms().connections());
        homes.announce(this, text, null);
    }

    @Override
    public void changed(List<String> joined, List<String> left) {
        JsonText text = homes.text();
        homes.rooms().presence().changed(text, joined, left, homes.rooms().connections());
        homes.announce(this, text, null);
    }
}
