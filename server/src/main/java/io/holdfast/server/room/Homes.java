package io.holdfast.server.room;

import io.holdfast.protocol.room.Presence;
import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.stream.Epoch;
import io.holdfast.protocol.stream.Recovery;
import io.holdfast.protocol.stream.StreamName;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.LimitName;
import io.holdfast.store.StreamBatch;
import io.holdfast.store.StreamImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The streams whose home one event loop is: who subscribes to them, what is published, and when they
 * end.
 *
 * <p>A subscription takes effect at the last committed message: what is not committed yet is live for
 * it, and comes when it is.
 *
 * <p>Belongs to that loop.
 */
@SuppressWarnings("ReferenceEquality") // A stream is itself and no other.
final class Homes {
    /** Milliseconds between two looks at the age of histories. */
    private static final long AGEING_MILLIS = 1_000;

    private final Rooms rooms;
    private final LoopRooms loop;
    private final int loops;
    private final RandomGenerator random;
    private final JsonText text = new JsonText();
    private final Map<String, HomeStream> streams = new HashMap<>();
    private final Committer committer;
    private final List<HomeStream> ageing = new ArrayList<>();
    private long lookAtAgesMillis;
    private boolean frozen;

    Homes(Rooms rooms, LoopRooms loop, int loops, RandomGenerator random) {
        this.rooms = rooms;
        this.loop = loop;
        this.loops = loops;
        this.random = random;
        this.committer = new Committer(rooms, loop, loops, this);
    }

    void subscribe(Mail.Subscribe m) {
        Subscription subscription = m.subscription();
        Subscriber subscriber = subscription.subscriber();
        if (subscriber.fenced()) {
            // A newer connection of the client may be subscribed already; its place stays its own.
            return;
        }
        HomeStream stream = StreamName.isPersonal(subscription.stream())
                ? personal(subscription)
                : room(subscription.stream());
        if (stream == null) {
            loop.send(subscriber.loopIndex(), new Mail.SubscriptionRefused(subscription));
            return;
        }
        // What was accepted before goes out before, so that the newcomer does not get it.
        committer.seal(stream);
        if (subscriber.sequenced() && !stream.isKept()) {
            keep(stream);
        }
        Recovery recovery =
                subscription.recovery(stream.epoch, stream.committed(), stream.firstKept());
        Replay replay = recovery.recovered() > 0 ? stream.replay() : null;
        Joined joined = new Joined(stream.epoch, stream.committed(), recovery);
        switch (stream) {
            case HomeRoom room -> join(room, subscriber, m.announce());
            case HomePersonal own -> own.read(subscriber);
            default -> throw new IllegalStateException("a stream of an unknown kind");
        }
        // Last: on the subscriber's own loop it is handled at once, and may ask who is here.
        loop.send(subscriber.loopIndex(), new Mail.Subscribed(subscription, joined, replay));
    }

    private void join(HomeRoom room, Subscriber subscriber, boolean announce) {
        room.join(subscriber);
        if (announce && room.presence != null) {
            room.presence.joined(
                    subscriber.clientId(),
                    rooms.gathers(room.members.size()),
                    loop.context().nowNanos(),
                    room);
        }
    }

    private @Nullable HomeStream room(String name) {
        HomeStream known = streams.get(name);
        if (known != null) {
            return known;
        }
        if (!rooms.open()) {
            return null;
        }
        HomeRoom room = new HomeRoom(name, epoch(), this, loops);
        streams.put(name, room);
        room.lastUsedMillis = nowMillis();
        if (rooms.store().durable()) {
            keep(room);
        }
        return room;
    }

    /** The stream of the subscriber's session; a fresh one when the last was an earlier session's. */
    private @Nullable HomeStream personal(Subscription subscription) {
        Session session = subscription.subscriber().session();
        if (session == null) {
            return null;
        }
        HomeStream known = streams.get(subscription.stream());
        if (known instanceof HomePersonal own) {
            if (own.sessionNumber == session.number()) {
                return own;
            }
            end(own);
        }
        HomePersonal made =
                new HomePersonal(subscription.stream(), epoch(), session.number(), loops);
        streams.put(made.name, made);
        keep(made);
        return made;
    }

    private String epoch() {
        return Epoch.random(random);
    }

    private void keep(HomeStream stream) {
        stream.keep();
        rooms.store().beginStream(stream.name, stream.epoch);
    }

