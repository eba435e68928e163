package io.holdfast.simulation.server;

import io.holdfast.protocol.stream.LastKnown;
import io.holdfast.protocol.stream.Position;
import io.holdfast.protocol.stream.Recovery;
import io.holdfast.simulation.wire.StreamStart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection's place in one stream. */
final class Subscription {
    final ServerConnection connection;
    final String stream;
    /** Of the request that asked for it; null when it came with a hello. */
    final @Nullable String id;

    private final @Nullable Position named;
    private final @Nullable Position known;

    /** Nothing gets through before the client knows where it begins. */
    boolean held;

    boolean ended;
    boolean begun;

    @Nullable
    StreamStart start;
    /** The number, in its loop's window, of the chunk that it needs next. */
    long next;
    /** The last seq that it was handed. */
    long lastSeq;
    /** What it gets before the window. */
    List<Chunk> replay = List.of();

    int replayed;

    Subscription(
            ServerConnection connection,
            String stream,
            @Nullable String id,
            @Nullable Position named,
            @Nullable Position known) {
        this.connection = connection;
        this.stream = stream;
        this.id = id;
        this.named = named;
        this.known = known;
    }

    /** Of what was answered, all that a lost answer leaves true. */
    Position known(String epoch, long head, Recovery recovery) {
        return LastKnown.afterHello(epoch, head, recovery.from() - 1, named, known);
    }

    Recovery recovery(String epoch, long head, long firstKept) {
        return Recovery.resumed(epoch, head, firstKept, named, known);
    }
}
