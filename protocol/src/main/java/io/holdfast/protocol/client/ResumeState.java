package io.holdfast.protocol.client;

import io.holdfast.protocol.stream.Position;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client shows to have its session back: the newest token, and its positions. Outlives
 * connections; whoever wants to survive its own crash persists both together. One thread.
 */
public final class ResumeState {
    private final Positions positions = new Positions();
    private @Nullable String token;

    /** For the next {@code hello}; null before the first answer. */
    public @Nullable String token() {
        return token;
    }

    /** The server sent a fresh one; the one before is good until this one is first used. */
    public void token(String fresh) {
        token = fresh;
    }

    public Positions positions() {
        return positions;
    }

    /** The first answer. */
    public void welcomed(String freshToken, Map<String, Position> streams) {
        token = freshToken;
        positions.welcomed(streams);
    }

    /**
     * The answer to a client that returns, whether or not its session was restored.
     *
     * @return the streams that it is not in any more: rooms that are wanted are to be joined again
     */
    public List<String> resumed(
            String freshToken, Map<String, StreamAnswer> streams, GapListener out) {
        token = freshToken;
        return positions.resumed(streams, out);
    }
}