    void unsubscribe(String name, Subscriber subscriber) {
        switch (streams.get(name)) {
            case HomeRoom room -> {
                room.leave(subscriber);
                room.lastUsedMillis = nowMillis();
                closeIfAbandoned(room);
            }
            case HomePersonal own -> own.leave(subscriber);
            case null, default -> {
                // It ended before.
            }
        }
    }

    void sessionEnded(Session session) {
        if (streams.get(StreamName.personal(session.clientId())) instanceof HomePersonal own
                && own.sessionNumber == session.number()) {
            end(own);
        }
    }

    private void end(HomePersonal own) {
        committer.seal(own);
        own.end();
        closeIfAbandoned(own);
    }

    void departed(String clientId) {
        if (streams.get(Rooms.LOBBY) instanceof HomeRoom lobby && lobby.presence != null) {
            if (lobby.members.get(clientId) != null) {
                // It has come back meanwhile, and the others were told so.
            } else if (lobby.members.isEmpty()) {
                lobby.presence.emptied();
            } else {
                lobby.presence.left(
                        clientId,
                        rooms.gathers(lobby.members.size()),
                        loop.context().nowNanos(),
                        lobby);
            }
            closeIfAbandoned(lobby);
        }
    }

    void publish(
            Publisher sender, String name, byte[] payload, int from, int to, @Nullable String id) {
        if (sender.fenced()) {
            return;
        }
        Session session = sender.session();
        HomeStream stream = streams.get(name);
        if (session != null && id != null) {
            SessionRecord.Seen seen = session.dedup().find(id);
            if (seen != null) {
                // Only the home of the stream that it is in knows whether it is committed.
                loop.repeat(sender, id, seen);
                return;
            }
        }
        if (stream == null && session != null && !StreamName.isPersonal(name)) {
            stream = room(name);
            if (stream == null) {
                committer.refused(sender, id, name, Refusal.TOO_MANY_ROOMS);
                return;
            }
        }
        if (stream == null) {
            nobodyThere(sender, name, id);
            return;
        }
        if (session != null && !stream.isKept()) {
            // Acked with its number, so it must have one that lasts.
            committer.seal(stream);
            keep(stream);
        }
        if (!stream.isKept() && stream instanceof HomeRoom room && room.isAlone(sender)) {
            committer.accepted(sender, id, name, 0, Acceptance.PUBLISHED);
            return;
        }
        Refusal refusal = mayPublish(stream);
        if (refusal != null) {
            committer.refused(sender, id, name, refusal);
        } else {
            append(stream, payload, from, to, sender, id);
        }
    }

    private void nobodyThere(Publisher sender, String name, @Nullable String id) {
        if (StreamName.isPersonal(name)) {
            committer.refused(sender, id, name, Refusal.NOT_CONNECTED);
        } else {
            committer.accepted(sender, id, name, 0, Acceptance.PUBLISHED);
        }
    }

    private @Nullable Refusal mayPublish(HomeStream stream) {
        if (stream.isKept() && (frozen || !rooms.store().available())) {
            return Refusal.STORE_UNAVAILABLE;
        }
        if (rooms.store().pendingBytes() > rooms.settings().uncommittedBytes()) {
            rooms.metrics().count(LimitName.UNCOMMITTED_LIMIT);
            return Refusal.OVERLOADED;
        }
        for (int other = 0; other < loops; other++) {
            if (stream.audience.isOn(other) && loop.isFull(other)) {
                return Refusal.OVERLOADED;
            }
        }
        return null;
    }

    private void append(
            HomeStream stream,
            byte[] payload,
            int from,
            int to,
            Publisher sender,
            @Nullable String id) {
        Draft draft = committer.draft(stream, false);
        long seq = stream.nextSeq();
        stream.lastUsedMillis = nowMillis();
        draft.add(payload, from, to, sender, id);
        Session session = sender.session();
        if (session != null && id != null) {
            session.dedup().remember(id, stream.name, seq);
        }
        if (!stream.mayWait()) {
            committer.seal(stream);
        }
    }

    /** Acks a message that was accepted before, as soon as it is committed. */
    void repeat(Publisher sender, String id, SessionRecord.Seen seen) {
        HomeStream stream = streams.get(seen.stream());
        if (stream == null || !stream.repeated(sender, id, seen.seq())) {
            committer.accepted(sender, id, seen.stream(), seen.seq(), Acceptance.REPEATED);
        }
    }

    /** Adds an ephemeral message, which is not sent to {@code about}. */
    void announce(HomeStream stream, JsonText message, @Nullable Subscriber about) {
        if (!stream.audience.isEmpty()) {
            committer.draft(stream, true).add(message.bytes(), 0, message.length(), about, null);
        }
    }

