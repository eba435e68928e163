package io.holdfast.simulation.server;

import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.stream.History;
import io.holdfast.protocol.stream.StreamName;
import io.holdfast.store.StreamBatch;
import io.holdfast.store.StreamImage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A stream at its home loop, which alone numbers its messages. */
final class HomeStream {
    /** A repeated message whose original is not committed yet. */
    record Repeat(ServerConnection sender, String id, SessionRecord.Seen seen) {}

    final String name;
    final String epoch;
    /** Of the session that a personal stream belongs to; 0 for a room. */
    final long sessionNumber;

    final History<Chunk> history = new History<>(chunk -> {});
    final ArrayDeque<Draft> uncommitted = new ArrayDeque<>();
    final Set<Subscription> audience = new LinkedHashSet<>();
    final List<Repeat> repeats = new ArrayList<>();

    @Nullable
    Draft open;

    long numbered;
    long committed;
    long lastUsedMillis;
    boolean ended;
    boolean closed;

    HomeStream(String name, String epoch, long sessionNumber) {
        this.name = name;
        this.epoch = epoch;
        this.sessionNumber = sessionNumber;
    }

    boolean isPersonal() {
        return StreamName.isPersonal(name);
    }

    boolean isAbandoned() {
        boolean unused = isPersonal() ? ended : audience.isEmpty();
        return unused && open == null && uncommitted.isEmpty();
    }

    List<Chunk> chunks() {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < history.chunks(); i++) {
            chunks.add(history.chunk(i));
        }
        return chunks;
    }

    StreamImage image() {
        List<StreamBatch> batches = new ArrayList<>();
        for (int i = 0; i < history.chunks(); i++) {
            long first = Math.max(history.firstSeq(i), history.firstKept(committed));
            batches.add(history.chunk(i).batch(name, epoch, first, null));
        }
        return new StreamImage(name, epoch, committed, batches);
    }
}
