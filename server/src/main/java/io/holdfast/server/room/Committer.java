package io.holdfast.server.room;

import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.stream.History;
import io.holdfast.server.metrics.LimitName;
import io.holdfast.store.Outcome;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes what the streams of one loop accept through the store, and out to subscribers and publishers
 * when it is committed: never before (spec: delivery, "Streams").
 *
 * <p>Belongs to the streams' home loop.
 */
@SuppressWarnings("ReferenceEquality") // A draft is itself and no other.
final class Committer {
    private final Rooms rooms;
    private final LoopRooms loop;
    private final int loops;
    private final Homes homes;
    private final List<HomeStream> withOpenDraft = new ArrayList<>();
    /** Of all this loop's streams. */
    private long historyBytes;

    Committer(Rooms rooms, LoopRooms loop, int loops, Homes homes) {
        this.rooms = rooms;
        this.loop = loop;
        this.loops = loops;
        this.homes = homes;
    }

    /** The stream's draft for this turn's messages of that kind. */
    Draft draft(HomeStream stream, boolean ephemeral) {
        Draft draft = stream.draft(ephemeral);
        if (draft == null) {
            seal(stream);
            draft = stream.draft(ephemeral);
        }
        if (draft == null) {
            throw new IllegalStateException("a sealed draft was still open");
        }
        if (!stream.listed) {
            stream.listed = true;
            withOpenDraft.add(stream);
            loop.context().requestTurnEnd();
        }
        return draft;
    }

    /**
     * The turn ends: its messages go to the store, but for those that may wait because the loop is
     * still busy with earlier ones.
     */
    void endTurn() {
        for (int i = 0; i < withOpenDraft.size(); i++) {
            HomeStream stream = withOpenDraft.get(i);
            if (!stream.mayWait() || !loop.isDelivering(stream.name)) {
                seal(stream);
                homes.closeIfAbandoned(stream);
            }
        }
        withOpenDraft.removeIf(stream -> {
            stream.listed = stream.hasOpenDraft();
            return !stream.listed;
        });
    }

    boolean hasOpenDrafts() {
        return !withOpenDraft.isEmpty();
    }

    /** The draft takes no more messages and goes on its way. */
    void seal(HomeStream stream) {
        Draft draft = stream.seal();
        if (draft == null) {
            return;
        }
        if (draft.isEphemeral() || !stream.isKept()) {
            if (stream.uncommitted.isEmpty()) {
                deliver(stream, draft);
            } else {
                stream.uncommitted.add(draft);
            }
            return;
        }
        stream.uncommitted.add(draft);
        StreamBatch batch = draft.batch(stream.name, stream.epoch, homes.nowMillis());
        rooms.store().append(batch, new Commit(stream, draft));
    }

    /** What the store says of one draft. */
    private final class Commit implements Outcome {
        private final HomeStream stream;
        private final Draft draft;
        private final long sinceNanos = rooms.store().durable() ? System.nanoTime() : 0;

        Commit(HomeStream stream, Draft draft) {
            this.stream = stream;
            this.draft = draft;
        }

        @Override
        public void committed() {
            if (rooms.store().durable()) {
                rooms.metrics().commitTook(System.nanoTime() - sinceNanos);
            }
            onLoop(() -> Committer.this.committed(stream, draft));
        }

        @Override
        public void failed(StoreException why) {
            rooms.storeFailed(why);
            onLoop(() -> Committer.this.failed(stream, draft));
        }

        private void onLoop(Runnable action) {
            if (loop.context().inLoop()) {
                action.run();
            } else {
                loop.context().execute(action);
            }
        }
    }

    private void committed(HomeStream stream, Draft draft) {
        if (draft.abandoned) {
            return;
        }
        if (stream.uncommitted.poll() != draft) {
            throw new IllegalStateException("the store committed out of order");
        }
        stream.committed(draft);
        deliver(stream, draft);
        while (!stream.uncommitted.isEmpty() && stream.uncommitted.element().isEphemeral()) {
            deliver(stream, stream.uncommitted.remove());
        }
        homes.closeIfAbandoned(stream);
        loop.context().requestTurnEnd();
    }

    /** Nothing that is numbered and not committed is: what follows would leave a hole. */
    private void failed(HomeStream stream, Draft draft) {
        if (draft.abandoned) {
            return;
        }
        seal(stream);
        List<Draft> allLost = List.copyOf(stream.uncommitted);
        List<HomeStream.Repeat> repeats = stream.takeRepeats(Long.MAX_VALUE);
        // The stream first: who is refused on this loop may publish again from within the answer.
        stream.uncommitted.clear();
        stream.rollBack();
        for (Draft lost : allLost) {
            lost.abandoned = true;
            forgetIds(lost);
        }
        for (Draft lost : allLost) {
            if (lost.isEphemeral()) {
                deliver(stream, lost);
            } else {
                refuse(stream, lost);
            }
        }
        for (HomeStream.Repeat repeat : repeats) {
            refused(repeat.sender(), repeat.id(), stream.name, Refusal.STORE_UNAVAILABLE);
        }
        homes.closeIfAbandoned(stream);
        loop.context().requestTurnEnd();
    }