    void who(Mail.Who m) {
        HomeRoom room = streams.get(m.room()) instanceof HomeRoom known ? known : null;
        List<String> clients = room == null ? List.of() : room.members.clients(Rooms.MAX_NAMES);
        int count = room == null ? 0 : room.members.size();
        Subscriber asker = m.asker();
        loop.send(asker.loopIndex(), new Mail.Members(m.room(), asker, clients, count, m.id()));
    }

    /** Time passed: what presence gathered is told, and what is too old is forgotten. */
    void tick() {
        if (frozen) {
            return;
        }
        if (streams.get(Rooms.LOBBY) instanceof HomeRoom lobby
                && lobby.presence != null
                && lobby.presence.dueNanos() != Presence.NEVER) {
            lobby.presence.tick(System.nanoTime(), rooms.settings().presenceNames(), lobby);
            closeIfAbandoned(lobby);
        }
        long now = nowMillis();
        if (now - lookAtAgesMillis >= AGEING_MILLIS) {
            lookAtAgesMillis = now;
            ageing.removeIf(stream -> !stillAges(stream, now));
        }
    }

    private boolean stillAges(HomeStream stream, long nowMillis) {
        if (stream.hasHistory()) {
            committer.age(stream, nowMillis);
        }
        closeIfAbandoned(stream);
        boolean maybeOver = stream instanceof HomeRoom && stream.audience.isEmpty();
        stream.ageing = !stream.closed && (stream.hasHistory() || maybeOver);
        return stream.ageing;
    }

    /** Looks at the stream's age now and then. */
    void age(HomeStream stream) {
        if (!stream.ageing) {
            stream.ageing = true;
            ageing.add(stream);
        }
    }

    /**
     * Ends a stream that nobody has any more use for. One that clients may come back to lasts until
     * the last message that it had while they were there would have aged out, so that every session
     * finds its numbering again.
     */
    void closeIfAbandoned(HomeStream stream) {
        if (frozen || stream.closed || !stream.isAbandoned()) {
            return;
        }
        if (stream.isKept() && stream instanceof HomeRoom) {
            long idle = nowMillis() - stream.lastUsedMillis;
            if (stream.hasHistory() || idle < rooms.settings().history().ageNanos() / 1_000_000) {
                age(stream);
                return;
            }
        }
        stream.closed = true;
        // Another may have its name: the stream of a later session.
        streams.remove(stream.name, stream);
        committer.forget(stream);
        if (stream.isKept()) {
            rooms.store().endStream(stream.name, stream.epoch);
        }
        if (stream instanceof HomeRoom) {
            rooms.closed();
        }
    }

    /** Takes over what an earlier process had. Before anything else. */
    void restore(StreamImage image, long sessionNumber) {
        HomeStream stream;
        if (StreamName.isPersonal(image.name())) {
            stream = new HomePersonal(image.name(), image.epoch(), sessionNumber, loops);
        } else {
            stream = new HomeRoom(image.name(), image.epoch(), this, loops);
            rooms.reopened();
        }
        streams.put(stream.name, stream);
        stream.restore(image.head());
        stream.lastUsedMillis = nowMillis();
        for (StreamBatch batch : image.history()) {
            Frames frames = Frames.of(
                    Draft.of(batch),
                    true,
                    WebSocketText.ENCODING,
                    rooms.allocator(),
                    loop.context().index());
            committer.remember(
                    stream, new Replay.Chunk(batch.firstSeq(), frames, batch.clockMillis()));
        }
        age(stream);
    }

    /** The stream that has the most bytes of history; {@code other} when none has more. */
    HomeStream largest(HomeStream other) {
        HomeStream largest = other;
        long most = other.historyBytes();
        for (HomeStream stream : ageing) {
            if (stream.historyBytes() > most) {
                largest = stream;
                most = stream.historyBytes();
            }
        }
        return largest;
    }

    /** What a successor needs. From now on nothing is published, and no stream ends. */
    List<HomeStream> freeze() {
        frozen = true;
        // Streams do not come or go by this; a store that commits at once has it all now.
        List.copyOf(streams.values()).forEach(committer::seal);
        return streams.values().stream().filter(HomeStream::isKept).toList();
    }

    /** On the service clock. */
    long nowMillis() {
        return rooms.clock().millis(loop.context().nowNanos());
    }

    Committer committer() {
        return committer;
    }

    Rooms rooms() {
        return rooms;
    }

    /** Scratch for messages that a room itself writes. */
    JsonText text() {
        return text.clear();
    }
}
