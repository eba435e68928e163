package io.holdfast.server.room;

import io.holdfast.protocol.room.Presence;
import io.holdfast.server.json.JsonText;
import io.holdfast.transport.LoopContext;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rooms as one event loop sees them: the subscribers it owns, and the rooms whose home it is.
 *
 * <p>Publishing, subscribing and leaving travel to the room's home in the order they happened; the
 * home's answers and messages come back in the order it decided. So a subscription's beginning is
 * exact: everything the room accepted after it is delivered, and nothing from before.
 *
 * <p>Call order: any method at any time, on the loop's thread only. Whatever was published in a turn
 * leaves when the turn ends.
 */
public final class LoopRooms {
    /** Slabs that may wait for a slow delivery; above it the loop delivers without yielding. */
    private static final int MAX_BACKLOG = 64;

    private final Rooms rooms;
    private final LoopContext context;
    private final int loops;
    private final Mailboxes mail;
    private final JsonText text = new JsonText();
    private final Map<String, HomeRoom> homes = new HashMap<>();
    private final Map<String, FanOut> local = new HashMap<>();
    private final List<HomeRoom> withOpenSlab = new ArrayList<>();
    private final List<FanOut> delivering = new ArrayList<>();
    private final FanOut everyone;
    private boolean continuing;

    LoopRooms(Rooms rooms, LoopContext context, int loops) {
        this.rooms = rooms;
        this.context = context;
        this.loops = loops;
        this.everyone = new FanOut("", context.index());
        this.mail = new Mailboxes(rooms.loops(), loops);
    }

    /**
     * Asks the room's home for a subscription.
     *
     * @param announce whether this is a client's arrival, of which the others are to hear
     */
    public void subscribe(
            Subscriber subscriber, String room, @Nullable String id, boolean announce) {
        send(room, new Mail.Subscribe(room, subscriber, id, announce));
    }

    /** Ends a subscription: nothing more is delivered from now on. */
    public void unsubscribe(Subscriber subscriber, String room, @Nullable Place place) {
        FanOut fanOut = local.get(room);
        if (fanOut != null && place != null) {
            fanOut.remove(place);
            closeIfEmpty(fanOut);
        }
        send(room, new Mail.Unsubscribe(room, subscriber));
    }

    /** Tells the presence room that a client is gone for good. */
    public void departed(String clientId) {
        send(Rooms.LOBBY, new Mail.Departed(clientId));
    }

    /** Publishes an encoded message to everyone in the room but the sender, who hears of its acceptance. */
    public void publish(
            Publisher sender, String room, byte[] payload, int from, int to, @Nullable String id) {
        int home = rooms.homeOf(room);
        if (home == context.index()) {
            publishHere(sender, room, payload, from, to, id);
        } else if (mail.isFull(home)) {
            sender.publishRefused(id);
        } else {
            byte[] copy = Arrays.copyOfRange(payload, from, to);
            mail.add(home, new Mail.Publish(room, copy, sender, id), context);
        }
    }

    public void who(Subscriber asker, String room, @Nullable String id) {
        send(room, new Mail.Who(room, asker, id));
    }

    private void send(String room, Mail message) {
        send(rooms.homeOf(room), message);
    }

    private void send(int loop, Mail message) {
        if (loop == context.index()) {
            handle(message);
        } else {
            mail.add(loop, message, context);
        }
    }

    void receive(List<Mail> batch) {
        for (Mail message : batch) {
            handle(message);
        }
        context.requestTurnEnd();
    }

    private void handle(Mail message) {
        switch (message) {
            case Mail.Subscribe m -> subscribeHere(m);
            case Mail.Unsubscribe m -> unsubscribeHere(m);
            case Mail.Departed m -> departedHere(m.clientId());
            case Mail.Publish m ->
                publishHere(m.sender(), m.room(), m.payload(), 0, m.payload().length, m.id());
            case Mail.Who m -> answerWho(m);
            case Mail.Subscribed m -> m.subscriber().subscribed(m.room(), m.id());
            case Mail.SubscriptionRefused m -> m.subscriber().subscriptionRefused(m.room(), m.id());
            case Mail.Accepted m -> m.sender().accepted(m.id());
            case Mail.PublishRefused m -> m.sender().publishRefused(m.id());
            case Mail.Members m -> m.asker().members(m.room(), m.clients(), m.count(), m.id());
            case Mail.Deliver m -> deliver(m.room(), m.slab());
        }
    }

    /** Adds the subscriber to this loop's fan-out; called by it when it hears that it is subscribed. */
    public Place begin(Subscriber subscriber, String room) {
        return local.computeIfAbsent(room, name -> new FanOut(name, context.index()))
                .add(subscriber);
    }

    /** Takes a connection among those that {@link #broadcast} reaches. */
    public Place beginBroadcasts(Subscriber subscriber) {
        return everyone.add(subscriber);
    }

    public void endBroadcasts(Place place) {
        everyone.remove(place);
    }

    /** Sends an encoded message, which belongs to no room, to all who began broadcasts on this loop. */
    public void broadcast(byte[] payload) {
        if (everyone.size() > 0) {
            Slab slab =
                    new Slab(allocator(), context.deflater(), rooms.settings().deflateFrom());
            slab.add(payload, 0, payload.length, null);
            offer(everyone, slab);
        }
    }