    private static void forgetIds(Draft draft) {
        for (int i = 0; i < draft.count(); i++) {
            Publisher sender = draft.sender(i);
            String id = draft.id(i);
            Session session = sender == null ? null : sender.session();
            if (session != null && id != null) {
                session.dedup().forget(id);
            }
        }
    }

    private void refuse(HomeStream stream, Draft draft) {
        for (int i = 0; i < draft.count(); i++) {
            Publisher sender = draft.sender(i);
            if (sender != null) {
                refused(sender, draft.id(i), stream.name, Refusal.STORE_UNAVAILABLE);
            }
        }
    }

    private void deliver(HomeStream stream, Draft draft) {
        stream.committed(draft);
        boolean keep = stream.isKept() && !draft.isEphemeral();
        if (keep || !stream.audience.isEmpty()) {
            Slab slab = Slab.of(
                    draft,
                    stream.audience,
                    keep,
                    rooms.allocator(),
                    loop.context().index());
            for (int other = 0; other < loops; other++) {
                if (stream.audience.isOn(other)) {
                    loop.send(other, new Mail.Deliver(stream.name, slab.retain()));
                }
            }
            Frames frames = slab.kept();
            if (keep && frames != null) {
                remember(
                        stream,
                        new Replay.Chunk(draft.firstSeq, frames.retain(), homes.nowMillis()));
            }
            slab.release();
        }
        if (!draft.isEphemeral()) {
            acknowledge(stream, draft);
        }
    }

    private void acknowledge(HomeStream stream, Draft draft) {
        boolean away = stream instanceof HomePersonal own && !own.isRead();
        Acceptance how = away ? Acceptance.QUEUED : Acceptance.PUBLISHED;
        for (int i = 0; i < draft.count(); i++) {
            Publisher sender = draft.sender(i);
            if (sender != null) {
                accepted(sender, draft.id(i), stream.name, draft.firstSeq + i, how);
            }
        }
        for (HomeStream.Repeat repeat : stream.takeRepeats(draft.lastSeq())) {
            accepted(repeat.sender(), repeat.id(), stream.name, repeat.seq(), Acceptance.REPEATED);
        }
    }

    /** Keeps messages for clients that come back, as long as the limits allow. */
    void remember(HomeStream stream, Replay.Chunk chunk) {
        RoomLimits limits = rooms.settings();
        History<Replay.Chunk> history = stream.history();
        long bytes = history.bytes();
        long messages = history.messages();
        history.append(
                chunk,
                chunk.firstSeq(),
                chunk.frames().count(),
                chunk.frames().length(),
                TimeUnit.MILLISECONDS.toNanos(chunk.clockMillis()),
                limits.history());
        grew(history.bytes() - bytes, history.messages() - messages);
        homes.age(stream);
        // Each loop has its share, so that no loop pays for the streams of another.
        long share = limits.historyTotalBytes() / loops;
        if (historyBytes > share) {
            shrink(stream, share);
        }
    }

    private void grew(long bytes, long messages) {
        historyBytes += bytes;
        rooms.historyGrew(bytes, messages);
    }

    /** The loop's streams together keep too much: those that keep the most give way. */
    private void shrink(HomeStream grown, long share) {
        while (historyBytes > share) {
            HomeStream largest = homes.largest(grown);
            if (!largest.hasHistory()) {
                return;
            }
            rooms.metrics().count(LimitName.HISTORY_TOTAL);
            History<Replay.Chunk> history = largest.history();
            long bytes = history.bytes();
            long messages = history.messages();
            // A tenth at a time, so that looking for the largest stays rare.
            for (long goal = bytes - bytes / 10;
                    history.chunks() > 0 && history.bytes() >= goal; ) {
                history.dropOldest();
            }
            grew(history.bytes() - bytes, history.messages() - messages);
        }
    }

    /** Forgets what is too old. */
    void age(HomeStream stream, long nowMillis) {
        History<Replay.Chunk> history = stream.history();
        long bytes = history.bytes();
        long messages = history.messages();
        history.expire(
                TimeUnit.MILLISECONDS.toNanos(nowMillis), rooms.settings().history());
        grew(history.bytes() - bytes, history.messages() - messages);
    }

    /** Forgets everything. */
    void forget(HomeStream stream) {
        if (stream.hasHistory()) {
            History<Replay.Chunk> history = stream.history();
            grew(-history.bytes(), -history.messages());
            history.clear();
        }
    }

    void accepted(Publisher sender, @Nullable String id, String stream, long seq, Acceptance how) {
        if (sender.loopIndex() == loop.context().index()) {
            sender.accepted(id, stream, seq, how);
        } else {
            loop.send(sender.loopIndex(), new Mail.Accepted(sender, id, stream, seq, how));
        }
    }

    void refused(Publisher sender, @Nullable String id, String stream, Refusal why) {
        loop.send(sender.loopIndex(), new Mail.PublishRefused(sender, id, stream, why));
    }
}
