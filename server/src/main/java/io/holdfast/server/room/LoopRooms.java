package io.holdfast.server.room;

import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.stream.Position;
import io.holdfast.protocol.stream.StreamName;
import io.holdfast.store.StreamImage;
import io.holdfast.transport.LoopContext;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Streams as one event loop sees them: the subscriptions of its connections, and the mail to and from
 * the streams' homes.
 *
 * <p>Publishing, subscribing and leaving travel to the stream's home in the order they happened; the
 * home's answers and messages come back in the order it decided. So a subscription's beginning is
 * exact: everything committed after it is delivered, and nothing from before but what is replayed.
 *
 * <p>Call order: any method at any time, on the loop's thread only. Whatever was published in a turn
 * leaves when the turn ends.
 */
public final class LoopRooms {
    /** Slabs that may wait for a slow delivery; above it the loop delivers without yielding. */
    private static final int MAX_BACKLOG = 64;
    /** A turn's deliveries that take longer go on in the next, behind what sockets have brought. */
    private static final long DELIVERY_NANOS = 1_000_000;

    private final Rooms rooms;
    private final LoopContext context;
    private final Mailboxes mail;
    private final Homes homes;
    private final Map<String, FanOut> local = new HashMap<>();
    private final ArrayDeque<FanOut> delivering = new ArrayDeque<>();
    private final FanOut everyone;
    private final Audience anyone;
    private boolean continuing;

    LoopRooms(Rooms rooms, LoopContext context, int loops, RandomGenerator random) {
        this.rooms = rooms;
        this.context = context;
        this.everyone = new FanOut("", "", context.index(), true);
        this.anyone = new Audience(loops);
        this.mail = new Mailboxes(rooms.loops(), loops);
        this.homes = new Homes(rooms, this, loops, random);
    }

    /**
     * Asks the stream's home for a subscription. The subscriber hears when it has begun.
     *
     * @param announce whether this is a client's arrival, of which the others are to hear
     */
    public void subscribe(Subscription subscription, boolean announce) {
        send(subscription.stream(), new Mail.Subscribe(subscription, announce));
    }

    /** Ends a subscription: nothing more is delivered from now on. */
    public void unsubscribe(Subscription subscription) {
        FanOut fanOut = local.get(subscription.stream());
        if (fanOut != null && subscription.hasBegun()) {
            fanOut.remove(subscription);
            closeIfEmpty(fanOut);
        }
        subscription.end();
        send(
                subscription.stream(),
                new Mail.Unsubscribe(subscription.stream(), subscription.subscriber()));
    }

    /** Lets a subscription that was held go on. */
    public void release(Subscription subscription) {
        subscription.release();
        feed(subscription);
    }

    /** Gives a subscription that lags what its connection can take now. */
    public void feed(Subscription subscription) {
        FanOut fanOut = local.get(subscription.stream());
        if (fanOut != null && subscription.hasBegun()) {
            fanOut.feed(subscription);
        }
    }

    /** Up to where the subscription's connection was handed the stream; null before it begins. */
    public @Nullable Position position(Subscription subscription) {
        FanOut fanOut = local.get(subscription.stream());
        return fanOut != null && subscription.hasBegun()
                ? new Position(fanOut.epoch, fanOut.position(subscription))
                : null;
    }

    /** Tells the presence room that a client is gone for good. */
    public void departed(String clientId) {
        send(Rooms.LOBBY, new Mail.Departed(clientId));
    }

    /** A session is over, and its personal stream with it. */
    public void ended(Session session) {
        send(StreamName.personal(session.clientId()), new Mail.SessionEnded(session));
    }

    /**
     * Publishes an encoded JSON object to a stream. The sender hears of its acceptance when it is
     * committed.
     */
    public void publish(
            Publisher sender,
            String stream,
            byte[] payload,
            int from,
            int to,
            @Nullable String id) {
        int home = rooms.homeOf(stream);
        if (home == context.index()) {
            homes.publish(sender, stream, payload, from, to, id);
        } else if (mail.isFull(home)) {
            sender.publishRefused(id, stream, Refusal.OVERLOADED);
        } else {
            byte[] copy = Arrays.copyOfRange(payload, from, to);
            mail.add(home, new Mail.Publish(stream, copy, sender, id), context);
        }
    }

    /**
     * Asks for the ack of a message that was accepted before: its sender gets it when it is committed.
     */
    public void repeat(Publisher sender, String id, SessionRecord.Seen seen) {
        send(seen.stream(), new Mail.Repeated(sender, id, seen));
    }

    public void who(Subscriber asker, String room, @Nullable String id) {
        send(room, new Mail.Who(room, asker, id));
    }

    private void send(String stream, Mail message) {
        send(rooms.homeOf(stream), message);
    }

    void send(int other, Mail message) {
        if (other == context.index()) {
            handle(message);
        } else {
            mail.add(other, message, context);
        }
    }

    boolean isFull(int other) {
        return other != context.index() && mail.isFull(other);
    }

    void receive(List<Mail> batch) {
        for (Mail message : batch) {
            try {
                handle(message);
            } catch (RuntimeException fault) {
                // The others' mail is not to be lost with it.
                rooms.fault(fault);
            }
        }
        context.requestTurnEnd();
    }

