package io.holdfast.simulation.server;

import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.stream.Epoch;
import io.holdfast.protocol.stream.Recovery;
import io.holdfast.protocol.stream.StreamName;
import io.holdfast.simulation.wire.Line;
import io.holdfast.simulation.wire.StreamStart;
import io.holdfast.simulation.world.Hit;
import io.holdfast.simulation.world.Randoms;
import io.holdfast.simulation.world.SimLoop;
import io.holdfast.store.Outcome;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamBatch;
import io.holdfast.store.StreamImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The streams whose home one event loop is, and the subscribers that it has itself. As thin as the
 * server's own: it numbers, hands to the store, and passes on what is committed; what is kept is the
 * real History's business, and where a subscription begins the real Recovery's.
 */
final class Streams {
    private static final long AGEING_NANOS = 1_000_000_000L;

    private final SimServer server;
    private final int index;
    private final SimLoop loop;
    private final Randoms random;
    private final Map<String, HomeStream> homes = new LinkedHashMap<>();
    private final Map<String, LocalStream> local = new LinkedHashMap<>();
    private final SimLoop.Alarm ageing;
    /** What this turn has given to the store. */
    private long turnBytes;

    private boolean frozen;

    Streams(SimServer server, int index, SimLoop loop, Randoms random) {
        this.server = server;
        this.index = index;
        this.loop = loop;
        this.random = random;
        this.ageing = loop.alarm(this::age);
        loop.onTurnEnd(this::endTurn);
        ageing.set(loop.nowNanos() + AGEING_NANOS);
    }

    SimLoop loop() {
        return loop;
    }

    private void send(int other, Runnable mail) {
        if (other == index) {
            mail.run();
        } else {
            server.loop(other).loop.execute(mail);
        }
    }

    private Streams home(String stream) {
        return server.loop(server.homeOf(stream));
    }

    // What connections of this loop ask for.

    void subscribe(Subscription place) {
        send(server.homeOf(place.stream), () -> home(place.stream).subscribeHere(place, index));
    }

    void unsubscribe(Subscription place) {
        LocalStream here = local.get(place.stream);
        if (here != null && place.begun) {
            here.remove(place);
            if (here.places.isEmpty()) {
                local.remove(place.stream, here);
            }
        }
        place.ended = true;
        send(server.homeOf(place.stream), () -> home(place.stream).unsubscribeHere(place));
    }

    void release(Subscription place) {
        place.held = false;
        feed(place);
    }

    void feed(Subscription place) {
        LocalStream here = local.get(place.stream);
        if (here != null && place.begun) {
            here.feed(place);
        }
    }

    boolean lags(Subscription place) {
        LocalStream here = local.get(place.stream);
        return here != null && place.begun && here.lags(place);
    }

    void publish(ServerConnection sender, String stream, String payload, @Nullable String id) {
        send(
                server.homeOf(stream),
                () -> home(stream).publishHere(sender, index, stream, payload, id));
    }

    void repeat(ServerConnection sender, String id, SessionRecord.Seen seen) {
        send(server.homeOf(seen.stream()), () -> home(seen.stream()).repeatHere(sender, id, seen));
    }

    void ended(Session session) {
        String own = StreamName.personal(session.clientId());
        Streams home = home(own);
        home.loop.execute(() -> home.sessionEnded(own, session));
    }

    // At the stream's home.

    private void subscribeHere(Subscription place, int asker) {
        ServerConnection connection = place.connection;
        if (connection.fenced()) {
            return;
        }
        HomeStream stream =
                StreamName.isPersonal(place.stream) ? personal(place) : room(place.stream);
        if (stream == null) {
            return;
        }
        seal(stream);
        Recovery recovery = place.recovery(
                stream.epoch, stream.committed, stream.history.firstKept(stream.committed));
        List<Chunk> replay = recovery.recovered() > 0 ? stream.chunks() : List.of();
        StreamStart start = StreamStart.of(stream.epoch, stream.committed, recovery);
        stream.audience.add(place);
        send(asker, () -> server.loop(asker).subscribed(place, start, recovery, replay));
    }

    private void subscribed(
            Subscription place, StreamStart start, Recovery recovery, List<Chunk> replay) {
        if (place.ended) {
            return;
        }
        LocalStream known = local.get(place.stream);
        if (known == null || !known.epoch.equals(start.epoch())) {
            if (known != null) {
                List.copyOf(known.places).forEach(known::remove);
            }
            known = new LocalStream(place.stream, start.epoch());
            local.put(place.stream, known);
        }
        place.start = start;
        known.add(place, recovery.from() - 1);
        place.replay = replay.stream()
                .filter(chunk -> chunk.lastSeq() >= recovery.from())
                .toList();
        place.connection.subscribed(place, recovery);
        feed(place);
    }

    private void unsubscribeHere(Subscription place) {
        HomeStream stream = homes.get(place.stream);
        if (stream != null && stream.audience.remove(place)) {
            stream.lastUsedMillis = nowMillis();
            closeIfAbandoned(stream);
        }
    }

