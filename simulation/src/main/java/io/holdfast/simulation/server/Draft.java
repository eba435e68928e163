package io.holdfast.simulation.server;

import io.holdfast.protocol.session.Session;
import io.holdfast.store.StreamBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages that one stream accepted in one turn, before they are committed. */
final class Draft {
    /** One message, as it goes over the wire. */
    record Entry(
            byte[] line,
            String payload,
            ServerConnection sender,
            @Nullable String id) {}

    final long firstSeq;
    final List<Entry> entries = new ArrayList<>();
    boolean abandoned;

    Draft(long firstSeq) {
        this.firstSeq = firstSeq;
    }

    long lastSeq() {
        return firstSeq + entries.size() - 1;
    }

    int bytes() {
        return entries.stream().mapToInt(entry -> entry.line.length).sum();
    }

    Chunk chunk(long clockMillis) {
        return new Chunk(firstSeq, entries.stream().map(Entry::line).toList(), clockMillis);
    }

    StreamBatch batch(String stream, String epoch, long clockMillis) {
        StreamBatch.@Nullable Origin[] origins = new StreamBatch.Origin[entries.size()];
        for (int i = 0; i < origins.length; i++) {
            Entry entry = entries.get(i);
            Session session = entry.sender.session();
            String id = entry.id;
            if (session != null && id != null) {
                origins[i] = new StreamBatch.Origin(session.clientId(), session.number(), id);
            }
        }
        Chunk chunk = chunk(clockMillis);
        return chunk.batch(stream, epoch, firstSeq, origins);
    }
}