    private void subscribeHere(Mail.Subscribe m) {
        HomeRoom room = homes.get(m.room());
        if (room == null) {
            if (!rooms.open()) {
                Subscriber subscriber = m.subscriber();
                send(
                        subscriber.loopIndex(),
                        new Mail.SubscriptionRefused(m.room(), subscriber, m.id()));
                return;
            }
            room = new HomeRoom(m.room(), this, loops);
            homes.put(m.room(), room);
        }
        // What was accepted before goes out before, so that the newcomer does not get it.
        seal(room);
        Subscriber subscriber = m.subscriber();
        room.join(subscriber);
        send(subscriber.loopIndex(), new Mail.Subscribed(m.room(), subscriber, m.id()));
        if (m.announce()) {
            room.presence.joined(
                    subscriber.clientId(),
                    rooms.gathers(room.members.size()),
                    context.nowNanos(),
                    room);
        }
    }

    private void unsubscribeHere(Mail.Unsubscribe m) {
        HomeRoom room = homes.get(m.room());
        if (room != null) {
            room.leave(m.subscriber());
            closeIfAbandoned(room);
        }
    }

    private void departedHere(String clientId) {
        HomeRoom room = homes.get(Rooms.LOBBY);
        if (room == null) {
            return;
        }
        if (room.members.isEmpty()) {
            room.presence.emptied();
            closeIfAbandoned(room);
        } else {
            room.presence.left(
                    clientId, rooms.gathers(room.members.size()), context.nowNanos(), room);
        }
    }

    private void publishHere(
            Publisher sender, String name, byte[] payload, int from, int to, @Nullable String id) {
        HomeRoom room = homes.get(name);
        if (room != null) {
            for (int loop = 0; loop < loops; loop++) {
                if (loop != context.index() && room.hasSubscribersOn(loop) && mail.isFull(loop)) {
                    send(sender.loopIndex(), new Mail.PublishRefused(sender, id));
                    return;
                }
            }
            if (!room.isAlone(sender)) {
                room.append(payload, from, to, sender);
            }
        }
        if (sender.loopIndex() == context.index()) {
            sender.accepted(id);
        } else {
            mail.add(sender.loopIndex(), new Mail.Accepted(sender, id), context);
        }
    }

    private void answerWho(Mail.Who m) {
        HomeRoom room = homes.get(m.room());
        List<String> clients = room == null ? List.of() : room.members.clients(Rooms.MAX_NAMES);
        int count = room == null ? 0 : room.members.size();
        Subscriber asker = m.asker();
        send(asker.loopIndex(), new Mail.Members(m.room(), asker, clients, count, m.id()));
    }

    private void closeIfAbandoned(HomeRoom room) {
        if (room.isAbandoned() && homes.remove(room.name, room)) {
            rooms.closed();
        }
    }

    /** Time passed: what presence gathered is told when its second is over. */
    public void tick() {
        HomeRoom lobby = homes.get(Rooms.LOBBY);
        if (lobby != null && lobby.presence.dueNanos() != Presence.NEVER) {
            lobby.presence.tick(System.nanoTime(), rooms.settings().presenceNames(), lobby);
            closeIfAbandoned(lobby);
        }
    }

    /** The turn ends: its messages leave, and deliveries under way go on. */
    public void endTurn() {
        for (int i = 0; i < withOpenSlab.size(); i++) {
            HomeRoom room = withOpenSlab.get(i);
            FanOut here = local.get(room.name);
            if (here == null || !here.delivering || !room.mayWait()) {
                seal(room);
                closeIfAbandoned(room);
            }
        }
        withOpenSlab.removeIf(room -> {
            room.listed = room.hasOpenSlab();
            return !room.listed;
        });
        deliverSlices();
        mail.post();
    }

    void opened(HomeRoom room) {
        if (!room.listed) {
            room.listed = true;
            withOpenSlab.add(room);
            context.requestTurnEnd();
        }
    }

    private void seal(HomeRoom room) {
        Slab slab = room.seal();
        if (slab == null) {
            return;
        }
        for (int loop = 0; loop < loops; loop++) {
            if (room.hasSubscribersOn(loop)) {
                send(loop, new Mail.Deliver(room.name, slab.retain()));
            }
        }
        slab.release();
    }

    private void deliver(String room, Slab slab) {
        FanOut fanOut = local.get(room);
        if (fanOut == null) {
            slab.release();
        } else {
            offer(fanOut, slab);
        }
    }

    private void offer(FanOut fanOut, Slab slab) {
        fanOut.offer(slab);
        if (!fanOut.delivering) {
            fanOut.delivering = true;
            delivering.add(fanOut);
        }
        context.requestTurnEnd();
    }

    private void deliverSlices() {
        delivering.removeIf(fanOut -> {
            fanOut.delivering = fanOut.deliverSlice();
            while (fanOut.delivering && fanOut.backlog() > MAX_BACKLOG) {
                fanOut.delivering = fanOut.deliverSlice();
            }
            closeIfEmpty(fanOut);
            return !fanOut.delivering;
        });
        // A message that waited for a delivery which has ended meanwhile must not wait for traffic.
        if (!(delivering.isEmpty() && withOpenSlab.isEmpty()) && !continuing) {
            continuing = true;
            context.execute(() -> {
                continuing = false;
                context.requestTurnEnd();
            });
        }
    }

    private void closeIfEmpty(FanOut fanOut) {
        if (fanOut.size() == 0 && !fanOut.delivering) {
            local.remove(fanOut.room, fanOut);
        }
    }

    Rooms rooms() {
        return rooms;
    }

    LoopContext context() {
        return context;
    }

    ByteBufAllocator allocator() {
        return ByteBufAllocator.DEFAULT;
    }

    /** Scratch for messages that the room itself writes. */
    JsonText text() {
        return text.clear();
    }
}