    private HomeStream room(String name) {
        HomeStream known = homes.get(name);
        return known != null ? known : begin(name, 0);
    }

    private @Nullable HomeStream personal(Subscription place) {
        Session session = place.connection.session();
        if (session == null) {
            return null;
        }
        HomeStream known = homes.get(place.stream);
        if (known != null && known.sessionNumber == session.number()) {
            return known;
        }
        if (known != null) {
            end(known);
        }
        return begin(place.stream, session.number());
    }

    private HomeStream begin(String name, long sessionNumber) {
        HomeStream stream = new HomeStream(name, Epoch.random(random), sessionNumber);
        stream.lastUsedMillis = nowMillis();
        homes.put(name, stream);
        server.store().beginStream(name, stream.epoch);
        return stream;
    }

    private void sessionEnded(String own, Session session) {
        HomeStream stream = homes.get(own);
        if (stream != null && stream.sessionNumber == session.number()) {
            end(stream);
        }
    }

    private void end(HomeStream own) {
        seal(own);
        own.ended = true;
        own.audience.clear();
        closeIfAbandoned(own);
    }

    private void publishHere(
            ServerConnection sender, int from, String name, String payload, @Nullable String id) {
        if (sender.fenced()) {
            return;
        }
        Session session = sender.session();
        if (session != null && id != null) {
            SessionRecord.Seen seen = session.dedup().find(id);
            if (seen != null) {
                repeat(sender, id, seen);
                return;
            }
        }
        HomeStream stream = homes.get(name);
        if (stream == null && !StreamName.isPersonal(name)) {
            stream = room(name);
        }
        if (stream == null) {
            refused(sender, from, id, "not_connected");
        } else if (frozen || !server.store().available()) {
            refused(sender, from, id, "store_unavailable");
        } else if (server.store().pendingBytes() > server.settings().uncommittedBytes()) {
            refused(sender, from, id, "overloaded");
        } else {
            append(stream, sender, payload, id);
        }
    }

    private void append(
            HomeStream stream, ServerConnection sender, String payload, @Nullable String id) {
        Draft draft = stream.open;
        if (draft == null) {
            draft = new Draft(stream.numbered + 1);
            stream.open = draft;
            loop.requestTurnEnd();
        }
        long seq = ++stream.numbered;
        stream.lastUsedMillis = nowMillis();
        byte[] line =
                Line.of("msg", stream.name, seq, id == null ? "-" : id, sender.clientId(), payload);
        draft.entries.add(new Draft.Entry(line, payload, sender, id));
        server.checker().appended(sender.clientId(), sender.generation(), payload);
        Session session = sender.session();
        if (session != null && id != null) {
            session.dedup().remember(id, stream.name, seq);
        }
    }

    private void repeatHere(ServerConnection sender, String id, SessionRecord.Seen seen) {
        HomeStream stream = homes.get(seen.stream());
        boolean waits =
                stream != null && seen.seq() > stream.committed && seen.seq() <= stream.numbered;
        if (stream != null && waits) {
            stream.repeats.add(new HomeStream.Repeat(sender, id, seen));
        } else {
            accepted(sender, id, seen.stream(), seen.seq());
        }
    }

    private void endTurn() {
        for (HomeStream stream : new ArrayList<>(homes.values())) {
            if (stream.open != null) {
                seal(stream);
                closeIfAbandoned(stream);
            }
        }
        server.checker()
                .uncommitted(
                        server.pendingAppends(),
                        turnBytes,
                        server.settings().uncommittedBytes(),
                        server.settings().loops());
        turnBytes = 0;
    }

    private void seal(HomeStream stream) {
        Draft draft = stream.open;
        if (draft == null) {
            return;
        }
        stream.open = null;
        stream.uncommitted.add(draft);
        StreamBatch batch = draft.batch(stream.name, stream.epoch, nowMillis());
        turnBytes += batch.length();
        server.store().append(batch, new Outcome() {
            @Override
            public void committed() {
                server.onLoop(loop, () -> Streams.this.committed(stream, draft));
            }

            @Override
            public void failed(StoreException why) {
                server.onLoop(loop, () -> Streams.this.failed(stream, draft));
            }
        });
    }

    private void committed(HomeStream stream, Draft draft) {
        if (draft.abandoned) {
            return;
        }
        if (stream.uncommitted.remove() != draft) {
            throw new IllegalStateException("the store committed out of order");
        }
        stream.committed = Math.max(stream.committed, draft.lastSeq());
        server.trace().note(server.name(), "commits", stream.name, draft.firstSeq, draft.lastSeq());
        server.pass(Hit.KILL_WHEN_THE_STORE_HAS_ANSWERED);
        long seq = draft.firstSeq;
        for (Draft.Entry entry : draft.entries) {
            server.checker()
                    .committed(stream.name, stream.epoch, seq++, draft.firstSeq, entry.payload());
        }
        Chunk chunk = draft.chunk(nowMillis());
        server.checker().madeChunk(chunk.bytes());
        int loops = server.settings().loops();
        for (int other = 0; other < loops; other++) {
            int there = other;
            send(there, () -> server.loop(there).deliver(stream.name, stream.epoch, chunk));
        }
        server.pass(Hit.KILL_BEFORE_THE_ACKS);
        remember(stream, chunk);
        acknowledge(stream, draft);
        closeIfAbandoned(stream);
        loop.requestTurnEnd();
    }