    private void handle(Mail message) {
        switch (message) {
            case Mail.Subscribe m -> homes.subscribe(m);
            case Mail.Unsubscribe m -> homes.unsubscribe(m.stream(), m.subscriber());
            case Mail.Departed m -> homes.departed(m.clientId());
            case Mail.SessionEnded m -> homes.sessionEnded(m.session());
            case Mail.Publish m ->
                homes.publish(m.sender(), m.stream(), m.payload(), 0, m.payload().length, m.id());
            case Mail.Repeated m -> homes.repeat(m.sender(), m.id(), m.seen());
            case Mail.Who m -> homes.who(m);
            case Mail.Subscribed m -> subscribed(m);
            case Mail.SubscriptionRefused m -> {
                if (!m.subscription().hasEnded()) {
                    m.subscription().subscriber().subscriptionRefused(m.subscription());
                }
            }
            case Mail.Accepted m -> m.sender().accepted(m.id(), m.stream(), m.seq(), m.how());
            case Mail.PublishRefused m -> m.sender().publishRefused(m.id(), m.stream(), m.why());
            case Mail.Members m -> m.asker().members(m.room(), m.clients(), m.count(), m.id());
            case Mail.Deliver m -> deliver(m.stream(), m.slab());
        }
    }

    private void subscribed(Mail.Subscribed m) {
        Subscription subscription = m.subscription();
        Replay replay = m.replay();
        if (subscription.hasEnded()) {
            if (replay != null) {
                replay.release();
            }
            return;
        }
        long from = m.joined().recovery().from();
        if (replay != null) {
            subscription.replay = replay;
            subscription.replayChunk = replay.indexOf(from);
        }
        fanOut(subscription.stream(), m.joined().epoch()).add(subscription, from - 1);
        subscription.subscriber().subscribed(subscription, m.joined());
        if (!subscription.isHeld()) {
            feed(subscription);
        }
    }

    /**
     * The fan-out of that numbering. Who is still in one of an earlier numbering, a connection that is
     * about to hear that it was replaced, has no part in this one.
     */
    private FanOut fanOut(String stream, String epoch) {
        FanOut known = local.get(stream);
        if (known != null && known.epoch.equals(epoch)) {
            return known;
        }
        if (known != null) {
            known.end();
        }
        FanOut made = new FanOut(stream, epoch, context.index(), false);
        local.put(stream, made);
        return made;
    }

    /** Takes a connection among those that {@link #broadcast} reaches. */
    public Subscription beginBroadcasts(Subscriber subscriber) {
        Subscription subscription = Subscription.initial(subscriber, "");
        everyone.add(subscription, 0);
        anyone.count(subscriber, 1);
        return subscription;
    }

    public void endBroadcasts(Subscription subscription) {
        everyone.remove(subscription);
        anyone.count(subscription.subscriber(), -1);
    }

    /** Sends an ephemeral message, which belongs to no stream, to all who began broadcasts here. */
    public void broadcast(byte[] payload) {
        if (!anyone.isEmpty()) {
            Draft draft = new Draft(0, null);
            draft.add(payload, 0, payload.length, null, null);
            offer(everyone, Slab.of(draft, anyone, false, rooms.allocator(), context.index()));
        }
    }

    /** Time passed. */
    public void tick() {
        homes.tick();
    }

    /** The turn ends: its messages leave, and deliveries under way go on. */
    public void endTurn() {
        homes.committer().endTurn();
        deliverSlices();
        mail.post();
    }

    boolean isDelivering(String stream) {
        FanOut fanOut = local.get(stream);
        return fanOut != null && fanOut.delivering;
    }

    private void deliver(String stream, Slab slab) {
        FanOut fanOut = local.get(stream);
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
        RoomLimits limits = rooms.settings();
        int messages = limits.history().messages();
        long bytes = limits.history().bytes();
        long start = System.nanoTime();
        // Once round at most; who has more comes last in the next turn.
        for (int left = delivering.size(); left > 0; left--) {
            FanOut fanOut = delivering.remove();
            fanOut.delivering = fanOut.deliverSlice(messages, bytes);
            while (fanOut.delivering && fanOut.backlog() > MAX_BACKLOG) {
                fanOut.delivering = fanOut.deliverSlice(messages, bytes);
            }
            if (fanOut.delivering) {
                delivering.add(fanOut);
            }
            closeIfEmpty(fanOut);
            if (System.nanoTime() - start > DELIVERY_NANOS) {
                break;
            }
        }
        // A message that waited for a delivery which has ended meanwhile must not wait for traffic.
        if (!(delivering.isEmpty() && !homes.committer().hasOpenDrafts()) && !continuing) {
            continuing = true;
            context.execute(() -> {
                continuing = false;
                context.requestTurnEnd();
            });
        }
    }

    private void closeIfEmpty(FanOut fanOut) {
        if (fanOut.size() == 0 && !fanOut.delivering) {
            local.remove(fanOut.stream, fanOut);
        }
    }

    /** Takes over a stream that an earlier process had, at its home and before anything else. */
    void restore(StreamImage image, long sessionNumber) {
        homes.restore(image, sessionNumber);
    }

    List<HomeStream> freeze() {
        return homes.freeze();
    }

    LoopContext context() {
        return context;
    }
}