    private void remember(HomeStream stream, Chunk chunk) {
        stream.history.append(
                chunk,
                chunk.firstSeq(),
                chunk.lines().size(),
                chunk.bytes(),
                TimeUnit.MILLISECONDS.toNanos(chunk.clockMillis()),
                server.settings().history());
        server.checker().historyHeld(stream.history, server.settings().history());
    }

    private void acknowledge(HomeStream stream, Draft draft) {
        long seq = draft.firstSeq;
        for (Draft.Entry entry : draft.entries) {
            accepted(entry.sender(), entry.id(), stream.name, seq++);
            server.pass(Hit.KILL_BETWEEN_ACKS);
        }
        for (HomeStream.Repeat repeat : List.copyOf(stream.repeats)) {
            if (repeat.seen().seq() <= draft.lastSeq()) {
                stream.repeats.remove(repeat);
                accepted(
                        repeat.sender(), repeat.id(), stream.name, repeat.seen().seq());
            }
        }
    }

    /** Nothing that is numbered and not committed is: what follows would leave a hole. */
    private void failed(HomeStream stream, Draft draft) {
        if (draft.abandoned) {
            return;
        }
        seal(stream);
        List<Draft> lost = List.copyOf(stream.uncommitted);
        List<HomeStream.Repeat> repeats = List.copyOf(stream.repeats);
        stream.uncommitted.clear();
        stream.repeats.clear();
        stream.numbered = stream.committed;
        for (Draft each : lost) {
            each.abandoned = true;
            for (Draft.Entry entry : each.entries) {
                Session session = entry.sender().session();
                String id = entry.id();
                if (session != null && id != null) {
                    session.dedup().forget(id);
                }
            }
        }
        for (Draft each : lost) {
            for (Draft.Entry entry : each.entries) {
                refused(
                        entry.sender(),
                        entry.sender().loopIndex(),
                        entry.id(),
                        "store_unavailable");
            }
        }
        for (HomeStream.Repeat repeat : repeats) {
            refused(repeat.sender(), repeat.sender().loopIndex(), repeat.id(), "store_unavailable");
        }
        closeIfAbandoned(stream);
        loop.requestTurnEnd();
    }

    private void deliver(String name, String epoch, Chunk chunk) {
        LocalStream here = local.get(name);
        if (here != null && here.epoch.equals(epoch)) {
            here.offer(chunk, server.settings().history());
            server.checker()
                    .windowHeld(
                            here.messagesBehindOldest(),
                            here.bytes(),
                            server.settings().history());
        }
    }

    private void accepted(ServerConnection sender, @Nullable String id, String stream, long seq) {
        send(sender.loopIndex(), () -> sender.requests().accepted(id, stream, seq));
    }

    private void refused(ServerConnection sender, int asker, @Nullable String id, String why) {
        send(asker, () -> sender.requests().refused(id, why));
    }

    private void age() {
        ageing.set(loop.nowNanos() + AGEING_NANOS);
        if (frozen) {
            return;
        }
        for (HomeStream stream : new ArrayList<>(homes.values())) {
            stream.history.expire(
                    TimeUnit.MILLISECONDS.toNanos(nowMillis()),
                    server.settings().history());
            closeIfAbandoned(stream);
        }
    }

    private void closeIfAbandoned(HomeStream stream) {
        if (frozen || stream.closed || !stream.isAbandoned()) {
            return;
        }
        if (!stream.isPersonal()) {
            long idle = nowMillis() - stream.lastUsedMillis;
            long age = server.settings().history().ageNanos() / 1_000_000;
            if (stream.history.chunks() > 0 || idle < age) {
                return;
            }
        }
        stream.closed = true;
        homes.remove(stream.name, stream);
        server.store().endStream(stream.name, stream.epoch);
        server.checker().streamEnded(stream.name);
    }

    void restore(StreamImage image, long sessionNumber) {
        HomeStream stream = new HomeStream(image.name(), image.epoch(), sessionNumber);
        homes.put(stream.name, stream);
        stream.numbered = image.head();
        stream.committed = image.head();
        stream.lastUsedMillis = nowMillis();
        for (StreamBatch batch : image.history()) {
            Chunk chunk = Chunk.of(batch);
            server.checker().madeChunk(chunk.bytes());
            remember(stream, chunk);
        }
    }

    /** What a successor needs. From now on nothing is published, and no stream ends. */
    List<StreamImage> freeze() {
        frozen = true;
        new ArrayList<>(homes.values()).forEach(this::seal);
        return homes.values().stream().map(HomeStream::image).toList();
    }

    private long nowMillis() {
        return server.clock().millis(loop.nowNanos());
    }
}
